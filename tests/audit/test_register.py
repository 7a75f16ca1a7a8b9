# ruff: noqa: PT012, RET504 - a processing is opened with the statement that must fail in it
"""The five invariants: what refuses when a mechanism is skipped, and that nothing is left behind when it does."""

from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import delete, make_url, select

import contacts.record
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import PurposeNotDeclared
from audit.tables import Entry
from contacts.record import ask_the_law, record_contacts
from contacts.restrict import RestrictionGround, restrict_contacts
from contacts.reveal import reveal_contacts
from contacts.seal import Sealed, seal
from contacts.store.index import INDEX
from contacts.store.records import CONTACT, insert_contacts
from contacts.vocabulary import vocabulary_for
from eligibility.answer import answer_eligibility
from eligibility.question import Enquiry
from kernel.columns import table_of
from kernel.errors import Forbidden, IsoloirError, Misconfigured, Refused, SilentWrite
from kernel.identity import PersonId, random_uuid
from kernel.prepared import Prepared, deleting_of
from policy.draft import Draft
from policy.findings import Refusal
from policy.ground import Grounded, Grounds, ground
from policy.phase import Phase
from policy.screen import Clearance
from tests.factories import (
    MANAGING,
    World,
    count,
    dump,
    marie,
    new_world,
    opened_world,
    raw,
    record,
    recorded,
    supporter,
    voter,
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


# --- no write without asking the law, no processing without a ground, nothing identifying in clear


def test_nobody_but_the_screen_makes_a_clearance() -> None:
    with pytest.raises(TypeError):
        Clearance(drafts=(), findings=(), edition="", shapes=(), examined={}, token=object())


def test_nobody_but_ground_makes_grounds() -> None:
    with pytest.raises(TypeError):
        Grounds(items=(), findings=(), edition="", purpose="", token=object())


def test_nobody_but_sealing_makes_sealed_rows() -> None:
    with pytest.raises(TypeError):
        Sealed(object(), *[None] * (len(signature(Sealed).parameters) - 1))  # type: ignore[arg-type]


def test_grounds_cannot_be_found_for_drafts_that_skipped_the_screen(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        with pytest.raises((TypeError, AttributeError)):
            ground(
                processing.edition,
                [marie(world)],  # type: ignore[arg-type]  # the mutation: drafts instead of their clearance
                controller="party",
                purpose=MANAGING,
                phase=Phase.ACTIVE,
                on=processing.today,
            )
        processing.note(Note(event=Event.LOG_READ, counts={}))


def test_a_clearance_of_another_edition_grounds_nothing(world: World) -> None:
    from dataclasses import replace  # noqa: PLC0415

    from policy.screen import screen  # noqa: PLC0415

    with world.register.open(world.actor, MANAGING) as processing:
        clearance = screen(processing.edition, [marie(world)], on=processing.today)
        other = replace(processing.edition, digest="0" * 64)
        with pytest.raises(ValueError, match="edition"):
            ground(other, clearance, controller="party", purpose=MANAGING, phase=Phase.ACTIVE, on=processing.today)
        processing.note(Note(event=Event.LOG_READ, counts={}))


def test_what_was_refused_whole_cannot_be_sealed(world: World) -> None:
    stranger = supporter(world, ("last_name", "Dupont"), category="no_such_category")
    before = dump(world)
    with pytest.raises(KeyError), world.register.open(world.actor, MANAGING) as processing:
        grounds = ask_the_law(processing, [stranger])
        assert grounds.items == (None,)
        sealed = seal(processing, grounds, vocabulary_for(processing, [stranger]))
        sealed.rows([0], flagged=(), restricted=())
    assert dump(world) == before


class _NoScreen:
    """Grounds that nobody gave: every draft as it came."""

    def __init__(self, drafts: list[object]) -> None:
        self.items = [Grounded(one, None) for one in drafts]  # type: ignore[arg-type]
        self.findings = [() for _ in drafts]
        self.edition = self.purpose = "none"


def test_recording_asks_the_law_and_the_suite_sees_it_when_it_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = marie(world)
    draft = supporter(world, *draft.data, ("note", "elle est musulmane pratiquante"))
    (kept,) = record(world, draft)
    assert [one.rule for one in kept.findings] == ["forbidden.religion"]
    monkeypatch.setattr(contacts.record, "ask_the_law", lambda _, drafts: _NoScreen(drafts))
    # No footing, no row: the due day and the minors' dates come from grounds only.
    with pytest.raises(AttributeError, match="consent_from"):
        record(world, supporter(world, ("last_name", "Durand"), ("note", "elle est musulmane pratiquante")))
    assert count(world, "contact") == 1


# --- no write or read without a trace


def test_a_processing_without_a_note_is_undone(world: World) -> None:
    (person,) = recorded(world, marie(world))
    before = dump(world)
    with pytest.raises(SilentWrite, match="without a note"), world.register.open(world.actor, MANAGING):
        pass
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [person], RestrictionGround.OBJECTION_PENDING)
        processing.notes.clear()
    assert dump(world) == before


@pytest.mark.parametrize("by", [-1, 1])
def test_a_note_that_lies_about_a_count_undoes_everything(
    world: World, by: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(world)
    honest = contacts.record._note  # noqa: SLF001 - the mutation

    def lying(*given: object) -> Note:
        note = honest(*given)  # type: ignore[arg-type]
        note.counts["contact.insert"] += by  # type: ignore[index]
        return note

    monkeypatch.setattr(contacts.record, "_note", lying)
    with pytest.raises(SilentWrite, match=r"contact\.insert"):
        record(world, marie(world))
    assert dump(world) == before


def test_a_note_that_tells_of_a_table_nobody_touched_undoes_everything(world: World) -> None:
    with pytest.raises(SilentWrite, match=r"client\.insert"), world.register.open(world.actor, MANAGING) as processing:
        processing.note(Note(event=Event.CLIENT_CREATED, counts={"client.insert": 1}))


def test_a_read_that_no_note_tells_of_returns_nothing(world: World) -> None:
    (person,) = recorded(world, marie(world))
    shown = None
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        shown = reveal_contacts(processing, [person])
        processing.notes.clear()
        processing.note(Note(event=Event.LOG_READ, counts={}))
    assert shown is not None  # It was read inside; the door answers only after the `with`, which raised.


def test_tables_about_persons_cannot_be_looked_up_without_counting(world: World) -> None:
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        processing.look_up(CONTACT, select(CONTACT))


def test_a_statement_over_persons_cannot_hide_behind_a_registry(world: World) -> None:
    from contacts.store.registries import TAG  # noqa: PLC0415

    recorded(world, marie(world))
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        processing.look_up(TAG, select(CONTACT).where(CONTACT.c.campaign_id == world.campaign))
        processing.note(Note(event=Event.LOG_READ, counts={}))


def test_a_prepared_statement_hides_no_more_than_another(world: World) -> None:
    reading, deleting = Prepared(select(CONTACT)), Prepared(delete(CONTACT))
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        processing.look_up_prepared(CONTACT, reading, {})
    for hidden in (reading, deleting):
        with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
            processing.change(table_of(Entry), hidden, {})


def test_a_processing_does_nothing_after_it_ended(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        processing.note(Note(event=Event.LOG_READ, counts={}))
    with pytest.raises(Misconfigured):
        processing.read(CONTACT, select(CONTACT))


def _forbid_notes(world: World) -> None:
    with raw(world.url) as database:
        if database.on_postgresql:
            database.run("REVOKE INSERT ON entry FROM isoloir_app")
        else:
            database.run("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'disk full'); END")


def test_without_its_entry_nothing_is_stored_and_nothing_is_answered(world: World) -> None:
    (person,) = recorded(world, marie(world))
    _forbid_notes(world)
    before = dump(world)
    answers: list[object] = []
    with pytest.raises((sqlalchemy.exc.DBAPIError, psycopg.Error)):
        answers.extend(record(world, voter(world, 1)))
    with pytest.raises((sqlalchemy.exc.DBAPIError, psycopg.Error)):
        answers.append(_reveal(world, person))
    with pytest.raises((sqlalchemy.exc.DBAPIError, psycopg.Error, IsoloirError)):
        world.installation.eraser.erase(world.actor, "rights_request", [person])
    assert answers == []
    assert dump(world) == before


def _reveal(world: World, person: PersonId) -> object:
    with world.register.open(world.actor, MANAGING) as processing:
        shown = reveal_contacts(processing, [person])
    return shown


# --- refusals


def test_a_refused_write_changes_nothing_but_its_note(world: World) -> None:
    recorded(world, marie(world))
    before, entries = dump(world, without=["entry"]), count(world, "entry")
    with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
        record_contacts(processing, [voter(world, 1), voter(world, 2)])
        raise Refusal([processing.edition.rules["forbidden.religion"].finding("note")])
    assert dump(world, without=["entry"]) == before
    assert count(world, "entry") == entries + 1
    with raw(world.url, world.campaign) as database:
        told = database.run("SELECT outcome, counts, fields FROM entry WHERE event = 'processing.refused'")
    assert told == [("refused", '{"rule.forbidden.religion":1}', '["note"]')]


def test_a_batch_refused_whole_leaves_rules_in_the_log_and_no_row(world: World) -> None:
    before = dump(world, without=["entry"])
    (refused,) = record(world, supporter(world, ("last_name", "Canari"), category="donor"))
    assert refused.person is None
    assert refused.findings
    assert dump(world, without=["entry"]) == before
    assert "Canari" not in str(dump(world)["entry"])


def test_an_error_of_any_other_kind_changes_nothing_at_all(world: World) -> None:
    before = dump(world)
    with pytest.raises(ZeroDivisionError), world.register.open(world.actor, MANAGING) as processing:
        record_contacts(processing, [marie(world)])
        raise ZeroDivisionError
    assert dump(world) == before


def test_a_refusal_that_cannot_be_noted_is_no_answer(world: World) -> None:
    _forbid_notes(world)
    with pytest.raises((sqlalchemy.exc.DBAPIError, psycopg.Error)), world.register.open(world.actor, MANAGING):
        raise Refused("no")


def test_a_purpose_must_be_the_laws_and_the_actors(world: World) -> None:
    with pytest.raises(PurposeNotDeclared), world.register.open(world.actor, "curiosity"):
        pass
    with pytest.raises(Forbidden), world.register.open(world.actor, "public_relations"):
        pass


def test_no_entry_holds_a_value_in_clear(world: World) -> None:
    canary = "Zébulonnette"
    note = f"souhaite parler à {canary}"
    recorded(world, supporter(world, ("last_name", canary), ("first_names", canary), ("note", note)))
    (person,) = recorded(world, marie(world, f"{uuid4().hex}@example.org"))
    _reveal(world, person)
    assert canary not in str(dump(world))


def test_an_entry_is_one_row_a_person_shown(world: World) -> None:
    (person,) = recorded(world, marie(world))
    before = count(world, "entry")
    _reveal(world, person)
    assert count(world, "entry") == before + 1
    with raw(world.url, world.campaign) as database:
        (told,) = database.run("SELECT purpose, counts, subject FROM entry WHERE event = 'contact.revealed'")
    assert told[:2] == (MANAGING, '{"contact.read":1}')
    assert len(told[2]) == 16


# --- no campaign sees another


def test_a_query_that_omits_the_campaign_finds_nothing_of_another_on_postgresql(
    postgresql_url: str, tmp_path: Path
) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        recorded(world, marie(world))
        other = new_world(world.installation, postgresql_url, "Autre")
        recorded(other, marie(other))
        with world.register.open(world.actor, MANAGING) as processing:
            seen = processing.read(CONTACT, select(CONTACT.c.campaign_id))
            entries = processing.read(table_of(Entry), select(table_of(Entry).c.campaign_id))
            assert {row[0] for row in seen} == {world.campaign}
            assert {row[0] for row in entries} == {world.campaign}
            processing.note(Note(event=Event.LOG_READ, counts=dict(processing.observed)))


@pytest.mark.parametrize("copies", [1, 2])
def test_a_row_of_another_campaign_cannot_be_written_on_postgresql(
    copies: int, postgresql_url: str, tmp_path: Path
) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        other = new_world(world.installation, postgresql_url, "Autre")
        before = dump(other)
        with (
            pytest.raises((psycopg.Error, sqlalchemy.exc.DBAPIError)) as caught,
            world.register.open(world.actor, MANAGING) as processing,
        ):
            (row,) = _sealed_row(processing, marie(world))
            insert_contacts(processing, [(other.campaign, random_uuid(), *row[2:]) for _ in range(copies)])
        assert "row-level security" in str(caught.value)
        assert dump(other) == before


def test_a_row_that_the_database_swallows_is_no_answer_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        (person,) = recorded(world, marie(world))
        plain = make_url(world.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(b"CREATE RULE swallowed AS ON INSERT TO eligibility DO INSTEAD NOTHING")
        with (
            pytest.raises(SilentWrite, match="did not make the rows"),
            world.register.open(world.actor, "email_campaign") as processing,
        ):
            answer_eligibility(processing, Enquiry(channel="email", persons=[person], criteria=()))
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(b"CREATE RULE swallowed AS ON INSERT TO contact_index DO INSTEAD NOTHING")
        with pytest.raises(SilentWrite, match="did not make the rows"):
            record(world, marie(world, "marie.bis@example.org"))
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(b"CREATE RULE swallowed AS ON INSERT TO entry DO INSTEAD NOTHING")
        with (
            pytest.raises(SilentWrite, match="did not keep the notes"),
            world.register.open(world.actor, MANAGING) as processing,
        ):
            reveal_contacts(processing, [person])


def test_a_change_is_counted_even_if_nobody_asks_what_it_touched(world: World) -> None:
    (person,) = recorded(world, marie(world))
    before = dump(world)
    mine = {"campaign_id": world.campaign, "contact_id": person}
    with (
        pytest.raises(SilentWrite, match=r"contact_index\.delete"),
        world.register.open(world.actor, MANAGING) as processing,
    ):
        processing.ask_change(INDEX, deleting_of(INDEX, ("contact_id",)), mine)
        processing.note(Note(event=Event.CONTACT_REVEALED, counts={}))
    assert dump(world) == before


def _sealed_row(processing: Processing, draft: Draft) -> list[tuple[Any, ...]]:
    sealed = seal(processing, ask_the_law(processing, [draft]), vocabulary_for(processing, [draft]))
    return list(sealed.rows([0], flagged=(), restricted=()).contacts)
