"""What the log tells of a person's file: who consulted it, what was shown, and to whom exports carried it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from audit.consultations import Exported, consultations_of, exports_of, log_begins
from audit.disclosures import Disclosure, disclosures_between
from audit.events import Event
from audit.note import Note
from kernel.actor import Actor, operator_in
from tests.factories import MANAGING, NOW, PURPOSES, World, later, raw

ONE, OTHER = b"1" * 16, b"2" * 16
RECIPIENT = UUID(int=5)
JOB = UUID(int=6)


def note(
    world: World,
    event: Event,
    *subjects: bytes,
    free: Mapping[str, str] | None = None,
    job: UUID | None = None,
    actor: Actor | None = None,
) -> None:
    later(world, minutes=1)
    with world.register.open(actor or world.actor, MANAGING) as processing:
        processing.note(Note(event=event, counts={}, fields=["email"], subjects=subjects, free=free, job=job))


def filled(world: World) -> None:
    """Show one person, export both to a recipient, and export the other alone to nobody who is told."""
    note(world, Event.CONTACT_REVEALED, ONE)
    note(world, Event.EXPORT_CHUNK_EMITTED, ONE, OTHER, free={"recipient_id": str(RECIPIENT)}, job=JOB)
    note(world, Event.EXPORT_CHUNK_EMITTED, OTHER)


def test_a_person_is_told_when_for_what_which_fields_and_to_whom(world: World) -> None:
    filled(world)
    with world.register.open(world.actor, MANAGING) as processing:
        told = consultations_of(processing, [ONE])
    assert [(one.event, one.recipient, one.at - NOW) for one in told] == [
        ("contact.revealed", None, timedelta(minutes=1)),
        ("export.chunk_emitted", RECIPIENT, timedelta(minutes=2)),
    ]
    assert {(one.outcome, one.actor_kind, one.actor_id, one.purpose, one.fields) for one in told} == {
        ("done", "operator", "operator", MANAGING, ("email",))
    }
    with world.register.open(world.actor, MANAGING) as processing:
        assert [one.event for one in consultations_of(processing, [ONE, b"3" * 16])][2:] == ["log.read"], "noted"
        assert [one.recipient for one in consultations_of(processing, [OTHER])] == [RECIPIENT, None]


def test_exports_are_found_by_whom_they_carried_and_where(world: World) -> None:
    def left(one: bytes) -> Exported:
        return Exported(one, RECIPIENT, JOB, NOW + timedelta(minutes=2), ("email",))

    filled(world)
    many = [bytes([number]) * 16 for number in range(17)]
    with world.register.open(world.actor, MANAGING) as processing:
        assert exports_of(processing, [ONE, OTHER]) == [left(ONE), left(OTHER)]
        assert exports_of(processing, [ONE]) == [left(ONE)]
        assert exports_of(processing, [*many, ONE]) == [left(ONE)]
        assert exports_of(processing, many) == []
        read = [told.counts["entry.read"] for told in processing.notes]
        assert exports_of(processing, []) == []
    assert read == [2, 1, 2, 2], "many at once are sought among all exports"


def test_the_log_begins_with_its_oldest_entry_that_is_kept(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        assert log_begins(processing) == NOW
    with raw(world.url, world.campaign) as database:
        database.run("DELETE FROM entry")
    with world.register.open(world.actor, MANAGING) as processing:
        assert log_begins(processing) is None


def test_what_was_shown_within_a_time_is_found_by_actor_and_by_job(world: World) -> None:
    filled(world)
    somebody = operator_in(world.campaign, PURPOSES)
    note(world, Event.LOG_READ, ONE)
    whole = world.clock.at
    with world.register.open(somebody, MANAGING) as processing:
        shown = disclosures_between(processing, NOW, whole)
        assert shown[:2] == [
            Disclosure(Event.CONTACT_REVEALED, NOW + timedelta(minutes=1), ("email",), (ONE,)),
            Disclosure(Event.EXPORT_CHUNK_EMITTED, NOW + timedelta(minutes=2), ("email",), (ONE, OTHER)),
        ]
        assert [one.event for one in shown[2:]] == [Event.EXPORT_CHUNK_EMITTED], "reading the log shows nobody"
        assert disclosures_between(processing, NOW, whole, job=JOB) == shown[1:2]
        assert disclosures_between(processing, NOW, whole, actor="operator") == shown
        assert disclosures_between(processing, NOW, whole, actor="nobody") == []
        assert disclosures_between(processing, whole, whole) == []
        processing.note(Note(event=Event.LOG_READ, counts=dict(processing.observed)))
