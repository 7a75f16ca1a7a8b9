"""Forget what the books of repeated requests say of persons: ids only, and for a day; erasure does not wait so long."""

from collections.abc import Sequence

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.store.requests import blank_ids
from kernel.identity import PersonId


def erase_answers(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Take these persons out of the kept answers, on every ground: a request sent again brings nobody back."""
    blanked = blank_ids(processing, [str(person) for person in persons])
    if blanked:
        processing.note(Note(event=Event.REQUEST_KEY_SWEPT, counts={"request_key.update": blanked}))
    return 0  # How many persons there were is the contacts' to say.
