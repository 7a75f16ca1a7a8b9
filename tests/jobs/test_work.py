"""Tasks are done at least once, recurring ones by one winner a turn; the processes here are real and are killed."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from audit.events import Event
from audit.note import Note
from jobs.retry import MOST_ATTEMPTS, PAUSES, endpoint_pause, pause_after
from jobs.store.tasks import insert_tasks, new_row
from jobs.task import DONE, Ended, Ending, Kind, Taken
from jobs.work import Worker
from kernel.clock import SystemClock
from kernel.identity import random_uuid
from tests.factories import World, later, new_world, opened_world
from tests.jobs.running import EVERY, ONCE, TURN
from tests.jobs.story import Row, tasks, worker_with

PATIENCE = 120
LEASE = timedelta(minutes=1)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def put(world: World, count: int, kind: str = ONCE) -> None:
    rows = [
        new_row(world.campaign, random_uuid(), kind=kind, target=None, payload={"n": n}, at=world.clock.at)
        for n in range(count)
    ]
    with world.register.open(world.actor, "administration") as processing:
        insert_tasks(processing, rows)
        processing.note(Note(event=Event.WEBHOOK_TESTED, counts={"task.insert": count}))


def doing(world: World, perform: Callable[[Taken], Ended], **more: Kind) -> Worker:
    return worker_with(world.installation, {ONCE: Kind(perform, LEASE), **more})


def only(world: World) -> Row:
    (row,) = tasks(world)
    return row


def processes(world: World, tmp_path: Path, *hanging: bool) -> list["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tests.jobs.running", str(tmp_path), world.url, str(tmp_path / "done")]
    return [subprocess.Popen([*command, *(["hang"] if one else [])]) for one in hanging]


def lines(tmp_path: Path) -> list[list[str]]:
    file = tmp_path / "done"
    return [line.split() for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def wait_until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def end(running: "list[subprocess.Popen[bytes]]") -> None:
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def present(world: World) -> World:
    """Return a world in the present, which the other processes live in."""
    world.clock.at = SystemClock().now()
    return world


def test_two_processes_share_the_tasks_and_do_each_once(present: World, tmp_path: Path) -> None:
    put(present, 20)
    running = processes(present, tmp_path, False, False)  # noqa: FBT003 - which of them hangs
    try:
        wait_until(lambda: not [row for row in tasks(present) if row.kind == ONCE])
    finally:
        end(running)
    done = Counter(identifier for kind, identifier, *_ in lines(tmp_path) if kind == ONCE)
    assert len(done) == 20
    assert set(done.values()) == {1}


def test_one_of_two_processes_wins_a_turn(present: World, tmp_path: Path) -> None:
    running = processes(present, tmp_path, False, False)  # noqa: FBT003
    put(present, 1)
    try:
        wait_until(lambda: {ONCE, TURN} <= {kind for kind, *_ in lines(tmp_path)})
        time.sleep(0.3)
    finally:
        end(running)
    assert [kind for kind, *_ in lines(tmp_path)].count(TURN) == 1
    assert [row.kind for row in tasks(present)] == [TURN]


def test_what_a_killed_process_held_is_done_by_another_once_its_lease_is_over(present: World, tmp_path: Path) -> None:
    put(present, 1)
    (dying,) = processes(present, tmp_path, True)  # noqa: FBT003
    try:
        wait_until(lambda: len(lines(tmp_path)) == 1)
        held = lines(tmp_path)[0]
    finally:
        dying.send_signal(signal.SIGKILL)
        dying.wait()
    assert "running" in {row.state for row in tasks(present)}
    running = processes(present, tmp_path, False)  # noqa: FBT003
    try:
        wait_until(lambda: len([one for one in lines(tmp_path) if one[1] == held[1]]) == 2)
    finally:
        end(running)
    again = [one for one in lines(tmp_path) if one[1] == held[1]]
    assert [attempt for _, _, attempt, _ in again] == ["1", "2"]
    assert again[0][3] != again[1][3]


def test_a_lease_keeps_everybody_else_out_until_it_is_over(world: World) -> None:
    put(world, 1)
    begun, finish = threading.Event(), threading.Event()

    def slowly(_task: Taken) -> Ended:
        begun.set()
        finish.wait(PATIENCE)
        return DONE

    slow = threading.Thread(target=doing(world, slowly).work_off)
    slow.start()
    begun.wait(PATIENCE)
    other = doing(world, lambda _task: DONE)
    assert other.work_off() == 0
    later(world, minutes=2)
    assert other.work_off() == 1
    finish.set()
    slow.join()
    assert tasks(world) == []


def test_whoever_lost_the_lease_changes_nothing_any_more(world: World) -> None:
    put(world, 1)
    second: list[Ended] = []

    def overtaken(task: Taken) -> Ended:
        if task.attempt == 1:
            later(world, minutes=2)
            doing(world, lambda _task: Ended(Ending.AGAIN, "busy")).work_off()
            second.append(DONE)
        return DONE

    doing(world, overtaken).work_off()
    assert second
    row = only(world)
    assert (row.state, row.attempts, row.failure) == ("waiting", 2, "busy")


def test_a_failed_task_waits_longer_each_time_and_dies_in_the_end(world: World) -> None:
    put(world, 1)
    seen: list[int] = []

    def failing(task: Taken) -> Ended:
        seen.append(task.attempt)
        return Ended(Ending.AGAIN, "broken")

    working = doing(world, failing)
    for pause in (*PAUSES, timedelta()):
        assert working.work_off() == 1
        later(world, seconds=pause.total_seconds() * 0.99)
        assert working.work_off() == 0
        later(world, seconds=pause.total_seconds() * 0.22)
    assert working.work_off() == 0
    assert seen == list(range(1, MOST_ATTEMPTS + 1))
    assert (only(world).state, only(world).failure) == ("dead", "broken")


def test_an_error_of_ours_is_a_failure_without_its_message(world: World) -> None:
    put(world, 1)

    def failing(_task: Taken) -> Ended:
        message = "canary-4711"
        raise ValueError(message)

    doing(world, failing).work_off()
    assert (only(world).state, only(world).failure) == ("waiting", "ValueError")


def test_a_task_that_asks_to_die_does_so_at_once(world: World) -> None:
    put(world, 1)
    doing(world, lambda _task: Ended(Ending.DEAD, "gone")).work_off()
    assert (only(world).state, only(world).attempts) == ("dead", 1)


def test_a_kind_that_this_version_does_not_know_is_left_to_one_that_does(world: World) -> None:
    put(world, 1, kind="from.the.future")
    assert doing(world, lambda _task: DONE).work_off() == 0
    assert only(world).state == "waiting"


def test_turns_that_were_missed_are_not_made_up_for_and_the_next_comes_on_time(world: World) -> None:
    turns: list[int] = []

    def perform(_task: Taken) -> Ended:
        turns.append(1)
        return DONE

    working = doing(world, perform, **{TURN: Kind(perform, LEASE, every=EVERY)})
    assert working.work_off() == 1
    later(world, hours=5.5)
    assert working.work_off() == 1
    later(world, minutes=29)
    assert working.work_off() == 0
    later(world, minutes=2)
    assert working.work_off() == 1
    assert len(turns) == 3


def test_a_turn_that_failed_comes_again_at_the_next_and_never_dies(world: World) -> None:
    failing = {TURN: Kind(lambda _task: Ended(Ending.DEAD, "broken"), LEASE, every=EVERY)}
    for _ in range(MOST_ATTEMPTS + 2):
        assert worker_with(world.installation, failing).work_off() == 1
        later(world, hours=1)
    assert (only(world).state, only(world).failure, only(world).attempts) == ("waiting", "broken", 0)


def test_every_campaign_has_its_turn(world: World) -> None:
    new_world(world.installation, world.url, "Autre")
    seen: set[object] = set()

    def perform(task: Taken) -> Ended:
        seen.add(task.campaign)
        return DONE

    doing(world, perform, **{TURN: Kind(perform, LEASE, every=EVERY)}).work_off()
    assert seen == set(world.installation.campaigns())


def test_a_worker_told_to_stop_finishes_what_it_has_and_takes_no_more(world: World) -> None:
    put(world, 2)
    stop = threading.Event()

    def stopping(_task: Taken) -> Ended:
        stop.set()
        return DONE

    doing(world, stopping).keep_working(stop)
    assert only(world).state == "waiting"


def test_a_worker_goes_on_after_the_database_failed(world: World) -> None:
    put(world, 1)
    stop, failed = threading.Event(), threading.Event()

    def campaigns() -> list[object]:
        if not failed.is_set():
            failed.set()
            message = "the database is away"
            raise OSError(message)
        return list(world.installation.campaigns())

    def perform(_task: Taken) -> Ended:
        stop.set()
        return DONE

    worker = Worker(world.register, {ONCE: Kind(perform, LEASE)}, campaigns, 0.02)  # type: ignore[arg-type]
    worker.keep_working(stop)
    assert tasks(world) == []


def test_a_busy_campaign_does_not_keep_the_others_waiting(world: World) -> None:
    other = new_world(world.installation, world.url, "Autre")
    put(world, 50)
    put(other, 1)
    stop = threading.Event()
    order: list[object] = []

    def perform(task: Taken) -> Ended:
        order.append(task.campaign)
        if len(order) == 51:
            stop.set()
        return DONE

    doing(world, perform).keep_working(stop)
    assert order.index(other.campaign) < 50


def test_long_turns_of_two_campaigns_alternate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.work._LONGEST_IN_A_ROW", 0.0)
    other = new_world(world.installation, world.url, "Autre")
    put(world, 1)
    put(other, 1)
    stop = threading.Event()
    order: list[object] = []

    def perform(task: Taken) -> Ended:
        order.append(task.campaign)
        if len(order) == 8:
            stop.set()
        return Ended(Ending.ON)

    doing(world, perform).keep_working(stop)
    assert all(before != after for before, after in pairwise(order))


@pytest.mark.parametrize("attempt", range(1, MOST_ATTEMPTS))
def test_a_pause_is_the_standards_and_up_to_a_fifth_more(attempt: int) -> None:
    pauses = {pause_after(attempt) for _ in range(50)}
    assert len(pauses) > 1
    for pause in pauses:
        assert pause is not None
        assert PAUSES[attempt - 1] <= pause < PAUSES[attempt - 1] * 1.2


def test_an_endpoint_that_fails_rests_up_to_five_minutes() -> None:
    rests = [endpoint_pause(failures).total_seconds() for failures in (1, 2, 3, 7, 5_000)]
    assert rests == [5, 10, 20, 300, 300]
    assert pause_after(MOST_ATTEMPTS) is None
