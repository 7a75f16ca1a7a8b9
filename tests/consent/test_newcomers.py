"""Claims that were prepared before their persons were stored are recorded of those of whom nothing else was said."""

import pytest

from audit.events import Event
from audit.note import Note
from consent.newcomers import Claims, prepare_claims, record_claims
from consent.standings import list_standings
from kernel.errors import Invalid
from policy.standing import Action
from tests.consent_making import keep, said
from tests.factories import MANAGING, World, count, marie, recorded


def test_claims_are_recorded_of_whoever_came_in_and_left_of_whom_something_was_said(world: World) -> None:
    new, known, away = recorded(world, *[marie(world, f"marie{number}@example.org") for number in range(3)])
    keep(world, said(world, known, Action.WITHDRAWN))
    names = {one: bytes([number] * 16) for number, one in enumerate((new, known, away))}
    with world.register.open(world.actor, MANAGING) as processing:
        claims = prepare_claims(processing, [said(world, one) for one in names], names)
        assert not processing.observed, "nothing is read, so that nobody waits yet"
        assert all(one in claims for one in names)
        kept, left = record_claims(processing, claims, [new, known])
    assert (len(kept), left, count(world, "consent_evidence")) == (1, {known}, 2)
    with world.register.open(world.actor, MANAGING) as processing:
        told = {row["person"]: row["status"] for row in list_standings(processing, list(names))}
    assert told == {new: "claimed", known: "withdrawn"}


def test_of_nobody_nothing_is_recorded_and_nothing_noted(world: World) -> None:
    (known,) = recorded(world, marie(world))
    keep(world, said(world, known))
    with world.register.open(world.actor, MANAGING) as processing:
        assert record_claims(processing, Claims(), [known]) == ([], set())
        assert not processing.notes
        claims = prepare_claims(processing, [said(world, known)], {known: bytes(16)})
        assert record_claims(processing, claims, [known]) == ([], {known})
        assert [note.event for note in processing.notes] == [Event.CONSENT_LISTED]


def test_what_is_more_than_a_claim_is_not_prepared(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        for one in (said(world, person, Action.WITHDRAWN), said(world, person, details={"form": "lettre"})):
            with pytest.raises(Invalid):
                prepare_claims(processing, [one], {person: bytes(16)})
        processing.note(Note(event=Event.LOG_READ, counts={}))
