"""The gate before SQLite's single writer: one holder among the threads and processes of a machine.

SQLite itself only retries until a time-out, so an import would starve the server. The gate queues the threads of a
process on a lock and the processes on an advisory file lock, which the kernel drops when a process dies.
"""

import fcntl
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from kernel.errors import Conflict


class Gate:
    """Let one transaction pass at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._descriptor: int | None = None

    @contextmanager
    def held(self) -> Generator[None]:
        """Hold the gate."""
        with self._threads:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)


@contextmanager
def only_one(path: Path, what: str) -> Generator[None]:
    """Be the only process that does ``what``; raise Conflict if another does it already."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        message = f"another process already does this: {what}"
        raise Conflict(message) from None
    try:
        yield
    finally:
        os.close(descriptor)
