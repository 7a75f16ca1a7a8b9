"""Forget what the books of repeated requests say of persons: ids only, and for a day; erasure does not wait so long."""

from collections.abc import Sequence

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.store.requests import delete_requests_naming
from kernel.identity import PersonId


def erase_answers(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Delete the kept answers that name these persons, on every ground; who sends one again does it anew."""
    deleted = delete_requests_naming(processing, [str(person) for person in persons])
    if deleted:
        processing.note(Note(event=Event.REQUEST_KEY_SWEPT, counts={"request_key.delete": deleted}))
    return 0  # How many persons there were is the contacts' to say.
