"""A task as its worker sees it, how an attempt at it ends, and what each kind of task is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kernel.identity import CampaignId


@dataclass(frozen=True, slots=True)
class Taken:
    """A task as its worker sees it."""

    campaign: CampaignId
    id: UUID
    kind: str
    target: UUID | None
    payload: str
    attempt: int
    due_at: datetime
    lease: UUID


class Ending(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    ON = "on"
    """A turn of long work is over: it goes on after whatever else is due."""
    AGAIN = "again"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended, why it failed in a word, and the least pause the other side asked for."""

    ending: Ending
    failure: str | None = None
    least_pause: timedelta = timedelta()


DONE = Ended(Ending.DONE)
Perform = Callable[[Taken], Ended]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task: what to do, for how long it may be taken, and, if it recurs, how often."""

    perform: Perform
    lease: timedelta
    every: timedelta | None = None
