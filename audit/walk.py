"""Walk through rows in the order in which they were dated, so that a poller who keeps its place misses none.

A processing dates its rows when it is opened and commits later: a row may appear *before* the place that a walk has
reached. No processing that writes may last longer than ``LONGEST``, so rows older than that, seen from the moment a
page was read, stand still. A walk goes to the end of what is there; its place for the next walk goes back to the first
row that did not stand still then. Rows in between are shown twice, none is lost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from audit.register import LONGEST

OVERLAP = LONGEST + timedelta(seconds=30)
"""Thirty seconds more: so far may the clocks of two servers be apart."""
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk stands: after this instant and id, and since when rows did not stand still, if it got so far."""

    at: datetime
    after: UUID = _FIRST
    moving_from: datetime | None = None


def onward(walk: Walk | None, at: datetime, last: UUID, now: datetime) -> Walk:
    """Return where a walk stands after a page whose last row is this one, read ``now``."""
    still_until = now - OVERLAP
    if walk is not None and walk.moving_from is not None:
        return Walk(at, last, walk.moving_from)
    if at <= still_until:
        return Walk(at, last)
    return Walk(at, last, still_until if walk is None else max(walk.at, still_until))


def again(walk: Walk | None) -> Walk | None:
    """Return where the next walk begins: where rows were first seen moving, or where this one ended."""
    return walk if walk is None or walk.moving_from is None else Walk(walk.moving_from)
