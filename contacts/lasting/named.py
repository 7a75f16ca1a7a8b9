"""The references under which the log names the contacts that are here, page by page."""

from audit.processing import Processing
from contacts.opening import references, unwrap
from contacts.store.pages import page_of_contacts
from kernel.identity import PersonId

_PAGE = 2_000


def page_of_references(processing: Processing, after: PersonId | None) -> list[tuple[PersonId, bytes]]:
    """Return a page of contacts with their references; no field is opened. The caller notes ``contact.read``."""
    contacts = unwrap(processing, page_of_contacts(processing, after=after, limit=_PAGE))
    return list(zip((one.person for one in contacts), references(processing, contacts), strict=True))
