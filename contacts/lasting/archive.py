"""Open what stands in restricted archive: for one of the reasons for which it is kept, and each opening is noted."""

from collections.abc import Sequence

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.words import told
from contacts.lasting.holds import HoldReason
from contacts.reveal import Revealed, reveal_contacts
from kernel.errors import Forbidden, NotFound
from kernel.identity import PersonId

PURPOSE = "rights_request"


def open_archive(
    processing: Processing, persons: Sequence[PersonId], reason: HoldReason, reference: str
) -> list[Revealed]:
    """Show contacts in archive; the reason and the case stand in the log beside who was shown.

    Raises Forbidden for another purpose, Invalid without a case, Refusal for one that names a person's secrets,
    NotFound for whoever is not in archive.
    """
    if processing.purpose != PURPOSE:
        raise Forbidden(f"the archive is opened for the purpose {PURPOSE}")
    free = {"reason": reason.value, "reference": told("reference", reference)}
    closed = reveal_contacts(processing, persons, only=(), archive=False)
    if any(one is None or one.withheld is None for one in closed):
        raise NotFound("no such contact stands in archive")
    shown = [one for one in reveal_contacts(processing, persons) if one is not None]
    processing.note(Note(event=Event.ARCHIVE_OPENED, counts={}, free=free))
    return shown
