"""A worker as a process of its own: each task it does writes a line to a file, and some are never finished.

``python -m tests.jobs.running FOLDER URL FILE [hang]``: with ``hang`` a task is begun and held, to be killed there.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from installation.open import open_installation
from jobs.task import DONE, Ended, Kind, Taken
from jobs.work import Worker
from tests.factories import settings_in

ONCE, TURN = "test.once", "test.turn"
LEASE = timedelta(seconds=1.5)
EVERY = timedelta(hours=1)


def kinds(file: Path, *, hanging: bool) -> dict[str, Kind]:
    def perform(task: Taken) -> Ended:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{task.kind} {task.id} {task.attempt} {os.getpid()}\n")
        if hanging:
            time.sleep(600)
        return DONE

    return {ONCE: Kind(perform, LEASE), TURN: Kind(perform, LEASE, every=EVERY)}


def run(folder: Path, url: str, file: Path, *, hanging: bool) -> None:
    with open_installation(settings_in(folder, url)) as installation:
        worker = Worker(installation.register, kinds(file, hanging=hanging), installation.campaigns, 0.02)
        while True:
            worker.work_off()
            time.sleep(0.01)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), hanging=sys.argv[4:] == ["hang"])
