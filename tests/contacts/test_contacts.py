# ruff: noqa: ANN401, SIM105 - factories pass on what they are given
"""What may be recorded, merged, found and shown; and of whom it says nothing."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contacts.amend import Amended, Amendment, Restricted, StaleRevision, amend_contacts
from contacts.declare import NewOrigin, declare_origin, register_custom_field, register_tag
from contacts.find import Search, find_contacts
from contacts.record import Recorded, Result
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from contacts.reveal import Revealed, Withheld, reveal_contacts
from kernel.errors import Conflict, Invalid, IsoloirError, NotFound
from kernel.identity import PersonId, random_uuid
from policy.draft import Draft
from policy.findings import Refusal
from tests.factories import (
    MANAGING,
    World,
    count,
    declared,
    dump,
    later,
    marie,
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


def shown(world: World, person: PersonId, purpose: str = MANAGING) -> Revealed:
    with world.register.open(world.actor, purpose) as processing:
        (one,) = reveal_contacts(processing, [person])
    assert one is not None
    return one


def data(world: World, person: PersonId, purpose: str = MANAGING) -> list[tuple[str, str]]:
    return sorted((one.field, one.value) for one in shown(world, person, purpose).data)


def found(world: World, *known: tuple[str, str], **more: Any) -> list[PersonId]:
    with world.register.open(world.actor, MANAGING) as processing:
        return [one.person for one in find_contacts(processing, Search(data=known, reason="demande", **more))]


def amend(world: World, person: PersonId, revision: int, draft: Draft, *removed: str) -> Amended:
    with world.register.open(world.actor, MANAGING) as processing:
        amendment = Amendment(person=person, revision=revision, draft=draft, removed=frozenset(removed))
        (one,) = amend_contacts(processing, [amendment])
    return one


# --- matching


def test_a_couple_that_shares_an_address_is_two_contacts_and_the_second_is_flagged(world: World) -> None:
    shared = (("email", "famille.martin@example.org"), ("phone", "0639980102"))
    one = supporter(world, ("last_name", "Martin"), ("first_names", "Jeanne"), *shared)
    other = supporter(world, ("last_name", "Martin"), ("first_names", "Paul"), *shared)
    for results in (record(world, one, other), [*record(world, one), *record(world, other)]):
        assert results[0].person != results[1].person
    assert count(world, "contact") == 2
    (first, second) = record(world, one, other)
    assert (first.result, second.result) == (Result.UNCHANGED, Result.UNCHANGED)


def test_namesakes_without_a_shared_address_are_two_contacts(world: World) -> None:
    one, other = record(world, marie(world, "marie1@example.org"), marie(world, "marie2@example.org"))
    assert one.person != other.person
    assert not other.flagged


def test_a_contact_who_comes_twice_in_one_batch_is_one(world: World) -> None:
    first, second, third = record(world, marie(world), marie(world), marie(world, "MARIE@Example.ORG"))
    assert first.person == second.person == third.person
    assert [first.result, second.result] == [Result.CREATED, Result.UNCHANGED]
    assert count(world, "contact") == 1


def test_an_external_id_used_again_for_somebody_else_makes_a_flagged_contact(world: World) -> None:
    crm = ("external_id", "nationbuilder\x1f17")
    one, other = record(
        world,
        supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), crm),
        supporter(world, ("last_name", "Nguyen"), ("first_names", "Paul"), crm),
    )
    assert other.person != one.person
    assert other.flagged


def test_an_external_id_of_another_system_is_another(world: World) -> None:
    one, other = record(
        world,
        supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), ("external_id", "nationbuilder\x1f17")),
        supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), ("external_id", "qomon\x1f17")),
    )
    assert (other.person != one.person, other.flagged) == (True, False)


def test_somebody_whose_address_two_contacts_of_the_same_name_share_is_not_merged_into_either(world: World) -> None:
    shared = "partage@example.org"
    for number in (1, 2):
        known = ("external_id", f"crm\x1f{number}")
        (one,) = record(world, supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), known))
        amend(world, _person(one), 1, supporter(world, ("email", shared)))
    (third,) = record(world, marie(world, shared))
    assert (third.result, third.flagged) == (Result.CREATED, True)


def _person(one: Recorded) -> PersonId:
    assert one.person is not None
    return one.person


def test_concurrent_creates_of_one_external_id_make_one_contact(world: World) -> None:
    results: list[Recorded] = []
    problems: list[BaseException] = []
    draft = supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), ("external_id", "crm\x1f1"))
    ready = threading.Barrier(6)

    def create() -> None:
        ready.wait()
        try:
            results.extend(record(world, draft))
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            problems.append(problem)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len({one.person for one in results}) == 1
    assert [one.result for one in results].count(Result.CREATED) == 1


def test_a_newer_value_replaces_an_older_one_and_never_the_other_way(world: World) -> None:
    older, newer = declared(world, date(2026, 1, 1)), declared(world, date(2026, 11, 20))
    (person,) = recorded(world, supporter(world, *marie(world).data, ("profession", "soudeuse")))
    record(world, replace(supporter(world, *marie(world).data, ("profession", "retraitée")), origin=newer))
    assert ("profession", "retraitée") in data(world, person)
    record(world, replace(supporter(world, *marie(world).data, ("profession", "étudiante")), origin=older))
    assert ("profession", "retraitée") in data(world, person)
    assert [name for name, _ in data(world, person)].count("profession") == 1


def test_a_further_address_is_added_and_each_finds_the_contact(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("external_id", "crm\x1f1")))
    record(world, supporter(world, *marie(world, "m2@example.org").data, ("external_id", "crm\x1f1")))
    assert found(world, ("email", "marie@example.org")) == [person]
    assert found(world, ("email", "m2@example.org")) == [person]


def test_a_cell_the_contacts_own_category_forbids_is_left_out_aloud(world: World) -> None:
    """The newcomer says regular, the contact is occasional: what may be kept depends on the contact, and is told."""
    form = declared(world, date(2026, 11, 1), "contact_form")
    (person,) = recorded(world, marie(world, origin=form, category="occasional"))
    (again,) = record(world, supporter(world, *marie(world).data, ("birth_date", "1970-01-01")))
    assert again.person == person
    assert ("birth_date", "1970-01-01") not in data(world, person)
    assert "birth_date" in {one.field for one in again.findings}


def test_somebody_who_signs_up_again_after_the_day_is_in_use_again(world: World) -> None:
    (person,) = recorded(world, marie(world))
    later(world, days=4 * 366)
    assert shown(world, person).withheld is Withheld.EXPIRED
    again = declared(world, world.clock.at.date())
    record(world, marie(world, origin=again))
    with world.register.open(world.actor, MANAGING) as processing:
        usable = find_contacts(processing, Search(data=(("email", "marie@example.org"),)))
    assert [one.withheld for one in usable] == [None]


# --- the registries


def test_a_custom_field_or_tag_is_set_only_once_registered_under_an_innocent_name(world: World) -> None:
    draft = supporter(world, *marie(world).data, ("custom:langue_parlee", "breton"), tags=("benevole",))
    with pytest.raises(Invalid, match="not registered"):
        record(world, draft)
    for name in ("religion", "origine_ethnique", "syndicat"):
        with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
            register_custom_field(processing, name)
        with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
            register_tag(processing, name)
    assert count(world, "custom_field") == count(world, "tag") == 0
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "langue_parlee")
        register_tag(processing, "benevole")
    (person,) = recorded(world, draft)
    assert ("custom:langue_parlee", "breton") in data(world, person)
    assert shown(world, person).tags == ("benevole",)
    assert shown(world, person, "canvassing").tags == ()
    with pytest.raises(Conflict), world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, "benevole")


def test_a_draft_without_custom_fields_meets_a_contact_that_has_one(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "langue_parlee")
    first = recorded(world, supporter(world, *marie(world).data, ("custom:langue_parlee", "breton")))
    assert recorded(world, marie(world)) == first
    assert ("custom:langue_parlee", "breton") in data(world, first[0])


def test_amending_with_a_custom_field_nobody_registered_is_invalid(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with pytest.raises(Invalid, match="not registered"):
        amend(world, person, 1, supporter(world, ("custom:inconnu", "x")))


@pytest.mark.parametrize("name", ["", "Langue", "1a", "a b", "é", "a" * 64, "a;drop"])
def test_a_registered_name_is_small_letters_and_short(name: str, world: World) -> None:
    with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, name)


def test_an_origin_the_law_forbids_is_not_declared(world: World) -> None:
    with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
        declare_origin(processing, NewOrigin(kind="public_administration", obtained_on=date(2026, 11, 1)))


# --- amendments


def test_an_amendment_at_a_stale_revision_changes_nothing_but_its_note(world: World) -> None:
    (person,) = recorded(world, marie(world))
    assert amend(world, person, 1, supporter(world, ("profession", "soudeuse"))).revision == 2
    before = dump(world, without=["entry"])
    with pytest.raises(StaleRevision):
        amend(world, person, 1, supporter(world, ("profession", "avocate")))
    assert dump(world, without=["entry"]) == before


def test_an_amendment_of_nobody_finds_nobody(world: World) -> None:
    with pytest.raises(NotFound):
        amend(world, PersonId(random_uuid()), 1, supporter(world, ("profession", "avocate")))


def test_an_amended_address_is_found_and_the_old_one_is_not(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("phone", "0639980102")))
    amend(world, person, 1, supporter(world, ("email", "neuf@example.org")), "phone")
    assert found(world, ("email", "neuf@example.org")) == [person]
    assert found(world, ("email", "marie@example.org")) == []
    assert found(world, ("phone", "0639980102")) == []
    assert [name for name, _ in data(world, person)] == ["email", "first_names", "last_name"]


def test_a_refused_cell_of_an_amendment_leaves_what_was_there(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("note", "préfère le soir")))
    one = amend(world, person, 1, supporter(world, ("note", "elle est musulmane pratiquante"), ("profession", "x")))
    assert [finding.rule for finding in one.findings] == ["forbidden.religion"]
    assert ("note", "préfère le soir") in data(world, person)


def test_a_category_that_forbids_what_the_contact_holds_is_refused(world: World) -> None:
    form = declared(world, date(2026, 11, 1), "contact_form")
    (person,) = recorded(world, supporter(world, *marie(world).data, ("birth_date", "1970-01-01")))
    before = dump(world, without=["entry"])
    with pytest.raises(Refusal):
        amend(world, person, 1, supporter(world, origin=form, category="occasional"))
    assert dump(world, without=["entry"]) == before


def test_a_birth_date_learnt_later_protects_a_minor(world: World) -> None:
    (told,) = recorded(
        world, supporter(world, *marie(world).data, ("birth_date", "2011-01-01"), consents=frozenset({"parental"}))
    )
    (learnt,) = recorded(world, marie(world, "m2@example.org", consents=frozenset({"parental"})))
    amend(world, learnt, 1, supporter(world, ("birth_date", "2011-01-01"), consents=frozenset({"parental"})))
    with raw(world.url, world.campaign) as database:
        days = {
            tuple(map(str, row))
            for row in database.run("SELECT consent_from, target_from FROM contact WHERE id IN (?, ?)", told, learnt)
        }
    assert len(days) == 1


# --- showing


def test_a_purpose_shows_the_fields_it_discloses_and_no_other(world: World) -> None:
    (person,) = recorded(
        world,
        supporter(
            world,
            *marie(world).data,
            ("phone", "0639980102"),
            ("profession", "x"),
            commune="75056",
            polling_station="0001",
        ),
    )
    told = {
        purpose: {name for name, _ in data(world, person, purpose)}
        for purpose in world.actor.purposes - {"administration"}
    }
    with world.register.open(world.actor, MANAGING) as processing:
        purposes = processing.edition.purposes
        assert reveal_contacts(processing, []) == []
    for purpose, names in told.items():
        held = {"last_name", "first_names", "email", "phone", "profession"}
        assert names == {name for name in held if purposes[purpose].discloses(name)}, purpose
    assert "email" not in told["canvassing"]
    assert told["canvassing"]
    assert shown(world, person, "canvassing").commune == "75056"
    assert shown(world, person, "email_campaign").commune is None


def test_a_restricted_contact_is_withheld_from_all_but_the_persons_own_request(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [person], RestrictionGround.OBJECTION_PENDING)
    one = shown(world, person)
    assert (one.withheld, one.data) == (Withheld.RESTRICTED, ())
    assert data(world, person, "rights_request")
    assert [one.result for one in record(world, supporter(world, *marie(world).data, ("profession", "x")))] == [
        Result.RESTRICTED
    ]
    with pytest.raises(Restricted):
        amend(world, person, 1, supporter(world, ("profession", "x")))
    with world.register.open(world.actor, MANAGING) as processing:
        release_contacts(processing, [person])
    assert data(world, person)


def test_a_contact_past_its_day_is_withheld_and_still_the_persons_to_see(world: World) -> None:
    (person,) = recorded(world, voter(world, 1))
    due = shown(world, person).due_on
    assert due is not None
    later(world, days=(due - world.clock.at.date()).days)
    assert shown(world, person).withheld is None
    later(world, days=1)
    one = shown(world, person)
    assert (one.withheld, one.data, one.commune) == (Withheld.EXPIRED, (), None)
    assert data(world, person, "rights_request")  # Art. 15: it is still stored, so it is shown to whom it is about.


def test_an_accessibility_need_is_gone_after_its_event(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        (need, *_) = sorted(processing.edition.needs)
        processing.observed.clear()
        reveal_contacts(processing, [])
    wanted = (("accessibility_need", f"{need}@2026-12-01"), ("event", "réunion publique"))
    consent = frozenset({"accessibility_need", "accessibility"})
    with world.register.open(world.actor, "event_organisation") as processing:
        from contacts.record import record_contacts  # noqa: PLC0415

        (one,) = record_contacts(processing, [supporter(world, *marie(world).data, *wanted, consents=consent)])
    person = _person(one)
    assert one.findings == ()
    assert ("accessibility_need", f"{need}@2026-12-01") in data(world, person, "event_organisation")
    assert "accessibility_need" not in dict(data(world, person, "email_campaign"))
    later(world, days=10)
    assert "accessibility_need" in dict(data(world, person, "event_organisation"))
    later(world, days=1)
    assert "accessibility_need" not in dict(data(world, person, "event_organisation"))


def test_nobody_is_found_by_a_part_or_a_sound_of_a_name(world: World) -> None:
    recorded(world, supporter(world, ("last_name", "Dupontel"), ("first_names", "Marie"), ("email", "ab@example.org")))
    for surname in ("Dup", "Dupont", "Dupontell", "Dupontelle", "D", "_upontel"):
        assert found(world, ("last_name", surname), ("first_names", "Marie")) == [], surname
    for first in ("Mari", "M", "Maria"):
        assert found(world, ("last_name", "Dupontel"), ("first_names", first)) == [], first
    for email in ("b@example.org", "ab@example.or", "ab@example.org.fr", "a@example.org"):
        assert found(world, ("email", email)) == [], email
    assert len(found(world, ("last_name", "DUPONTEL"), ("first_names", "marie"))) == 1


def test_everything_a_search_says_must_agree(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("phone", "0639980102"), commune="75056"))
    mail = ("email", "marie@example.org")
    assert found(world, mail, ("phone", "0639980102"), commune="75056") == [person]
    assert found(world, mail, ("phone", "0639980103")) == []
    assert found(world, mail, commune="69123") == []
    assert found(world, mail, ("last_name", "Durand"), ("first_names", "Marie")) == []


def test_a_search_by_name_needs_the_whole_name_and_a_reason(world: World) -> None:
    for search in (
        Search(data=(("last_name", "Dupont"),), reason="demande"),
        Search(data=(("last_name", "Dupont"), ("first_names", "Marie"))),
        Search(data=(("last_name", "Dupont"), ("first_names", "Marie")), reason="  "),
        Search(data=(("first_names", "Marie"),), reason="demande"),
        Search(data=(), reason="demande"),
        Search(data=(("email", "no address"),), reason="demande"),
    ):
        with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
            find_contacts(processing, search)


def test_a_search_that_finds_too_many_shows_none(world: World) -> None:
    recorded(world, *[marie(world, f"m{number}@example.org") for number in range(11)])
    with pytest.raises(Invalid, match="more than 10"):
        found(world, ("last_name", "Dupont"), ("first_names", "Marie"))


# --- what stands in clear


@pytest.mark.parametrize(
    "place",
    [{"commune": "Marie Dupont"}, {"commune": "12 rue des Lilas"}, {"polling_station": "marie@example.org"}],
)
def test_a_clear_column_takes_a_code_and_never_words(place: dict[str, str], world: World) -> None:
    try:
        record(world, marie(world, **place))
    except IsoloirError:
        pass
    with raw(world.url, world.campaign) as database:
        stored = database.run("SELECT commune, polling_station FROM contact")
    assert next(iter(place.values())) not in str(stored)


@pytest.mark.parametrize("value", ["\ud800", "x" * (1 << 24)])
def test_a_value_no_record_can_hold_is_invalid_and_stores_nothing(value: str, world: World) -> None:
    before = dump(world)
    with pytest.raises(Invalid):
        record(world, supporter(world, ("last_name", value)))
    assert dump(world) == before
