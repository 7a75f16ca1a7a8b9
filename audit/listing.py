"""Read the log: its entries page by page, newest first, and its newest signed checkpoint. Reading is noted too."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.store import events_of, months_of, page_of_entries, stored_checkpoints
from kernel.actor import ActorKind
from policy.findings import Refusal

WITHHELD = "withheld"
"""What stands for a member of staff, for purposes that may not read what the staff do."""
_ACTIVITY = "activity"
_MONITORING = "staff.monitoring"

Place = tuple[datetime, UUID]
"""Where a page ends: the instant and the id of its last entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry as an auditor sees it; its sealed part stays sealed."""

    id: UUID
    at: datetime
    event: str
    outcome: str
    actor_kind: str
    actor_id: str
    purpose: str
    edition: str
    counts: Mapping[str, int]
    fields: tuple[str, ...]
    subject: str | None
    """The salted reference of the one person concerned; it leads to nobody once the person's key is shredded."""
    job: UUID | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries of one page, and where the next begins; None after the last."""

    entries: tuple[EntryView, ...]
    next: Place | None


def list_entries(
    processing: Processing, *, event: Event | None, before: Place | None, limit: int, actor: str | None = None
) -> EntryPage:
    """Return a page of entries older than ``before``, newest first; only those of ``event``, or ``actor``, if given.

    Who of the staff did what is told for a purpose that may read the staff's activity, and for no other: Refusal.
    """
    tells = _ACTIVITY in processing.edition.purposes[processing.purpose].staff
    if not tells and (actor is not None or processing.actor.kind is ActorKind.STAFF):
        raise Refusal([processing.edition.rules[_MONITORING].finding("actor")])
    rows = page_of_entries(processing, event=event.value if event else None, before=before, limit=limit, actor=actor)
    processing.note(Note(event=Event.LOG_READ, counts={"entry.read": len(rows)}))
    last = rows[-1] if len(rows) == limit else None
    return EntryPage(tuple(view_of(row, tells=tells) for row in rows), None if last is None else (last.at, last.id))


def count_entries_of(processing: Processing, actor: str) -> dict[str, int]:
    """Count the entries of an actor, by event, for their right of access; the caller notes ``entry.read``."""
    return dict(sorted(Counter(row.event for row in events_of(processing, actor)).items()))


def look_for_act(processing: Processing, actor: str) -> int:
    """Return 1 where the log holds an act of this actor's, else 0; the caller notes as many ``entry.read``."""
    return len(events_of(processing, actor, limit=1))


def latest_checkpoint(processing: Processing) -> str | None:
    """Return the newest signed checkpoint of the campaign's log, which anybody can verify; None before the first."""
    processing.note(Note(event=Event.LOG_READ, counts={}))
    months = months_of(processing)
    checkpoints = stored_checkpoints(processing, months[-1]) if months else []
    return str(checkpoints[-1].note) if checkpoints else None


def view_of(row: Any, *, tells: bool) -> EntryView:  # noqa: ANN401 - a row
    """Return an entry as an auditor sees it; ``tells`` is whether who of the staff acted is told."""
    return EntryView(
        id=row.id,
        at=row.at,
        event=row.event,
        outcome=row.outcome,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id if tells or row.actor_kind != ActorKind.STAFF else WITHHELD,
        purpose=row.purpose,
        edition=row.edition,
        counts=json.loads(row.counts),
        fields=tuple(json.loads(row.fields)),
        subject=None if row.subject is None else row.subject.hex(),
        job=row.job_id,
    )
