"""Bring out what makes a contact last longer or end: holds and endings, for its person's dossier (GDPR art. 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.lasting.store import endings_of, holds_of
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """A hold or an ending, as its person is told of it: by role, never by a name of the staff."""

    what: str
    """``hold``, or the event that ended something."""
    reason: str | None = None
    reference: str | None = None
    role: str | None = None
    recorded_at: datetime
    on: date
    """When a hold ends, or when something ended."""


def export_lasting(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Lasting]]:
    """Return the holds and endings of these persons; absent ones have none."""
    holds, endings = holds_of(processing, persons), endings_of(processing, persons)
    counts = {"contact_hold.read": len(holds), "contact_ending.read": len(endings)}
    processing.note(Note(event=Event.HOLD_LISTED, counts=counts))
    found: dict[PersonId, list[Lasting]] = {}
    for row in holds:
        hold = Lasting(
            what="hold",
            reason=row.reason,
            reference=row.reference,
            role=row.role,
            recorded_at=row.placed_at,
            on=row.expires_on,
        )
        found.setdefault(PersonId(row.contact_id), []).append(hold)
    for row in endings:
        ending = Lasting(what=row.event, recorded_at=row.recorded_at, on=row.ended_on)
        found.setdefault(PersonId(row.contact_id), []).append(ending)
    return found
