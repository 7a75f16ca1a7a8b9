"""End without losing a request: not ready first, then no new connection, then the last answer, then the log.

On SIGTERM the readiness probe fails at once and every answer asks its client to close the connection; for some seconds
requests are still taken, so that a proxy has the time to send them elsewhere; then the server's own handler ends it.
"""

import asyncio
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from installation.readiness import Readiness


@contextmanager
def draining_on_stop(readiness: Readiness, seconds: float) -> Generator[None]:
    """Stand before the server's handler of SIGTERM; a second signal ends at once."""
    before = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    loop = asyncio.get_running_loop()

    def stop(number: int, frame: FrameType | None) -> None:
        if readiness.is_draining:
            before(number, frame)
        else:
            readiness.drain()
            loop.call_soon_threadsafe(loop.call_later, seconds, before, number, frame)

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is stop:
            signal.signal(signal.SIGTERM, before)
