"""Quotas counted by several processes: never more than promised, whatever is killed, cut or deleted."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kernel import rate
from kernel.clock import FixedClock
from kernel.rate import Buckets, Policy
from tests.project.places import ROOT

TEN = Policy(name="ten", quota=10, seconds=60)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def buckets(tmp_path: Path, clock: FixedClock) -> Iterator[Buckets]:
    made = Buckets(tmp_path / "rates", clock)
    yield made
    made.close()


def granted(buckets: Buckets, times: int, who: str = "a", policy: Policy = TEN) -> int:
    return sum(buckets.take(policy, who).wait == 0 for _ in range(times))


def passed(clock: FixedClock, **by: float) -> None:
    clock.at += timedelta(**by)


def test_a_quota_is_granted_and_then_flows_back(buckets: Buckets, clock: FixedClock) -> None:
    assert granted(buckets, 15) == 10
    refused = buckets.take(TEN, "a")
    assert (refused.remaining, refused.reset, refused.wait) == (0, 60, 6)
    passed(clock, seconds=6)
    assert granted(buckets, 2) == 1
    passed(clock, seconds=600)
    assert granted(buckets, 15) == 10


def test_a_standing_tells_what_is_left_and_when_all_of_it_is_back(buckets: Buckets) -> None:
    standings = [buckets.take(TEN, "a") for _ in range(3)]
    assert [(one.remaining, one.reset, one.wait) for one in standings] == [(9, 6, 0), (8, 12, 0), (7, 18, 0)]


def test_what_costs_more_than_is_left_takes_nothing(buckets: Buckets) -> None:
    assert buckets.take(TEN, "a", 7).remaining == 3
    assert buckets.take(TEN, "a", 4).wait == 6
    assert buckets.take(TEN, "a", 3).remaining == 0


def test_a_cost_above_the_quota_takes_all_of_it_and_waits_for_all_of_it(buckets: Buckets) -> None:
    assert buckets.take(TEN, "a", 1_000).remaining == 0
    assert buckets.take(TEN, "a", 1_000).wait == 60


def test_looking_takes_nothing_and_waits_once_nothing_is_left(buckets: Buckets) -> None:
    assert [buckets.look(TEN, "a").wait for _ in range(20)] == [0] * 20
    granted(buckets, 10)
    assert buckets.look(TEN, "a").wait == 6


def test_callers_and_policies_do_not_share(buckets: Buckets) -> None:
    for who in ("a", "b"):
        for policy in (TEN, replace(TEN, name="other"), replace(TEN, known=False)):
            assert granted(buckets, 11, who, policy) == 10


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 12), st.booleans()), max_size=60), st.integers(1, 50))
def test_never_more_than_the_quota_and_what_flows_back(steps: list[tuple[int, int, bool]], quota: int) -> None:
    policy = Policy(name="p", quota=quota, seconds=60)
    clock = FixedClock(NOW)
    with TemporaryDirectory() as folder:
        two = [Buckets(Path(folder) / "rates", clock) for _ in range(2)]
        taken: list[tuple[int, int]] = []
        at = 0
        for pause, cost, second in steps:
            at += pause
            clock.at = NOW + timedelta(milliseconds=at)
            if not two[second].take(policy, "a", cost).wait:
                taken.append((at, min(cost, quota)))
        for one in two:
            one.close()
    for place, (began, _) in enumerate(taken):
        total = 0
        for ended, cost in taken[place:]:
            total += cost
            assert total <= quota + (ended - began) * quota / 60_000 + 1e-6


TAKER = """
import sys
from pathlib import Path
from datetime import datetime
from kernel.clock import FixedClock
from kernel.rate import Buckets, Policy
buckets = Buckets(Path(sys.argv[1]), FixedClock(datetime.fromisoformat(sys.argv[2])))
policy = Policy(name="many", quota=500, seconds=60)
print("ready", flush=True)
sys.stdin.readline()
print(sum(buckets.take(policy, "a").wait == 0 for _ in range(400)), flush=True)
"""


def test_processes_and_threads_together_are_granted_the_quota_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "rates"
    command = [sys.executable, "-c", TAKER, str(path), NOW.isoformat()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    others = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    for one in others:
        assert one.stdout.readline() == "ready\n"
    here, policy = Buckets(path, FixedClock(NOW)), Policy(name="many", quota=500, seconds=60)
    counted = [0, 0]

    def run(place: int) -> None:
        counted[place] = granted(here, 400, "a", policy)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(2)]
    for one in others:
        one.stdin.write("go\n")
        one.stdin.flush()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = sum(counted) + sum(int(one.communicate()[0]) for one in others)
    here.close()
    assert total == 500


HOLDER = """
import sys, fcntl, os, time
file = os.open(sys.argv[1], os.O_RDWR)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


def test_a_killed_process_holds_nobody_up(buckets: Buckets, tmp_path: Path) -> None:
    buckets.take(TEN, "a")
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path / "rates"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        waiting = threading.Thread(target=buckets.take, args=(TEN, "a"))
        waiting.start()
        holder.send_signal(signal.SIGKILL)
        waiting.join()
    assert buckets.look(TEN, "a").remaining == 8


def test_a_file_that_was_deleted_is_built_anew_and_all_count_together_again(
    buckets: Buckets, clock: FixedClock, tmp_path: Path
) -> None:
    other = Buckets(tmp_path / "rates", clock)
    assert granted(buckets, 4) + granted(other, 4) == 8
    (tmp_path / "rates").unlink()
    passed(clock, seconds=1)
    with capture_logs() as logs:
        assert granted(buckets, 8) + granted(other, 8) == 10
    assert {one["event"] for one in logs} == {"rate_file_rebuilt", "rate_file_replaced"}
    other.close()


@pytest.mark.parametrize("damage", [b"", b"x", bytes(64), b"\xff" * 100_000], ids=["cut", "short", "zeros", "long"])
def test_a_damaged_file_is_built_anew_and_told(
    buckets: Buckets, clock: FixedClock, tmp_path: Path, damage: bytes
) -> None:
    granted(buckets, 10)
    (tmp_path / "rates").write_bytes(damage)
    passed(clock, seconds=1)
    with capture_logs() as logs:
        assert granted(buckets, 15) == 10
    assert "rate_file_rebuilt" in {one["event"] for one in logs}


def test_a_file_cut_since_the_last_look_lets_nothing_through(buckets: Buckets, tmp_path: Path) -> None:
    buckets.take(TEN, "a")
    os.truncate(tmp_path / "rates", 10)
    with pytest.raises(OSError, match="was cut"):
        buckets.take(TEN, "a")


def test_a_file_that_cannot_be_made_lets_nothing_through(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="rates"):
        Buckets(tmp_path / "nowhere" / "rates", FixedClock(NOW)).take(TEN, "a")


def test_numbers_that_we_never_wrote_count_as_used_up_and_pass(
    buckets: Buckets, clock: FixedClock, tmp_path: Path
) -> None:
    buckets.take(TEN, "a")
    path = tmp_path / "rates"
    whole = path.read_bytes()
    path.write_bytes(whole[:64] + b"\xff" * (len(whole) - 64))
    assert granted(buckets, 20) == 10  # No bucket has the name "all ones": its place is free.
    clock.at -= timedelta(days=1)
    assert buckets.take(TEN, "a").wait == 6
    passed(clock, seconds=60)
    assert granted(buckets, 20) == 10


def test_a_set_that_is_full_is_shared_and_never_grants_more(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "_SETS", 1)
    people = [str(number) for number in range(40)]
    taken = {who: granted(buckets, 20, who) for who in people}
    assert max(taken.values()) == 10
    assert sum(taken.values()) == 80
    assert granted(buckets, 20, people[0]) == 0


def test_strangers_do_not_push_out_those_who_are_known(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "_SETS", 1)
    strangers = replace(TEN, known=False)
    for number in range(100):
        granted(buckets, 10, str(number), strangers)
    assert granted(buckets, 20, "friend") == 10


def test_the_file_names_nobody_and_does_not_grow(buckets: Buckets, tmp_path: Path) -> None:
    buckets.take(TEN, "192.0.2.77")
    size = (tmp_path / "rates").stat().st_size
    for number in range(2_000):
        buckets.take(TEN, f"192.0.2.{number}")
    content = (tmp_path / "rates").read_bytes()
    assert b"192.0.2" not in content
    assert len(content) == size < 2_000_000
    assert (tmp_path / "rates").stat().st_mode & 0o777 == 0o600


def test_a_forked_child_counts_with_its_parent_and_with_a_file_of_its_own(buckets: Buckets) -> None:
    granted(buckets, 5)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, bytes([granted(buckets, 20)]))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 1)[0] + granted(buckets, 20) == 5
    os.close(read)
    os.close(write)
