"""What tools that poll must take out: kept whoever subscribed, in order, lost by nobody who keeps their place."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from api.wire_changes import Kind
from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.register import LONGEST
from audit.walk import Walk
from consent.oppositions import NewOpposition, record_oppositions
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from jobs.announcer import MOST_CONTACTS
from jobs.changes import KEPT, KINDS, Change, ChangesGone, list_changes, walk_from
from kernel.errors import Conflict
from kernel.identity import PersonId, random_uuid
from policy.standing import Action
from tests.consent_making import keep, said
from tests.factories import MANAGING, World, count, dump, later, marie, new_world, opened_world, raw, recorded, voter
from tests.jobs.story import recurring_worker


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def restrict(world: World, *persons: PersonId) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, persons, RestrictionGround.OBJECTION_PENDING)


def walked(world: World, walk: Walk | None = None, limit: int = 2) -> tuple[list[Change], Walk]:
    """Walk to the empty page; return what was seen, and where the next walk begins."""
    seen: list[Change] = []
    while True:
        with world.register.open(world.actor, MANAGING) as processing:
            page = list_changes(processing, walk, limit=limit)
        walk = page.walk
        if not page.changes:
            return seen, walk
        seen += page.changes


def told(world: World) -> list[tuple[str, list[PersonId]]]:
    return [(one.kind.value, [PersonId(person) for person in one.contacts]) for one in walked(world)[0]]


def test_what_goes_and_comes_back_is_listed_once_and_in_order_though_nobody_subscribed(world: World) -> None:
    one, other = recorded(world, marie(world), voter(world, 1))
    keep(world, said(world, one))
    assert told(world) == [], "who is new, and who agrees, is in the listing of contacts"
    restrict(world, one)
    later(world, seconds=1)
    with world.register.open(world.actor, MANAGING) as processing:
        release_contacts(processing, [one])
    later(world, seconds=1)
    keep(world, said(world, one, Action.WITHDRAWN), said(world, one, Action.REFUSED), said(world, other))
    later(world, seconds=1)
    with world.register.open(world.actor, MANAGING) as processing:
        record_oppositions(processing, [NewOpposition(data=[("email", "x@example.org")])], [[other]])
    later(world, seconds=1)
    world.installation.eraser.erase(world.actor, "rights_request", [other])
    assert told(world) == [
        ("contact.restricted", [one]),
        ("contact.released", [one]),
        ("consent.withdrawn", [one]),
        ("consent.withdrawn", [other]),
        ("contact.erased", [other]),
    ]
    assert count(world, "task") == 0
    assert {kind.value for kind in KINDS} == set(get_args(Kind))
    with raw(world.url, world.campaign) as database:
        (entry,) = database.run("SELECT counts FROM entry WHERE event = 'contact.released'")
    assert '"change.insert":1' in entry[0]


def test_who_objected_before_they_came_in_is_told_of_too(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        record_oppositions(processing, [NewOpposition(data=[("email", "marie@example.org")])], [()])
    assert told(world) == []
    persons = recorded(world, marie(world))
    assert told(world) == [("consent.withdrawn", persons)]


def test_what_is_undone_is_not_listed_and_no_campaign_sees_the_changes_of_another(world: World) -> None:
    (person,) = recorded(world, marie(world))
    before = dump(world)
    with pytest.raises(Conflict), world.register.open(world.actor, MANAGING) as processing:  # noqa: PT012
        restrict_contacts(processing, [person], RestrictionGround.OBJECTION_PENDING)
        raise Conflict
    assert dump(world, without=["entry"]) == {name: rows for name, rows in before.items() if name != "entry"}
    other = new_world(world.installation, world.url, "Autre")
    restrict(world, person)
    assert (len(told(world)), told(other)) == (1, [])


def test_no_page_boundary_loses_or_repeats_a_change_of_the_same_instant(world: World) -> None:
    persons = recorded(world, *[voter(world, number) for number in range(5)])
    for person in persons:
        restrict(world, person)
    for limit in (1, 2, 5):
        seen, _ = walked(world, limit=limit)
        assert sorted(one.contacts[0] for one in seen) == sorted(persons)


def test_a_change_that_is_committed_late_is_not_lost(world: World) -> None:
    one, other = recorded(world, voter(world, 1), voter(world, 2))
    first = world.clock.at
    later(world, seconds=100)
    restrict(world, one)
    seen, walk = walked(world)
    assert len(seen) == 1
    world.clock.at, reached = first + timedelta(seconds=50), world.clock.at
    restrict(world, other)
    world.clock.at = reached + LONGEST
    assert other in [person for change in walked(world, walk)[0] for person in change.contacts]


def test_a_change_that_is_committed_late_before_any_other_is_not_lost(world: World) -> None:
    (person,) = recorded(world, voter(world, 1))
    later(world, days=1)
    began = world.clock.at
    later(world, seconds=LONGEST.total_seconds())
    seen, walk = walked(world)
    assert seen == []
    with world.register.open(world.actor, MANAGING) as processing:
        since = walk_from(processing, world.clock.at)
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    _, begun = walked(world, since)
    world.clock.at, reached = began, world.clock.at
    restrict(world, person)
    world.clock.at = reached
    assert [len(walked(world, place)[0]) for place in (walk, since, begun)] == [1, 1, 1]


def test_changes_go_after_sixty_days_and_a_place_older_than_that_says_so(world: World) -> None:
    (person,) = recorded(world, marie(world))
    restrict(world, person)
    _, old = walked(world)
    recurring_worker(world).work_off()
    later(world, days=KEPT.days - 1)
    recurring_worker(world).work_off()
    assert count(world, "change") == 1
    _, kept = walked(world, old)
    later(world, days=2)
    recurring_worker(world).work_off()
    assert count(world, "change") == 0
    with pytest.raises(ChangesGone, match="anew"):
        walked(world, old)
    for at in (datetime.min.replace(tzinfo=UTC), world.clock.at - KEPT - timedelta(seconds=1)):
        with pytest.raises(ChangesGone), world.register.open(world.actor, MANAGING) as processing:
            walk_from(processing, at)
    assert walked(world, kept)[0] == [], "who polls keeps a good place, though nothing happens"
    assert walked(world)[0] == []


def test_a_large_act_is_told_in_rows_of_a_bounded_size(world: World) -> None:
    persons = [PersonId(random_uuid()) for _ in range(17 * MOST_CONTACTS + 1)]
    with world.register.open(world.actor, MANAGING) as processing:
        announced = {Announcement.CONTACT_ERASED: persons}
        processing.note(Note(event=Event.CONTACT_ERASED, counts={}, announced=announced))
    seen, _ = walked(world, limit=200)
    assert sorted(len(one.contacts) for one in seen) == [1] + 17 * [MOST_CONTACTS]
    assert {person for one in seen for person in one.contacts} == set(persons)
