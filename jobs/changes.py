"""Keep what tools that poll must take out or put back, whoever subscribed, and list it in the order of its instants.

A change names a kind and ids, never a value. It is kept so long that a tool may be away for a while, and no longer: the
ids of the erased are not to become a list of them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from audit.announce import Announcement
from audit.books import Books
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.walk import OVERLAP, Walk, again, onward
from jobs.store.changes import delete_older, insert_changes, is_any_older, page_of_kept
from kernel.errors import Conflict
from kernel.identity import CampaignId, random_uuid

KINDS = frozenset(
    {
        Announcement.CONTACT_ERASED,
        Announcement.CONTACT_RESTRICTED,
        Announcement.CONTACT_RELEASED,
        Announcement.CONSENT_WITHDRAWN,
    }
)
KEPT = timedelta(days=60)


class ChangesGone(Conflict):
    """Say that changes since that place are kept no longer: whoever asks must read everything anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one act did to some contacts."""

    id: UUID
    kind: Announcement
    at: datetime
    contacts: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes of one page, and where to go on. After an empty page the place is that of the next walk."""

    changes: Sequence[Change]
    walk: Walk


def keep_changes(processing: Processing, told: Iterable[tuple[Announcement, Sequence[str]]]) -> int:
    """Keep what is announced of these contacts, in the processing that did it; return how many rows, to be noted."""
    rows = [
        (processing.campaign, random_uuid(), kind.value, processing.at, json.dumps(contacts, separators=(",", ":")))
        for kind, contacts in told
    ]
    return insert_changes(processing, rows) if rows else 0


def walk_from(processing: Processing, instant: datetime) -> Walk:
    """Begin at what may have been committed since an instant, though it was dated before. Raises ChangesGone."""
    _check_kept(processing, instant)
    return Walk(instant - OVERLAP)


def list_changes(processing: Processing, walk: Walk | None, *, limit: int) -> ChangePage:
    """Return a page of changes, the oldest first; the reading is noted. Raises ChangesGone."""
    if walk is not None:
        _check_kept(processing, walk.at)
    rows = page_of_kept(processing, after=None if walk is None else (walk.at, walk.after), limit=limit)
    processing.note(Note(event=Event.CHANGE_LISTED, counts={"change.read": len(rows)}))
    if not rows:
        return ChangePage((), _next_walk(walk, processing.at))
    changes = [
        Change(id=row.id, kind=Announcement(row.kind), at=row.at, contacts=tuple(map(UUID, json.loads(row.contacts))))
        for row in rows
    ]
    return ChangePage(changes, onward(walk, rows[-1].at, rows[-1].id, processing.at))


def has_old_changes(books: Books, campaign: CampaignId) -> bool:
    """Tell whether a change is older than any place that is still good."""
    return is_any_older(books, campaign, _before(books.at))


def purge_changes(processing: Processing) -> int:
    """Delete changes that no place still leads to; return how many, to be noted."""
    return delete_older(processing, _before(processing.at))


def _check_kept(processing: Processing, at: datetime) -> None:
    if at < processing.at - KEPT:
        message = "changes since then are kept no longer: read every contact anew"
        raise ChangesGone(message)


def _next_walk(walk: Walk | None, now: datetime) -> Walk:
    """Return where the next walk begins: no place grows too old while nothing happens."""
    still = Walk(now - OVERLAP)
    if walk is None or (walk.moving_from is None and walk.at < still.at):
        return still
    return again(walk) or still


def _before(now: datetime) -> datetime:
    return now - KEPT - OVERLAP
