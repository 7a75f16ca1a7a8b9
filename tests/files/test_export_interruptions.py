# ruff: noqa: ANN401 - orders are passed on
"""Exports that stop: resumed wherever they were killed, shared with other work, given up after the last failure."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
import pytest

import files.export_file
import files.exports.run
import files.hand_over
import jobs.run
from files.exports.order import RUN
from files.exports.parts import room_of
from files.exports.run import Exporter
from jobs.task import Ending
from tests.factories import World, later, opened_world
from tests.files.exporting import (
    IDENTITY,
    chores,
    chunks_of_three,
    downloaded,
    keyed,
    left,
    lines,
    order,
    people,
    run,
    shown,
    task,
    wanted,
)
from tests.files.sending import CHUNK, work_off

ROOT = Path(__file__).parents[2]


class _Killed(BaseException):
    """A power cut."""


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks_of_three(monkeypatch)


@pytest.mark.parametrize("inside", [False, True])
def test_an_export_killed_at_any_chunk_goes_on_without_loss_or_double(
    inside: bool,  # noqa: FBT001 - a parameter of the test
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyed(world)
    persons = people(world, 14)
    one = order(world, wanted()).id
    honest, kills, at, calls = jobs.run.keep_chunk, 0, 1, 0

    def dying(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and not inside:
            raise _Killed
        kept = honest(*given)
        if calls == at:
            raise _Killed
        return kept

    monkeypatch.setattr(files.exports.run, "keep_chunk", dying)
    while shown(world, one).state != "finished":
        try:
            run(world, one)
        except _Killed:
            kills, calls, at = kills + 1, 0, 2  # Each further try writes one chunk, and dies in the next.
    assert kills >= 4
    rows = lines(pyrage.decrypt(downloaded(world, one), [IDENTITY]))
    assert sorted(row["id"] for row in rows) == sorted(map(str, persons))
    assert shown(world, one).contacts == 14


def test_a_killed_end_is_ended_again_and_a_turn_leaves_room_for_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed(world)
    people(world, 7)
    one = order(world, wanted()).id
    assert run(world, one, seconds=0)
    assert (shown(world, one).state, shown(world, one).contacts) == ("running", 3)

    def dying(*_: Any) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(files.exports.run, "finish", dying)
        with pytest.raises(_Killed):
            run(world, one)
    assert not run(world, one)
    assert not run(world, one), "an ended export does nothing more"
    room = room_of(world.installation.settings, world.campaign)
    Exporter(world.register, room, 60).fail(world.campaign, one, OSError())  # Of a worker that lost its lease.
    assert len(lines(pyrage.decrypt(downloaded(world, one), [IDENTITY]))) == 7


def test_a_worker_takes_an_export_on_and_gives_up_after_the_last_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed(world)
    people(world, 4)
    one = order(world, wanted()).id
    payload = json.dumps({"export": str(one)})
    with monkeypatch.context() as patched:
        patched.setattr("installation.exporting._TURN_SECONDS", 0)
        assert chores(world).send_out(task(world, RUN, payload)).ending is Ending.ON

    def failing(*_: Any) -> None:
        raise OSError

    monkeypatch.setattr(files.exports.run, "encrypt_to", failing)
    for attempt in (1, 10):
        with pytest.raises(Exception, match="no room"):
            chores(world).send_out(task(world, RUN, payload, attempt))
        assert shown(world, one).state == ("running" if attempt == 1 else "failed")
    assert left(world) == []


def test_a_worker_that_is_killed_for_good_leaves_an_export_that_another_ends_as_if_nothing_had_been(
    postgresql_url: str, tmp_path: Path
) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        keyed(world)
        people(world, 3 * CHUNK + 1)
        unharmed = order(world, wanted()).id
        assert work_off(world.installation, world.campaign) > 0
        one = order(world, wanted()).id
        command = [sys.executable, "-m", "tests.files.sending", str(tmp_path), world.url, str(world.campaign), "2"]
        assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -signal.SIGKILL
        assert (shown(world, one).state, shown(world, one).contacts) == ("running", CHUNK)
        assert work_off(world.installation, world.campaign) == 0, "its lease runs still"
        later(world, minutes=16)
        assert work_off(world.installation, world.campaign) > 0
        told = [pyrage.decrypt(downloaded(world, each), [IDENTITY]).splitlines() for each in (unharmed, one)]
        # Each export has an order of its own; everything else is the same, line by line.
        assert told[0][0] == told[1][0]
        assert sorted(told[0]) == sorted(told[1])
        assert len(told[1]) == len(set(told[1])) == 3 * CHUNK + 2
        ended = [shown(world, each) for each in (unharmed, one)]
        assert ended[0].contacts == ended[1].contacts == 3 * CHUNK + 1
