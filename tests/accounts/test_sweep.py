"""What admits nobody any more is deleted; what still does stays."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.clients import create_client, rotate_secret
from accounts.staff.lockout import LOCKED
from accounts.staff.sessions import IDLE
from accounts.sweep import has_ended_access, sweep_access
from kernel.errors import Unauthenticated
from tests.accounts.staff.people import ADMINISTRATION, enrolled, events, signed_in
from tests.factories import MANAGING, World, count, later, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def sweep(world: World) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        sweep_access(processing)


def due(world: World) -> bool:
    with world.installation.database.transaction(world.campaign) as reading:
        return has_ended_access(reading, world.campaign, world.clock.at)


def left(world: World) -> tuple[int, int, int]:
    return count(world, "staff_session"), count(world, "staff_try"), count(world, "client_secret")


def test_what_holds_no_more_is_deleted_and_what_holds_stays(world: World) -> None:
    member = enrolled(world)
    client = create_client(world.register, world.actor, name="outil", scopes=[], purposes=[MANAGING])
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        rotate_secret(processing, client.client_id, overlap=timedelta(hours=1))
    signed_in(world, member)
    with pytest.raises(Unauthenticated):
        signed_in(world, member, code="000000")
    assert left(world) == (1, 1, 2)
    sweep(world)
    assert (left(world), due(world)) == ((1, 1, 2), False)
    later(world, seconds=IDLE.total_seconds())
    assert due(world)
    sweep(world)
    assert left(world) == (0, 1, 2)
    later(world, hours=1)
    assert due(world)
    sweep(world)
    assert left(world) == (0, 1, 1)
    later(world, seconds=LOCKED.total_seconds())
    assert due(world)
    sweep(world)
    assert left(world) == (0, 0, 1)
    assert events(world).count("access.swept") == 4
