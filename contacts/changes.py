"""List contacts in the order of their last change, so that a poller who keeps its place misses nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.events import Event
from audit.processing import Processing
from audit.walk import Walk, again, onward
from contacts.listing import Selection
from contacts.opening import unwrap
from contacts.reveal import Revealed, reveal_note, show
from contacts.store.pages import page_of_changes


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """Contacts of one page, and where to go on. After an empty page the place is that of the next walk."""

    contacts: Sequence[Revealed]
    walk: Walk | None


def list_changed(processing: Processing, selection: Selection, walk: Walk | None, *, limit: int) -> ChangedPage:
    """Show a page of contacts, the one that was changed first at the beginning; noted like any reading."""
    rows = page_of_changes(
        processing,
        after=None if walk is None else (walk.at, walk.after),
        limit=limit,
        category=selection.category,
        commune=selection.commune,
        polling_station=selection.polling_station,
    )
    contacts = unwrap(processing, rows)
    shown = show(processing, contacts)
    processing.note(reveal_note(processing, Event.CONTACT_LISTED, contacts, shown))
    if not rows:
        return ChangedPage((), again(walk))
    last = rows[-1]
    return ChangedPage(shown, onward(walk, last.updated_at, last.id, processing.at))
