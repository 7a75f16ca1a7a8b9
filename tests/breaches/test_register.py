"""The register of breaches: its clock, its form, whom a leak reached by the log, what goes out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from breaches.notification import tell_persons, write_notification
from breaches.reach import Leak, find_reached, persons_of
from breaches.register import (
    Breach,
    close_breach,
    complete_breach,
    has_old_breaches,
    list_breaches,
    notify_breach,
    open_breach,
    sweep_breaches,
)
from contacts.reveal import reveal_contacts
from kernel.actor import Actor, ActorKind
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.load import load
from rights.board import show_request
from rights.file import Person as Who
from rights.file import Told
from rights.give import give_document, show_document
from rights.identity import doubt_identity
from rights.receive import NewRequest, receive_requests
from rights.words import Kind, Way
from tests.attachments.samples import PLAIN_PDF
from tests.factories import MANAGING, PURPOSES, World, count, later, marie, opened_world, raw, recorded, supporter

URL = "https://isoloir.example.org"
FORM: dict[str, Any] = {
    "nature": ["confidentiality"],
    "data": ["identity", "contact", "political_opinion"],
    "way": "client",
    "approximate_persons": 2,
    "consequences": "Des inconnus peuvent vous écrire.",
    "measures_after": "Le programme a été révoqué.",
}
PROOF = {"by": "DPO", "on": "2026-11-22", "reference": "PV-3"}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as opened:
        yield opened


def opened_breach(world: World, **form: Any) -> UUID:  # noqa: ANN401
    with world.register.open(world.actor, "administration") as processing:
        return open_breach(processing, processing.at, {**FORM, **form})


def completed(world: World, breach: UUID, **form: Any) -> Breach:  # noqa: ANN401
    with world.register.open(world.actor, "administration") as processing:
        return complete_breach(processing, breach, form)


def notified(world: World, breach: UUID, kind: str = "initial") -> Breach:
    with world.register.open(world.actor, "administration") as processing:
        return notify_breach(processing, breach, processing.at, kind)


def reveal(world: World, client: str, *persons: PersonId, purpose: str = MANAGING) -> None:
    with world.register.open(client_named(world, client), purpose) as processing:
        reveal_contacts(processing, persons)


def client_named(world: World, name: str) -> Actor:
    return Actor(id=name, kind=ActorKind.CLIENT, campaign=world.campaign, scopes=frozenset({"*"}), purposes=PURPOSES)


def test_a_breach_goes_through_its_steps_and_a_late_notification_needs_its_reason(world: World) -> None:
    world.clock.at = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)  # A Friday night: the weekend counts.
    breach = opened_breach(world)
    later(world, hours=71)
    with world.register.open(world.actor, "administration") as processing:
        (found,) = list_breaches(processing)
    assert found.deadline.by == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert (found.deadline.left, found.deadline.is_over) == (timedelta(hours=1), False)
    later(world, hours=2)
    with pytest.raises(Invalid):
        notified(world, breach)
    completed(world, breach, late_reason="Le prestataire a prévenu tard.")
    assert notified(world, breach).notified_at == world.clock.at
    with world.register.open(world.actor, "administration") as processing:
        told = write_notification(processing, breach)
    assert told.form["is_late"] is True
    assert "Motif du retard : Le prestataire a prévenu tard." in told.text
    assert "origin" in told.missing
    assert "Opinions politiques" in told.text
    with pytest.raises(Conflict), world.register.open(world.actor, "administration") as processing:
        close_breach(processing, breach)
    completed(world, breach, informed="not_required")
    with world.register.open(world.actor, "administration") as processing:
        assert close_breach(processing, breach).closed_at is not None
    with pytest.raises(Conflict):
        completed(world, breach, severity="limited")
    world.clock.at = datetime(2031, 11, 25, tzinfo=UTC)
    with world.installation.database.transaction(world.campaign) as reading:
        assert has_old_breaches(reading, world.campaign, load("france", world.clock.at.date()), world.clock.at.date())
    with world.register.open(world.actor, "administration") as processing:
        assert sweep_breaches(processing) == 1


def test_what_the_form_does_not_know_is_refused(world: World) -> None:
    breach = opened_breach(world)
    wrong: tuple[dict[str, Any], ...] = (
        {"severity": "huge"},
        {"nature": "confidentiality"},
        {"begun_at": "yesterday"},
        {"begun_at": "2026-11-20T10:00:00"},
        {"approximate_persons": -1},
        {"names": ["x"]},
        {"informed": "encryption", "way": "backup"},
        {"informed": "encryption", "way": "client", "keys_safe": PROOF},
        {"informed": "encryption", "way": "backup", "keys_safe": {"by": "DPO"}},
    )
    for form in wrong:
        with pytest.raises(Invalid):
            completed(world, breach, **form)
    found = completed(world, breach, informed="encryption", way="backup", keys_safe=PROOF, begun_at=world.clock.at)
    assert found.told["keys_safe"] == PROOF
    with pytest.raises(Invalid):
        notified(world, breach, "by phone")
    with pytest.raises(NotFound):
        completed(world, random_uuid(), severity="limited")
    with pytest.raises(Invalid), world.register.open(world.actor, "administration") as processing:
        open_breach(processing, processing.at + timedelta(hours=1), {})


def test_who_was_shown_a_request_or_its_document_is_reached_too(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with world.register.open(world.actor, "rights_request") as processing:
        who = Told(person=Who(last_name="Dupont", email="marie@example.org"))
        new = NewRequest(kind=Kind.ACCESS, told=who, way=Way.LETTER, contact=person)
        (asked,) = receive_requests(processing, [new], URL)
        doubt_identity(processing, asked.id, why="nom", question="?", public_url=URL, document=True)
        give_document(processing, asked.id, "application/pdf", PLAIN_PDF)
    shown = {"asks": show_request, "proves": show_document}
    for client, show in shown.items():
        with world.register.open(client_named(world, client), "rights_request") as processing:
            show(processing, asked.id)
    begun, fields = world.clock.at - timedelta(hours=1), {"asks": ("email", "last_name"), "proves": ()}
    for client in shown:
        with world.register.open(world.actor, "rights_request") as processing:
            found = find_reached(processing, Leak(since=begun, until=processing.at, actor=client))
        assert dict(found.persons) == {person: fields[client]}


def test_the_log_tells_whom_a_leaked_client_reached_and_with_which_fields(world: World) -> None:
    one, two, mute, erased = recorded(
        world,
        marie(world),
        supporter(world, ("email", "two@example.org"), ("note", "veut un tract")),
        supporter(world, ("phone", "0639980102")),
        supporter(world, ("email", "gone@example.org")),
    )
    reveal(world, "leaked", one, erased)
    later(world, hours=1)
    reveal(world, "leaked", two, purpose="email_campaign")
    reveal(world, "honest", mute)
    world.installation.eraser.erase(world.actor, "rights_request", [erased])
    begun = world.clock.at - timedelta(hours=2)
    with world.register.open(world.actor, "rights_request") as processing:
        found = find_reached(processing, Leak(since=begun, until=processing.at, actor="leaked"))
    assert dict(found.persons) == {one: ("email", "first_names", "last_name"), two: ("email",)}
    assert (found.erased, found.entries, found.fields["email"]) == (1, 2, 2)
    with world.register.open(world.actor, "rights_request") as processing:
        window = find_reached(processing, Leak(since=world.clock.at, until=processing.at))
    assert sorted(window.persons) == sorted([two, mute])
    breach = opened_breach(world)
    with world.register.open(world.actor, "rights_request") as processing:
        told = tell_persons(processing, breach, [*persons_of(found), mute])
    assert (told.queued, told.others) == (2, (mute,))
    assert count(world, "message") == 2
    with raw(world.url, world.campaign) as database:
        assert not any(b"example.org" in bytes(row[0]) for row in database.run("SELECT sealed FROM message"))
    with pytest.raises(Invalid), world.register.open(world.actor, "rights_request") as processing:
        find_reached(processing, Leak(since=processing.at, until=begun))
    bare = opened_breach(world, consequences="")
    with pytest.raises(Conflict), world.register.open(world.actor, "rights_request") as processing:
        tell_persons(processing, bare, [one])
