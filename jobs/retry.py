"""When a task is tried again: the pauses of Standard Webhooks, each a little longer by chance."""

from datetime import timedelta
from secrets import randbelow

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(PAUSES) + 1
LONGEST_ENDPOINT_PAUSE = timedelta(minutes=5)
_JITTER = 0.2


def pause_after(attempt: int) -> timedelta | None:
    """Return how long to wait after the attempt of this number failed; None when it was the last.

    Up to a fifth is added by chance, so that what failed together is not tried together.
    """
    if attempt >= MOST_ATTEMPTS:
        return None
    return PAUSES[max(attempt, 1) - 1] * (1 + _JITTER * randbelow(1 << 16) / (1 << 16))


def endpoint_pause(failures: int) -> timedelta:
    """Return how long an endpoint that failed so often in a row is left alone: one that hangs must not hold us up."""
    return min(PAUSES[0] * (1 << min(failures - 1, 10)), LONGEST_ENDPOINT_PAUSE)
