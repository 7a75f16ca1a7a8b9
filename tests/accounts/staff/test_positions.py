"""A position is shared by whoever chooses it, for some hours; the last place alone is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.staff.manage import disable_staff
from accounts.staff.own_data import show_own_data
from accounts.staff.positions import Place, SharedPosition, list_positions, share_position, withhold_position
from accounts.sweep import has_ended_access, sweep_access
from kernel.actor import Actor
from kernel.errors import Conflict, Forbidden, Invalid
from tests.accounts.staff.people import ADMINISTRATION, OWN, Member, actor, enrolled, events, given_role
from tests.factories import World, count, dump, later, opened_world

HERE = Place(48.856613, 2.352222)
THERE = Place(48.8530, 2.3499)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def member(world: World) -> Member:
    return enrolled(world)


def share(world: World, who: Actor, place: Place, hours: int | None = None) -> None:
    with world.register.open(who, OWN) as processing:
        share_position(processing, place, hours)


def shown(world: World, who: Actor, purpose: str = "canvassing") -> list[SharedPosition]:
    with world.register.open(who, purpose) as processing:
        return list_positions(processing)


def test_a_position_is_seen_by_the_team_moves_and_ends_with_its_hours(world: World, member: Member) -> None:
    walker, looker = actor(world, member), actor(world, enrolled(world, email="autre@example.org"))
    assert shown(world, looker) == []
    with pytest.raises(Conflict):
        share(world, walker, HERE)
    share(world, walker, HERE, hours=1)
    (first,) = shown(world, looker)
    assert (first.staff, first.place) == (member.id, Place(48.8566, 2.3522))
    later(world, minutes=20)
    share(world, walker, THERE)
    (moved,) = shown(world, looker)
    assert (moved.place, moved.until) == (THERE, first.until)
    later(world, minutes=40)
    assert shown(world, looker) == []
    with pytest.raises(Conflict):
        share(world, walker, HERE)
    with world.installation.database.transaction(world.campaign) as reading:
        assert has_ended_access(reading, world.campaign, world.clock.at)
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        sweep_access(processing)
    assert count(world, "staff_position") == 0


def test_it_ends_at_once_when_its_owner_says_so_changes_role_or_leaves(world: World, member: Member) -> None:
    walker = actor(world, member)
    share(world, walker, HERE, hours=12)
    for _ in range(2):  # Stopping what is stopped is no error.
        with world.register.open(walker, OWN) as processing:
            withhold_position(processing)
        assert count(world, "staff_position") == 0
    share(world, walker, HERE, hours=12)
    given_role(world, member, "auditor")
    assert count(world, "staff_position") == 0
    given_role(world, member, "canvasser")
    share(world, actor(world, member), HERE, hours=12)
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        disable_staff(processing, member.id)
    assert count(world, "staff_position") == 0


def test_no_other_purpose_and_no_other_role_sees_it(world: World, member: Member) -> None:
    share(world, actor(world, member), HERE, hours=2)
    manager, dpo = (actor(world, enrolled(world, role, f"{role}@example.org")) for role in ("manager", "dpo"))
    assert len(shown(world, manager)) == 1
    for who, purpose in ((manager, "contact_management"), (dpo, "rights_request")):
        with pytest.raises(Forbidden):
            shown(world, who, purpose)


def test_its_owner_sees_it_and_neither_the_database_nor_the_log_tells_of_the_place(
    world: World, member: Member
) -> None:
    walker = actor(world, member)
    share(world, walker, HERE, hours=2)
    with world.register.open(walker, OWN) as processing:
        own = show_own_data(processing).position
    assert own is not None
    assert own.place == Place(48.8566, 2.3522)
    assert "48.85" not in str(dump(world))
    assert "staff.position_shared" in events(world)


def test_a_program_has_no_position_and_no_place_is_off_the_earth(world: World, member: Member) -> None:
    walker = actor(world, member)
    for place, hours in ((HERE, 0), (HERE, 13), (Place(91, 0), 1), (Place(0, float("nan")), 1)):
        with pytest.raises(Invalid):
            share(world, walker, place, hours)
    with pytest.raises(Forbidden), world.register.open(world.actor, ADMINISTRATION) as processing:
        share_position(processing, HERE, 1)
    assert count(world, "staff_position") == 0
