"""From a note to the row of its entry."""

from typing import Any

from audit.note import Note, canonical_json
from audit.processing import Processing
from crypto.value import seal_value
from kernel.identity import random_uuid

BODY = "audit:body"


def entry_values(processing: Processing, note: Note) -> dict[str, Any]:
    """Return the columns of the entry that ``note`` becomes; free parts are sealed under the log's own key."""
    entry = random_uuid()
    subjects = sorted(note.subjects)
    return {
        "campaign_id": processing.campaign,
        "id": entry,
        "at": processing.at,
        "event": note.event.value,
        "outcome": note.outcome.value,
        "actor_kind": processing.actor.kind.value,
        "actor_id": processing.actor.id,
        "purpose": processing.purpose,
        "edition": processing.edition.digest[:16],
        "counts": canonical_json({name: count for name, count in note.counts.items() if count}),
        "fields": canonical_json(sorted(note.fields)),
        "subject": subjects[0] if len(subjects) == 1 else None,
        "subjects": b"".join(subjects) if len(subjects) > 1 else None,
        "body": None if note.free is None else _sealed(processing, entry.bytes, canonical_json(note.free)),
        "job_id": note.job,
        "chunk": note.chunk,
    }


def _sealed(processing: Processing, entry: bytes, text: str) -> bytes:
    return seal_value(processing.keys.active(BODY), context=processing.campaign.bytes + entry, plain=text.encode())
