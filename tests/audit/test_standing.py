"""How the log stands: what waits, since when, and whether its newest part holds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from audit.errors import Tampered
from audit.standing import LogStanding, check_tail, log_standing, signed_sizes
from keys.load import load_campaign_keys
from tests.factories import NOW, World, later, marie, opened_world, raw, recorded


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def standing(world: World) -> LogStanding:
    with world.installation.database.directory() as reading:
        reading.enter(world.campaign)
        keys = load_campaign_keys(reading, world.installation.provider, world.campaign)
        return log_standing(reading, world.campaign, keys)


def tail(world: World) -> None:
    with world.installation.database.directory() as reading:
        reading.enter(world.campaign)
        keys = load_campaign_keys(reading, world.installation.provider, world.campaign)
        check_tail(reading, world.campaign, keys, world.installation.checkpoints)


def test_what_waits_and_since_when_is_told_without_a_trace(world: World) -> None:
    before = standing(world)
    assert (before.waiting > 0, before.oldest, before.erasures) == (True, NOW, 0)
    assert before.lag(NOW + timedelta(seconds=9)) == timedelta(seconds=9)
    assert before.lag(NOW - timedelta(seconds=9)) == timedelta(0)
    assert standing(world) == before
    world.installation.sequence()
    assert standing(world) == LogStanding(0, None, 0)
    assert standing(world).lag(NOW) == timedelta(0)


def test_the_sequencer_counts_what_it_numbered_by_event_and_once(world: World) -> None:
    recorded(world, marie(world))
    world.installation.sequence()
    taken = world.installation.sequencer.take_numbered()
    assert (taken["contact.recorded"], taken["origin.declared"]) == (1, 2)
    assert world.installation.sequencer.take_numbered() == {}


def test_a_log_that_was_never_signed_has_no_tail(world: World) -> None:
    tail(world)


def test_the_tail_holds_over_several_pages_and_checkpoints(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.store._PAGE", 2)
    for number in range(3):
        recorded(world, marie(world, f"marie{number}@example.org"))
        world.installation.sequence()
        later(world, seconds=1)
    tail(world)


def test_the_tail_holds_while_the_file_is_behind(world: World) -> None:
    world.installation.sequence()
    for path in world.installation.settings.checkpoint_dir.rglob("*.checkpoints"):
        path.unlink()
    tail(world)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET outcome = 'refused'",
        "DELETE FROM entry",
        "DELETE FROM sequence WHERE number > 0",
        "DELETE FROM checkpoint",
        "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)",
    ],
)
def test_a_tail_that_was_changed_or_cut_is_found(world: World, statement: str) -> None:
    world.installation.sequence()
    recorded(world, marie(world))
    world.installation.sequence()
    with raw(world.url, world.campaign) as database:
        database.run(statement)
    with pytest.raises(Tampered):
        tail(world)


def test_every_month_is_told_with_the_size_that_was_last_signed(world: World) -> None:
    for _ in range(2):
        world.installation.sequence()
        recorded(world, marie(world, f"{world.clock.at:%d}@example.org"))
        world.installation.sequence()
        later(world, days=31)
    with world.installation.database.directory() as reading:
        reading.enter(world.campaign)
        sizes = signed_sizes(reading, world.campaign)
    with raw(world.url, world.campaign) as database:
        counted = database.run("SELECT month, count(*) FROM sequence GROUP BY month ORDER BY month")
    assert list(sizes.items()) == [(f"{month // 100}-{month % 100:02}", size) for month, size in counted]
    assert list(sizes) == ["2026-11", "2026-12"]
