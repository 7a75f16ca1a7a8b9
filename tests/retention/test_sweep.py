"""The sweep: what is past its day leaves, per datum; what the person gave stays; nothing is done twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campaigns.ballots import State
from campaigns.elections import change_election
from contacts.amend import Amendment, amend_contacts
from contacts.reveal import reveal_contacts
from kernel.identity import PersonId
from outreach.record import NewInteraction, record_interactions
from outreach.words import Kind, Outcome
from policy.draft import Draft
from retention.runs import Run
from retention.sweep import sweep_contacts
from tests.factories import MANAGING, World, count, opened_world, raw, recorded, voter

DECIDED = date(2027, 3, 15)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as opened:
        yield opened


def sweep(world: World, *, simulated: bool = False) -> Run:
    return sweep_contacts(world.installation.eraser, world.actor, simulated=simulated, tell=lambda _: None)


def to(world: World, day: date) -> None:
    world.clock.at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def step(world: World, state: State, on: date) -> None:
    to(world, on)
    with world.register.open(world.actor, "administration") as processing:
        change_election(processing, world.election, state, on)


def decide(world: World) -> None:
    step(world, State.ROUND_1, date(2027, 3, 14))
    step(world, State.DECIDED, DECIDED)


def shown(world: World, person: PersonId) -> set[str]:
    with world.register.open(world.actor, MANAGING) as processing:
        (found,) = reveal_contacts(processing, [person])
    return set() if found is None else {one.field for one in found.data}


def visited(world: World, person: PersonId) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        met = NewInteraction(contact=person, kind=Kind.VISIT, at=processing.at, outcome=Outcome.RECONTACT)
        assert record_interactions(processing, [met])[0].fault is None


def joined(world: World, person: PersonId, *data: tuple[str, str]) -> None:
    """Let a voter of the roll become a regular contact, who gives these data."""
    with world.register.open(world.actor, MANAGING) as processing:
        (found,) = reveal_contacts(processing, [person])
    assert found is not None
    draft = Draft(category="regular", origin=world.newsletter, data=data)
    with world.register.open(world.actor, MANAGING) as processing:
        amend_contacts(processing, [Amendment(person=person, revision=found.revision, draft=draft)])


def test_values_of_the_roll_go_when_the_election_is_decided_and_what_the_person_gave_stays(world: World) -> None:
    only_roll, known, confirmed = recorded(world, *[voter(world, number) for number in (1, 2, 3)])
    joined(world, known, ("email", "known@example.org"))
    joined(world, confirmed, ("email", "confirmed@example.org"), ("last_name", "Électeur3"))
    assert sweep(world).counts == {}
    decide(world)
    simulated = sweep(world, simulated=True)
    assert simulated.counts == {"roll.erased": 1, "roll.stripped": 2}
    assert count(world, "contact") == 3
    assert sweep(world).counts == simulated.counts
    assert shown(world, only_roll) == set()
    assert shown(world, known) == {"email"}
    assert shown(world, confirmed) == {"email", "last_name"}
    assert sweep(world).counts == {}
    with raw(world.url, world.campaign) as database:
        assert set(database.run("SELECT commune, polling_station FROM contact")) == {(None, None)}
