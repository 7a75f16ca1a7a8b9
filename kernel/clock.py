"""The only place that reads the clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Tell the time, always in UTC."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """Tell the machine's time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """Tell the time it was given; for tests and replays."""

    at: datetime

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self.at


def today(clock: Clock) -> date:
    """Return the day on which the law is asked, in UTC."""
    return clock.now().date()
