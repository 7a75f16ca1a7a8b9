"""Page through the ids of a campaign's contacts, for sweeps that look for some of them."""

from collections.abc import Iterator

from audit.events import Event
from audit.note import Note
from audit.register import Register
from contacts.store.pages import is_any_there, page_of_ids
from kernel.actor import Actor
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId

_PAGE = 10_000


def page_through_ids(register: Register, actor: Actor, purpose: str) -> Iterator[list[PersonId]]:
    """Yield the ids of all contacts in pages, each page a processing with its note."""
    after = None
    while True:
        with register.open(actor, purpose) as processing:
            page = page_of_ids(processing, after, _PAGE)
            processing.note(Note(event=Event.CONTACT_LISTED, counts={"contact.read": len(page)}))
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1]


def has_contacts(reading: Transaction, campaign: CampaignId) -> bool:
    """Tell whether a campaign holds anybody at all, in a reading without a note: it is of nobody."""
    return is_any_there(reading, campaign)
