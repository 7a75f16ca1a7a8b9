"""What leads out of the file: ids in other systems, references in the log, and by what somebody may have objected."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.facts import origins_of_fields
from contacts.held import read_held
from contacts.opening import OpenedContact, data_of, disclose_openable, references, unwrap_openable
from contacts.store.records import read_contacts
from contacts.vocabulary import vocabulary_of
from kernel.errors import Unopenable
from kernel.identity import PersonId
from policy.draft import Datum

_FIELD = "external_id"
_OBJECTED_BY = ("last_name", "usage_name", "first_names", "birth_date", "address", _FIELD)
"""What is one person's own: a telephone or a mailbox may be shared with somebody who said nothing."""
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Outside:
    """Where else a person is known: system and id, and the reference that the log has."""

    person: PersonId
    reference: bytes
    external: tuple[tuple[str, str], ...] = field(repr=False)


def outside_of(processing: Processing, persons: Sequence[PersonId], *, locked: bool = False) -> list[Outside]:
    """Return where else these persons are known, whatever the purpose: their rights go after their data. Noted.

    Of a contact that does not open nothing can be told. Locked, nobody changes them before the end; on SQLite the gate
    sees to that.
    """
    held = read_held(processing, persons, locked=locked)
    found = [
        Outside(one.person, reference, _external(processing, one))
        for one, reference in zip(held.contacts, held.references, strict=True)
    ]
    fields = [_FIELD] if any(one.external for one in found) else []
    counts, named = {"contact.read": len(held.rows)}, held.references
    processing.note(Note(event=Event.CONTACT_REVEALED, counts=counts, fields=fields, subjects=named))
    return found


def objecting_data(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, tuple[Datum, ...]]:
    """Return by what these persons object, whatever the purpose and the scopes: hashed, and shown to nobody. Noted.

    Of a contact that does not open there is nothing.
    """
    rows = read_contacts(processing, list(dict.fromkeys(persons))) if persons else []
    contacts, names = unwrap_openable(processing, rows), vocabulary_of(processing, custom=False, tags=False).names
    codes = {code for name in _OBJECTED_BY if (code := processing.edition.fields[name].code) is not None}
    found = {one.person: data_of(disclose_openable(processing, one, names, codes)) for one in contacts}
    counts, fields = {"contact.read": len(rows)}, {name for data in found.values() for name, _ in data}
    named = references(processing, contacts)
    processing.note(Note(event=Event.OPPOSITION_RECORDED, counts=counts, fields=sorted(fields), subjects=named))
    return found


def _external(processing: Processing, contact: OpenedContact) -> tuple[tuple[str, str], ...]:
    """Open the ids in other systems, where the headers, which stand in clear, show any."""
    code = processing.edition.fields[_FIELD].code
    if code is None or not _has_field(contact, code):
        return ()
    told = disclose_openable(processing, contact, vocabulary_of(processing, custom=False, tags=False).names, {code})
    parts = (one.value.partition(_SEPARATOR) for one in told)
    return tuple((system, identifier) for system, _, identifier in parts)


def _has_field(contact: OpenedContact, code: int) -> bool:
    """Tell whether a record has a field; of one whose headers are spoilt nobody can."""
    try:
        return bool(origins_of_fields(contact.row.record, {code}))
    except Unopenable:
        return False
