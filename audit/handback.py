"""The log as its controller takes it away: entries with what was sealed in them opened, and every checkpoint."""

from collections.abc import Sequence
from typing import Any

from audit.consultations import open_free
from audit.events import Event
from audit.listing import EntryView, Place, view_of
from audit.note import Note
from audit.processing import Processing
from audit.sequence import checkpoint_publics
from audit.store import months_of, page_of_entries, stored_checkpoints


def hand_back_entries(
    processing: Processing, before: Place | None, limit: int
) -> tuple[list[tuple[EntryView, Any]], Place | None]:
    """Return a page of entries, newest first, each with its free part opened, and where the next page begins."""
    rows = page_of_entries(processing, event=None, before=before, limit=limit)
    processing.note(Note(event=Event.LOG_READ, counts={"entry.read": len(rows)}))
    found = [(view_of(row, tells=True), open_free(processing, row)) for row in rows]
    return found, (rows[-1].at, rows[-1].id) if len(rows) == limit else None


def hand_back_checkpoints(processing: Processing) -> tuple[Sequence[str], Sequence[str]]:
    """Return every signed checkpoint, oldest first, and the public keys that verify them, as hexadecimal text."""
    months = months_of(processing)
    notes = [one.note for month in months for one in stored_checkpoints(processing, month)]
    return notes, [public.hex() for public in checkpoint_publics(processing.keys)]
