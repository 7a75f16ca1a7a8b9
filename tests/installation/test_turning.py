"""The schedule of the root key: a version is destroyed on its day, and no copy of keys opens after it."""

import shlex
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.parser import make_parser
from contacts.reveal import reveal_contacts
from crypto.campaign_keys import unwrap_campaign_key
from installation.doctor import examine
from installation.turning import Turned, turn_root
from kernel.errors import Unopenable
from tests.factories import MANAGING, NOW, World, later, marie, opened_world, raw, recorded

UNIT = Path(__file__).parents[2] / "deploy/eu/isoloir-nightly.service"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def turned(world: World) -> Turned:
    return turn_root(world.installation)


def warnings(world: World) -> set[str]:
    found = examine(world.installation.settings, world.clock)
    return {one.text for one in found if one.state == "warn" and one.name == "root_key"}


def test_a_version_wraps_for_half_its_time_and_is_destroyed_on_the_day_that_certificates_name(world: World) -> None:
    (person,) = recorded(world, marie(world))
    until = NOW.date() + world.installation.eraser.rotation
    old, versions = wrapped(world), world.installation.provider.versions
    for day, is_new, alive in ((0, False, (1,)), (14, False, (1,)), (15, True, (1, 2)), (29, False, (1, 2))):
        world.clock.at = NOW + timedelta(days=day)
        assert (turned(world).is_new, versions()) == (is_new, alive)
    assert not warnings(world)
    assert opens(world, old)
    later(world, days=1)
    assert world.clock.at.date() == until
    done = turned(world)
    assert not opens(world, old)
    assert done == Turned(version=3, destroyed=(1,), is_new=True, next_on=date(2027, 1, 5))
    with world.register.open(world.actor, MANAGING) as processing:
        assert reveal_contacts(processing, [person]) != [None]


def wrapped(world: World) -> Any:  # noqa: ANN401 - a row
    """Keep a wrapped key of today, as a stolen copy would."""
    with raw(world.url, world.campaign) as database:
        return database.run("SELECT purpose, version, root_version, wrapped FROM keys.campaign_key")[0]


def opens(world: World, copy: Any) -> bool:  # noqa: ANN401
    purpose, version, root_version, sealed = copy
    try:
        unwrap_campaign_key(
            world.installation.provider,
            world.campaign.bytes,
            purpose=purpose,
            version=version,
            state="active",
            root_version=root_version,
            wrapped=bytes(sealed),
        )
    except Unopenable:
        return False
    return True


def test_a_turn_that_was_interrupted_is_finished_first_and_one_that_is_late_is_told(world: World) -> None:
    world.installation.provider.rotate()  # Killed here: nothing is wrapped by it yet.
    assert warnings(world)
    assert not turned(world).is_new
    assert not warnings(world)
    later(world, days=17)
    assert warnings(world) == {"the root key is past its day: run isoloir keys rotate --root --due"}
    assert turned(world).destroyed == (1,)


def test_the_nightly_unit_names_commands_that_there_are() -> None:
    commands = [line.partition("isoloir ")[2] for line in UNIT.read_text().splitlines() if line.startswith("ExecStart")]
    parsed = [make_parser().parse_args(shlex.split(one)) for one in commands]
    assert [one.root and one.due for one in parsed[1:]] == [True]
    assert parsed[0].data_recipient == ["${DATA_RECIPIENT}"]
