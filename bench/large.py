"""Import a roll of ten million rows, in one go: rows a second of each million, and whether the last is slower.

``python -m bench.large [rows] [rows of a step] [engine ...]``. The roll is made as it is written, to a temporary folder
that goes with it, and never held: ten million rows take 3 GB there, and 40 GB of a database with its log. The server
runs with ``deploy/eu/postgresql.conf``. Beside each rate stands what a row costs in CPU: where program and server
become dearer alike, the machine has become slower; where the server alone does, it is what there is already.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.place import PURPOSE, fresh_place, servers, shipped
from bench.spent import spent
from files.import_file import import_file
from files.order import ImportOrder
from files.sample import write_roll

ROWS = 10_000_000
STEP = 1_000_000
MOST = 0.15
"""How much slower the last step may be than the first."""


class _Step(NamedTuple):
    """Rows a second of one step, and microseconds of CPU a row of the program and of the server."""

    rate: float
    program: float
    server: float


class _Steps:
    """When each step of rows was read, and what it cost; rows are taken to be of one length."""

    def __init__(self, rows: int, step: int, tell: Callable[[int, _Step], None]) -> None:
        self._rows, self._step, self._tell = rows, step, tell
        self._before: tuple[float, float, float, float] | None = None
        self._next = step
        self.steps: list[_Step] = []

    def __call__(self, consumed: int, whole: int) -> None:
        """Hear how many bytes of how many some process has read."""
        row = consumed * self._rows / whole
        if self._before is not None and row < self._next:
            return
        now = row, time.perf_counter(), *spent()
        if self._before is not None and now[1] > self._before[1]:
            rows, seconds, program, server = (end - start for start, end in zip(self._before, now, strict=True))
            self.steps.append(_Step(rows / seconds, program / rows * 1e6, server / rows * 1e6))
            self._tell(round(row), self.steps[-1])
        self._before = now
        self._next = int(row // self._step + 1) * self._step

    @property
    def slowdown(self) -> float:
        """Return by how much the last whole step was slower than the first."""
        return 1 - self.steps[-1].rate / self.steps[0].rate if self.steps else 0.0


def measure(rows: int, step: int, engines: list[str]) -> None:
    """Print the figures of each engine."""
    with servers(shipped()) as urls:
        for engine in engines or list(urls):
            _import(engine, urls[engine], rows, step)


def _import(engine: str, url: str, rows: int, step: int) -> None:
    processes = min(os.cpu_count() or 1, 4)
    print(
        f"\nimport of {rows} roll rows in one go, {engine}, {processes} processes; microseconds of CPU a row",
        flush=True,
    )
    with fresh_place(url) as place:
        path = place.folder / "roll.csv"
        write_roll(path, rows)
        steps = _Steps(rows, step, _told)
        order = ImportOrder(path=path, origin=place.roll.number, report=place.folder / "report", processes=processes)
        began = time.perf_counter()
        done = import_file(place.installation.register, place.actor, PURPOSE, order, steps)
        took = time.perf_counter() - began
    assert sum(done.summary["rows"].values()) == rows
    judged = "no more than" if steps.slowdown <= MOST else "MORE than"
    print(f"  whole {rows / took:10,.0f} rows/s, with what opens the file and writes the report")
    print(f"  from the first step to the last {steps.slowdown:+.0%}: {judged} {MOST:.0%}")


def _told(row: int, step: _Step) -> None:
    told = f"  to row {row:12,d} {step.rate:10,.0f} rows/s   program {step.program:6.1f}   server {step.server:6.1f}"
    print(f"{told}   most resident {_resident()} MB in a process", flush=True)


def _resident() -> int:
    """Return the most that this process, or one that imports for it now, has had resident."""
    most = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    told = [Path(f"/proc/{child}/status").read_text().split() for child in children]
    ours = [one for one in told if "VmHWM:" in one and "postgres" not in one]
    most += [int(one[one.index("VmHWM:") + 1]) for one in ours]
    return max(most) // 1024


if __name__ == "__main__":
    measured = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    measure(measured, int(sys.argv[2]) if len(sys.argv) > 2 else STEP, sys.argv[3:])
