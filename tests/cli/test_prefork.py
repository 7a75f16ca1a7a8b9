"""Several server processes from one: replaced when they die, gone when it goes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cli.serve import where_it_listens

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, pathlib, signal, sys, threading, time
from cli import prefork
from cli.serve import leaving_cleanly
from kernel.errors import Conflict

born = pathlib.Path(sys.argv[1])
prefork._BRIEF = float(sys.argv[2])

def serve(place):
    (born / f"{os.getpid()}.{place}").touch()
    time.sleep(60)

if sys.argv[3:] == ["thread"]:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
try:
    with leaving_cleanly():
        prefork.serve_from_many([lambda: serve(0), lambda: serve(1)], patience=30)
except Conflict:
    sys.exit(3)
"""


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.02)


def lives(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2][0] != "Z"
    return False


class Family:
    """A parent and the processes it has had, by their places."""

    def __init__(self, folder: Path, parent: "subprocess.Popen[str]") -> None:
        self._folder = folder
        self.parent = parent

    def ever(self) -> list[tuple[int, str]]:
        return [(int(one.stem), one.suffix) for one in self._folder.iterdir()]

    def alive(self) -> list[tuple[int, str]]:
        return [one for one in self.ever() if lives(one[0])]


@contextmanager
def family(folder: Path, brief: float, *more: str) -> Iterator[Family]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, str(folder), str(brief), *more]
    with subprocess.Popen(command, env=environment, text=True, stderr=subprocess.PIPE, cwd=ROOT) as parent:
        try:
            yield Family(folder, parent)
        finally:
            parent.kill()


def test_a_process_that_dies_is_replaced_at_its_place(tmp_path: Path) -> None:
    with family(tmp_path, 0) as served:
        until(lambda: len(served.alive()) == 2)
        died, place = served.alive()[0]
        os.kill(died, signal.SIGKILL)
        until(lambda: len(served.ever()) == 3 and len(served.alive()) == 2)
        assert sorted(one[1] for one in served.alive()) == [".0", ".1"]
        assert place in {one[1] for one in served.alive()}


def test_a_process_that_ends_as_it_begins_ends_the_server(tmp_path: Path) -> None:
    with family(tmp_path, 60) as served:
        until(lambda: len(served.alive()) == 2)
        os.kill(served.alive()[0][0], signal.SIGKILL)
        assert served.parent.wait(30) == 3
        assert (len(served.ever()), served.alive()) == (2, [])


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_them_all(tmp_path: Path, told: signal.Signals) -> None:
    with family(tmp_path, 0) as served:
        until(lambda: len(served.alive()) == 2)
        served.parent.send_signal(told)
        assert served.parent.wait(30) == 0
        assert served.alive() == []
        assert served.parent.stderr is not None
        assert "Traceback" not in served.parent.stderr.read()


def test_processes_end_when_their_parent_is_gone(tmp_path: Path) -> None:
    with family(tmp_path, 0) as served:
        until(lambda: len(served.alive()) == 2)
        served.parent.kill()
        until(lambda: served.alive() == [])


def test_nothing_is_forked_beside_a_running_thread(tmp_path: Path) -> None:
    with family(tmp_path, 0, "thread") as served:
        assert served.parent.wait(30) == 1
        assert served.ever() == []


def test_a_server_tells_as_what_it_is_reached() -> None:
    told = {
        ("127.0.0.1", 8123, "http://127.0.0.1:8000"): "http://127.0.0.1:8123/openapi.json",
        ("::1", 8000, "http://127.0.0.1:8000"): "http://[::1]:8000/openapi.json",
        ("127.0.0.1", 8123, "https://isoloir.example.org/"): "https://isoloir.example.org/openapi.json",
    }
    for (host, port, public_url), description in told.items():
        assert where_it_listens(host, port, 1, public_url).endswith(f" {description}")
