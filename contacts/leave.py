"""Take words out of contacts: what a newer vocabulary finds in them leaves the record, and nothing else does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from contacts.merge import Change, apply_changes
from contacts.opening import Disclosed, OpenedContact, disclose, references, unwrap
from contacts.store.pages import page_of_ids
from contacts.store.records import lock_contacts
from contacts.vocabulary import CUSTOM, vocabulary_of
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True)
class Words:
    """The words that a contact holds, cell by cell."""

    contact: OpenedContact
    cells: Sequence[Disclosed]


def page_of_words(
    processing: Processing, after: PersonId | None, limit: int
) -> tuple[list[Words], PersonId | None, dict[str, int]]:
    """Open the words of a page of contacts, held until the end; return them, where to go on, and the rows to note.

    A contact that is restricted is stored and not used (GDPR art. 18): its words are not read.
    """
    page = page_of_ids(processing, after, limit)
    rows = lock_contacts(processing, page) if page else []
    known = vocabulary_of(processing, tags=False).codes
    codes = {code for name, code in known.items() if name.startswith(CUSTOM) or _is_words(processing, name)}
    names = {code: name for name, code in known.items()}
    contacts = unwrap(processing, [row for row in rows if not row.restricted])
    found = [Words(one, disclose(processing, one, names, codes)) for one in contacts]
    return found, page[-1] if len(page) == limit else None, {"contact.read": len(page) + len(rows)}


def leave_out(
    processing: Processing, leaving: Mapping[PersonId, Collection[Disclosed]], words: Sequence[Words]
) -> None:
    """Take these cells out of contacts that were opened in this processing."""
    codes = vocabulary_of(processing, tags=False)
    opened = [one.contact for one in words if leaving.get(one.contact.person)]
    if not opened:
        return
    changes = [_change(processing, one, leaving[one.person], codes.codes, codes.names) for one in opened]
    note = Note(
        event=Event.CONTACT_AMENDED,
        counts=apply_changes(processing, changes).counts,
        fields=field_names(cell.field for cells in leaving.values() for cell in cells),
        subjects=references(processing, opened),
        announced={Announcement.CONTACT_UPDATED: [one.person for one in opened]},
    )
    processing.note(note)


def _change(
    processing: Processing,
    contact: OpenedContact,
    cells: Collection[Disclosed],
    codes: Mapping[str, int],
    names: Mapping[int, str],
) -> Change:
    removed = frozenset((codes[one.field], one.slot) for one in cells)
    held = disclose(processing, contact, names, None)
    data = tuple((one.field, one.value) for one in held if (codes[one.field], one.slot) not in removed)
    return Change(contact, removed, (), data, {})


def _is_words(processing: Processing, name: str) -> bool:
    field = processing.edition.fields.get(name)
    return field is not None and field.text is not None
