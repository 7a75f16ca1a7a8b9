"""List contacts in the order of their last change, so that a poller who keeps its place misses nobody.

A processing dates its rows when it is opened and commits later: a row may appear *before* the place that a walk has
reached. No processing that writes may last longer than ``LONGEST``, so rows older than that, seen from the moment a
page was read, stand still. A walk goes to the end of what is there; its place for the next walk goes back to the first
row that did not stand still then. Rows in between are shown twice, none is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from audit.events import Event
from audit.processing import Processing
from audit.register import LONGEST
from contacts.listing import Selection
from contacts.opening import unwrap
from contacts.reveal import Revealed, reveal_note, show
from contacts.store import page_of_changes

OVERLAP = LONGEST + timedelta(seconds=30)
"""Thirty seconds more: so far may the clocks of two servers be apart."""
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk stands: after this instant and id, and since when rows did not stand still, if it got so far."""

    at: datetime
    after: UUID = _FIRST
    moving_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """Contacts of one page, and where to go on. After an empty page the place is that of the next walk."""

    contacts: Sequence[Revealed]
    walk: Walk | None


def list_changed(processing: Processing, selection: Selection, walk: Walk | None, *, limit: int) -> ChangedPage:
    """Show a page of contacts, the one that was changed first at the beginning; noted like any reading."""
    rows = page_of_changes(
        processing,
        after=None if walk is None else (walk.at, walk.after),
        limit=limit,
        category=selection.category,
        commune=selection.commune,
        polling_station=selection.polling_station,
    )
    contacts = unwrap(processing, rows)
    shown = show(processing, contacts)
    processing.note(reveal_note(processing, Event.CONTACT_LISTED, contacts, shown))
    if not rows:
        return ChangedPage((), _again(walk))
    last = rows[-1]
    return ChangedPage(shown, _onward(walk, last.updated_at, last.id, processing.at - OVERLAP))


def _onward(walk: Walk | None, at: datetime, person: UUID, still_until: datetime) -> Walk:
    if walk is not None and walk.moving_from is not None:
        return Walk(at, person, walk.moving_from)
    if at <= still_until:
        return Walk(at, person)
    return Walk(at, person, still_until if walk is None else max(walk.at, still_until))


def _again(walk: Walk | None) -> Walk | None:
    """Return where the next walk begins: where rows were first seen moving, or where this one ended."""
    return walk if walk is None or walk.moving_from is None else Walk(walk.moving_from)
