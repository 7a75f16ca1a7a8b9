"""Export contacts whole, for a person's dossier: every field with its origin, the dates of minors, nothing withheld."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.scopes import CONTACTS_READ, reach
from audit.events import Event
from audit.processing import Processing
from contacts.opening import unwrap
from contacts.reveal import UNRESTRICTED_PURPOSES, Revealed, reveal_note, show
from contacts.store.records import read_contacts
from kernel.errors import Forbidden
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True)
class ExportedContact:
    """A contact as its person may see it: whole."""

    shown: Revealed
    origin: int
    consent_from: date | None
    """From which day a minor may agree alone; kept in place of the birth date."""
    target_from: date | None


def export_contacts(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[ExportedContact]]:
    """Return everything these persons' contacts hold, noted; absent ones have nothing.

    Raises Forbidden for a purpose or scopes that would leave something out: a dossier is whole or is none.
    """
    if processing.purpose not in UNRESTRICTED_PURPOSES or reach(processing.actor, CONTACTS_READ) is not None:
        message = "a dossier leaves nothing out: declare the purpose rights_request, with scopes that are not narrowed"
        raise Forbidden(message)
    wanted = list(dict.fromkeys(persons))
    contacts = unwrap(processing, read_contacts(processing, wanted)) if wanted else []
    shown = show(processing, contacts)
    processing.note(reveal_note(processing, Event.CONTACT_REVEALED, contacts, shown))
    return {
        one.person: [ExportedContact(told, one.row.origin, one.row.consent_from, one.row.target_from)]
        for one, told in zip(contacts, shown, strict=True)
    }
