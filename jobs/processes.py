"""Share a job's chunks among processes: sealing keeps one core busy each, and threads do not help it."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, wait

import structlog

from kernel.errors import Conflict, IsoloirError

_PR_SET_PDEATHSIG = 1

Work = Callable[[int, Callable[[int], None]], None]
"""Called with the number of the share and a function to report progress with."""


def share_work(count: int, work: Work, progress: Callable[[int], None]) -> None:
    """Run ``work`` in ``count`` processes and pass on what they report; raise what the first of them raised.

    The processes die with this one, however it dies: work taken up again must not meet its own past.
    """
    context = multiprocessing.get_context("fork")
    parent = os.getpid()
    processes, pipes = [], []
    for share in range(count):
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_run, args=(work, share, sending, parent), daemon=True)
        process.start()
        sending.close()
        processes.append(process)
        pipes.append(receiving)
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
    waiting = list(pipes)
    while waiting:
        ready = wait(waiting)
        for pipe in [one for one in waiting if one in ready]:
            try:
                told = pipe.recv()
            except EOFError:
                waiting.remove(pipe)
                continue
            if isinstance(told, IsoloirError):
                raise told
            progress(told)


def _run(work: Work, share: int, pipe: Connection, parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    try:
        work(share, pipe.send)
    except IsoloirError as problem:
        pipe.send(problem)
    except Exception:  # noqa: BLE001 - a process of its own: nobody above could catch it
        # Whatever it is, its message may quote a value: the log keeps its class and the places it went through.
        structlog.get_logger("jobs").exception("job_process_failed")
        os._exit(1)
    finally:
        pipe.close()
