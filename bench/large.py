"""Import a roll of ten million rows, in one go: rows a second of each million, and whether the last is slower.

``python -m bench.large [rows] [rows of a step] [engine ...]``. The roll is made as it is written, to a temporary folder
that goes with it, and never held: ten million rows take 3 GB there, and 15 GB of a database.
"""

import os
import resource
import sys
import time
from collections.abc import Callable

from bench.place import PURPOSE, fresh_place, servers
from files.import_file import import_file
from files.order import ImportOrder
from files.sample import write_roll

ROWS = 10_000_000
STEP = 1_000_000
MOST = 0.15
"""How much slower the last step may be than the first."""


class _Steps:
    """When each step of rows was read; rows are taken to be of one length."""

    def __init__(self, rows: int, step: int, tell: Callable[[int, float], None]) -> None:
        self._rows, self._step, self._tell = rows, step, tell
        self._before: tuple[float, float] | None = None
        self._next = step
        self.rates: list[float] = []

    def __call__(self, consumed: int, whole: int) -> None:
        """Hear how many bytes of how many some process has read."""
        row, now = consumed * self._rows / whole, time.perf_counter()
        if self._before is None:
            self._before = row, now
        if row < self._next and consumed < whole:
            return
        first, began = self._before
        if now > began:
            self.rates.append((row - first) / (now - began))
            self._tell(round(row), self.rates[-1])
        self._before = row, now
        self._next = int(row // self._step + 1) * self._step

    @property
    def slowdown(self) -> float:
        """Return by how much the last whole step was slower than the first."""
        return 1 - self.rates[-1] / self.rates[0]


def measure(rows: int, step: int, engines: list[str]) -> None:
    """Print the figures of each engine."""
    with servers() as urls:
        for engine in engines or list(urls):
            _import(engine, urls[engine], rows, step)


def _import(engine: str, url: str, rows: int, step: int) -> None:
    processes = min(os.cpu_count() or 1, 4)
    print(f"\nimport of {rows} roll rows in one go, {engine}, {processes} processes", flush=True)
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


def _told(row: int, rate: float) -> None:
    resident = "  ".join(f"{name} {_resident(who)} MB" for name, who in _WHO.items())
    print(f"  to row {row:12,d} {rate:10,.0f} rows/s   most resident: {resident}", flush=True)


_WHO = {"this process": resource.RUSAGE_SELF, "one that ended": resource.RUSAGE_CHILDREN}


def _resident(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


if __name__ == "__main__":
    measured = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    measure(measured, int(sys.argv[2]) if len(sys.argv) > 2 else STEP, sys.argv[3:])
