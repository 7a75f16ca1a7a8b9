"""Share a job's chunks among processes: sealing keeps one core busy each, and threads do not help it."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import NamedTuple

import structlog

from kernel.errors import Conflict, IsoloirError

_PR_SET_PDEATHSIG = 1

Claim = Callable[[int], bool]
"""Says whether a piece of the work is this process's to do; each process asks for one piece after the other."""
Work = Callable[[Claim, Callable[[int], None]], None]
"""Called with what claims a piece of the work and a function to report progress with."""


class _Asked(NamedTuple):
    """A process is ready for a piece of the work: this one, unless somebody else has it."""

    number: int


def share_work(count: int, work: Work, progress: Callable[[int], None]) -> None:
    """Run ``work`` in ``count`` processes and pass on what they report; raise what the first of them raised.

    Whoever is ready takes the next piece: of pieces dealt out beforehand, one process's last would keep all others
    waiting. The processes die with this one, however it dies: work taken up again must not meet its own past.
    """
    context = multiprocessing.get_context("fork")
    parent = os.getpid()
    processes, pipes = [], []
    for _ in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=_run, args=(work, theirs, parent), daemon=True)
        process.start()
        theirs.close()
        processes.append(process)
        pipes.append(ours)
    try:
        _follow(pipes, progress)
    except BaseException:
        for process in processes:
            process.terminate()
        raise
    finally:
        for process in processes:
            process.join()
    if any(process.exitcode for process in processes):
        message = "a process of the job ended early; run the same command again"
        raise Conflict(message)


def _follow(pipes: list[Connection], progress: Callable[[int], None]) -> None:
    waiting, free = list(pipes), 0
    while waiting:
        ready = wait(waiting)
        for pipe in [one for one in waiting if one in ready]:
            try:
                told = pipe.recv()
                if isinstance(told, _Asked):
                    pipe.send(told.number >= free)
                    free = max(free, told.number + 1)
                    continue
            except (EOFError, ConnectionError):  # It ended; how, its exit code tells.
                waiting.remove(pipe)
                continue
            if isinstance(told, IsoloirError):
                raise told
            progress(told)


def _run(work: Work, pipe: Connection, parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    try:
        work(partial(_claim, pipe), pipe.send)
    except IsoloirError as problem:
        pipe.send(problem)
    except Exception:  # noqa: BLE001 - a process of its own: nobody above could catch it
        # Whatever it is, its message may quote a value: the log keeps its class and the places it went through.
        structlog.get_logger("jobs").exception("job_process_failed")
        os._exit(1)
    finally:
        pipe.close()


def _claim(pipe: Connection, number: int) -> bool:
    pipe.send(_Asked(number))
    return bool(pipe.recv())
