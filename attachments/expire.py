"""Delete attachments whose time in restricted archive is over."""

from attachments.kinds import TERMS, Kind, State
from attachments.store import archived_before, delete_attachments
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.identity import PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys

_MOST = 500


def expired_attachments(processing: Processing) -> int:
    """Count what is past its day, up to one page of it; the caller notes ``attachment.read``."""
    return len(archived_before(processing, State.ARCHIVED.value, processing.today, _MOST))


def delete_expired(processing: Processing) -> int:
    """Delete a page of what is past its day, with the keys that nothing else is sealed under; return how many."""
    rows = archived_before(processing, State.ARCHIVED.value, processing.today, _MOST)
    if not rows:
        processing.note(Note(event=Event.RETENTION_SWEPT, counts={}))
        return 0
    deleted, chunks = delete_attachments(processing, [row.id for row in rows])
    own = [PersonId(row.id) for row in rows if TERMS[Kind(row.kind)].compartment is Compartment.ATTACHMENT]
    counts = {
        "attachment.read": len(rows),
        "attachment.delete": deleted,
        "attachment_chunk.delete": chunks,
        "person_key.delete": shred_person_keys(processing, own, Compartment.ATTACHMENT) if own else 0,
    }
    processing.note(Note(event=Event.ATTACHMENT_REMOVED, counts=counts, free={"past": "archive"}))
    return deleted
