"""Whether contacts still open: every field of a sample, opened and forgotten."""

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.opening import disclose, unwrap
from contacts.store.pages import page_of_contacts
from contacts.vocabulary import vocabulary_of
from kernel.errors import Unopenable


def count_opening(processing: Processing, most: int) -> int:
    """Open every field of the first contacts; return how many open whole. Nothing of them leaves this function."""
    rows, opened = page_of_contacts(processing, after=None, limit=most), 0
    names = vocabulary_of(processing, tags=False).names
    for row in rows:
        try:
            (contact,) = unwrap(processing, [row])
            disclose(processing, contact, names, None)
        except Unopenable:
            continue
        opened += 1
    processing.note(Note(event=Event.CONTACT_LISTED, counts={"contact.read": len(rows)}))
    return opened
