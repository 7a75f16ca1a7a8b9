"""What was shown of whom, as the log tells it: for the register of breaches, and for who asks who read their data."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.events import Event
from audit.processing import Processing
from audit.store import entries_between

DISCLOSING = frozenset(
    {
        Event.CONTACT_REVEALED,
        Event.CONTACT_LISTED,
        Event.CONTACT_SEARCHED,
        Event.CONTACT_RETURNED,
        Event.EXPORT_CHUNK_EMITTED,
        Event.ATTACHMENT_LISTED,
        Event.ATTACHMENT_REVEALED,
        Event.CONSENT_LISTED,
        Event.INTERACTION_LISTED,
        Event.INTERACTION_EXPORTED,
        Event.REVIEW_REVEALED,
        Event.RIGHTS_DOCUMENT_SHOWN,
        Event.RIGHTS_REQUEST_SHOWN,
        Event.SHEET_PRINTED,
    }
)
"""Events after which somebody had seen something of a person."""
REFERENCE_SIZE = 16


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One showing: of whom, named by references, and which fields."""

    event: Event
    at: datetime
    fields: tuple[str, ...]
    subjects: tuple[bytes, ...]


def disclosures_between(
    processing: Processing, since: datetime, until: datetime, *, actor: str | None = None, job: UUID | None = None
) -> list[Disclosure]:
    """Return what was shown within a time, to one actor or by one job if named; the caller notes ``entry.read``."""
    events = sorted(event.value for event in DISCLOSING)
    rows = entries_between(processing, since, until, events=events, actor=actor, job=job)
    return [
        Disclosure(Event(row.event), row.at, tuple(json.loads(row.fields)), _subjects(row.subject, row.subjects))
        for row in rows
    ]


def _subjects(one: bytes | None, many: bytes | None) -> tuple[bytes, ...]:
    packed = one or many or b""
    return tuple(packed[start : start + REFERENCE_SIZE] for start in range(0, len(packed), REFERENCE_SIZE))
