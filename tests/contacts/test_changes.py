"""Listing in the order of change: nobody is lost, whoever commits when."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from audit.register import LONGEST
from audit.walk import OVERLAP, Walk
from contacts.changes import ChangedPage, list_changed
from contacts.listing import Selection
from contacts.record import record_contacts
from contacts.restrict import RestrictionGround, restrict_contacts
from kernel.errors import Conflict
from kernel.identity import PersonId
from tests.factories import MANAGING, World, later, marie, opened_world, recorded, voter

ALL = Selection()


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as opened:
        yield opened


def page(world: World, walk: Walk | None, limit: int = 2, selection: Selection = ALL) -> ChangedPage:
    with world.register.open(world.actor, MANAGING) as processing:
        return list_changed(processing, selection, walk, limit=limit)


def walked(world: World, walk: Walk | None = None, selection: Selection = ALL) -> tuple[list[PersonId], Walk | None]:
    """Walk to the empty page; return who was seen, in order, and where the next walk begins."""
    seen: list[PersonId] = []
    while True:
        found = page(world, walk, selection=selection)
        walk = found.walk
        if not found.contacts:
            return seen, walk
        seen += [one.person for one in found.contacts]


def test_a_walk_sees_everybody_once_in_the_order_of_change(world: World) -> None:
    persons = recorded(world, *[voter(world, number) for number in range(5)])
    later(world, seconds=1)
    persons += recorded(world, marie(world))
    seen, _ = walked(world)
    assert (sorted(seen[:5]), seen[5]) == (sorted(persons[:5]), persons[5])


def test_an_empty_file_is_an_empty_page_and_its_place_is_kept(world: World) -> None:
    seen, walk = walked(world)
    persons = recorded(world, marie(world))
    assert (seen, walked(world, walk)[0]) == ([], persons)


def test_who_keeps_the_place_sees_what_changed_since_and_nothing_older(world: World) -> None:
    recorded(world, voter(world, 1))
    later(world, minutes=10)
    _, walk = walked(world)
    persons = recorded(world, marie(world))
    later(world, minutes=10)
    seen, walk = walked(world, walk)
    assert seen == persons
    assert walked(world, walk)[0] == []


def test_a_row_that_is_committed_late_is_not_lost(world: World) -> None:
    first = world.clock.at
    recorded(world, voter(world, 1))
    later(world, seconds=100)
    recorded(world, voter(world, 2))
    seen, walk = walked(world)
    assert len(seen) == 2
    world.clock.at, reached = first + timedelta(seconds=50), world.clock.at
    late = recorded(world, marie(world))
    world.clock.at = reached + LONGEST
    assert late[0] in walked(world, walk)[0]


def test_a_row_committed_behind_a_long_walk_is_seen_by_the_next(world: World) -> None:
    """The walk is under way while others write: its restart is the first place where rows still moved."""
    recorded(world, *[voter(world, number) for number in range(3)])
    later(world, minutes=10)
    recorded(world, *[voter(world, number) for number in range(3, 6)])
    began = world.clock.at
    walk = None
    for _ in range(3):
        walk = page(world, walk).walk
    later(world, minutes=1)
    world.clock.at, now = began - timedelta(seconds=90), world.clock.at
    late = recorded(world, marie(world))
    world.clock.at = now
    seen, walk = walked(world, walk)
    assert late[0] not in seen
    seen, _ = walked(world, walk)
    assert late[0] in seen
    assert len(seen) == 4, "those that stood still are not shown again"


def test_a_processing_that_writes_may_not_last_longer_than_listings_allow(world: World) -> None:
    with pytest.raises(Conflict, match="too long"):  # noqa: SIM117, PT012 - the error comes when the inner one is left
        with world.register.open(world.actor, MANAGING) as processing:
            record_contacts(processing, [marie(world)])
            later(world, seconds=LONGEST.total_seconds() + 1)
    assert walked(world)[0] == []
    assert OVERLAP > LONGEST


def test_a_reading_may_last_as_long_as_it_likes(world: World) -> None:
    persons = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        found = list_changed(processing, ALL, None, limit=1)
        later(world, hours=1)
    assert [one.person for one in found.contacts] == persons


def test_a_change_and_a_restriction_bring_a_contact_to_the_end(world: World) -> None:
    persons = recorded(world, marie(world), voter(world, 1), voter(world, 2))
    later(world, seconds=1)
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [persons[0]], RestrictionGround.OBJECTION_PENDING)
    later(world, seconds=1)
    assert walked(world)[0][-1] == persons[0]


def test_a_walk_is_narrowed_by_clear_columns(world: World) -> None:
    persons = recorded(world, marie(world), voter(world, 1))
    assert walked(world, selection=Selection(category="roll"))[0] == [persons[1]]
    assert walked(world, selection=Selection(commune="75056", polling_station="0001"))[0] == [persons[1]]
    assert walked(world, selection=Selection(commune="13055"))[0] == []
