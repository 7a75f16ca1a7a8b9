"""Serve from several processes: forked from one that has loaded everything, so that they are ready together at once.

Nothing is connected and no thread runs before the fork. A process that dies is replaced, unless it lived too briefly
for the next one to fare better.
"""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

import structlog

from kernel.errors import Conflict

_BRIEF = 5.0
"""Seconds; who dies younger would die again."""

events = structlog.get_logger("serve")


def serve_from_many(places: Sequence[Callable[[], None]], *, patience: float) -> None:
    """Run each of ``places`` in a process until told to stop, then give them ``patience`` seconds to end.

    Raises Conflict if one ends as soon as it began.
    """
    if threading.active_count() > 1:
        message = "a thread runs already: what it holds would stay locked in every process"
        raise RuntimeError(message)
    gc.collect()
    gc.freeze()  # The collector would touch, and so copy, what all processes share.
    serving: dict[BaseProcess, int] = {}
    born: dict[BaseProcess, float] = {}
    try:
        while True:
            for place in set(range(len(places))).difference(serving.values()):
                process = _start(places[place])
                serving[process], born[process] = place, time.monotonic()
            for process in _ended(serving):
                _check_life(process, time.monotonic() - born.pop(process))
                del serving[process]
    finally:
        _stop(list(serving), patience)


def _start(serve: Callable[[], None]) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=_run, args=(serve, os.getpid()))
    process.start()
    return process


def _run(serve: Callable[[], None], parent: int) -> None:
    """Serve in a child, which ends by itself when its parent is gone."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        serve()
    except KeyboardInterrupt:
        os._exit(0)
    except Exception:  # noqa: BLE001 - a process of its own: nobody above could catch it
        events.exception("process_failed")
        os._exit(1)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _ended(processes: Iterable[BaseProcess]) -> list[BaseProcess]:
    """Wait until a process ends, and return those that did."""
    ended = wait([process.sentinel for process in processes])
    return [process for process in processes if process.sentinel in ended]


def _check_life(process: BaseProcess, seconds: float) -> None:
    process.join()
    events.error("process_ended", seconds=round(seconds, 1))
    if seconds < _BRIEF:
        message = "a server process ended as soon as it began: its log says where"
        raise Conflict(message)


def _stop(processes: list[BaseProcess], patience: float) -> None:
    """End processes as they would end by themselves: what they are answering is answered."""
    for process in processes:
        process.terminate()
    end = time.monotonic() + patience
    for process in processes:
        process.join(max(0.0, end - time.monotonic()))
        if process.is_alive():
            process.kill()
