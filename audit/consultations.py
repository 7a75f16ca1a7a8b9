"""Who consulted a person's file: the entries about a person, as that person is told of them (CJEU, C-579/21).

When, for what, which fields, in which role; no member of staff is named. What an export carried away is told with its
recipient, which is kept sealed in the entry.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.entries import BODY
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.store import entries_about, export_entries, first_entry_at
from crypto.person_keys import REFERENCE_SIZE
from crypto.value import open_value
from kernel.actor import ActorKind

_EXPORTS = frozenset({Event.EXPORT_CHUNK_EMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One thing that was done with a person's file; the actor's id serves to find a role, and is not shown."""

    at: datetime
    event: str
    outcome: str
    actor_kind: str
    actor_id: str
    purpose: str
    fields: tuple[str, ...]
    recipient: UUID | None
    """To whom an export went."""


def consultations_of(processing: Processing, references: Sequence[bytes]) -> list[Consultation]:
    """Return what was done with the file of a person whom the log knows by these references, oldest first; noted."""
    rows = entries_about(processing, references)
    processing.note(Note(event=Event.LOG_READ, counts={"entry.read": len(rows)}, subjects=references[:1]))
    return sorted((_view(processing, row) for row in rows), key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that carried somebody's data away, and to which registered recipient."""

    reference: bytes
    recipient: UUID
    export: UUID | None
    at: datetime
    fields: tuple[str, ...]


def exports_of(processing: Processing, references: Sequence[bytes]) -> list[Exported]:
    """Return the exports by which data of the persons of these references left; noted."""
    if not references:
        return []
    rows, sought = export_entries(processing, references), set(references)
    if not rows:
        return []
    processing.note(Note(event=Event.LOG_READ, counts={"entry.read": len(rows)}))
    found = []
    for row in rows:
        met = sorted(sought & set(listed(row)))
        recipient = (open_free(processing, row) or {}).get("recipient_id") if met else None
        if recipient is not None:
            fields = tuple(json.loads(row.fields))
            found += [Exported(one, UUID(recipient), row.job_id, row.at, fields) for one in met]
    return found


def log_begins(processing: Processing) -> datetime | None:
    """Return since when the log is kept: what happened before cannot be told any more. Noted."""
    first = first_entry_at(processing)
    processing.note(Note(event=Event.LOG_READ, counts={"entry.read": 0 if first is None else 1}))
    return first


def open_free(processing: Processing, row: Any) -> Mapping[str, Any] | None:  # noqa: ANN401 - a row
    """Open the free part of an entry. Raises Unopenable."""
    if row.body is None:
        return None
    context = processing.campaign.bytes + row.id.bytes
    opened: Mapping[str, Any] = json.loads(open_value(processing.keys, BODY, context, row.body))
    return opened


def listed(row: Any) -> list[bytes]:  # noqa: ANN401 - a row
    """Return the references of the persons that an entry names."""
    if row.subject is not None:
        return [row.subject]
    listed = row.subjects or b""
    return [listed[start : start + REFERENCE_SIZE] for start in range(0, len(listed), REFERENCE_SIZE)]


def _view(processing: Processing, row: Any) -> Consultation:  # noqa: ANN401 - a row
    recipient = None
    if row.event in _EXPORTS:
        recipient = (open_free(processing, row) or {}).get("recipient_id")
    return Consultation(
        at=row.at,
        event=row.event,
        outcome=row.outcome,
        actor_kind=ActorKind(row.actor_kind).value,
        actor_id=row.actor_id,
        purpose=row.purpose,
        fields=tuple(json.loads(row.fields)),
        recipient=None if recipient is None else UUID(recipient),
    )
