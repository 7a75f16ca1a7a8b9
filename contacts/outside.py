"""What leads out of the file: the ids that contacts have in other systems, and their references in the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.facts import origins_of_fields
from contacts.opening import OpenedContact, disclose, references, unwrap
from contacts.store.records import read_bare
from contacts.vocabulary import vocabulary_of
from kernel.errors import Unopenable
from kernel.identity import PersonId

_FIELD = "external_id"
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
    wanted = list(dict.fromkeys(persons))
    rows = read_bare(processing, wanted, locked=locked) if wanted else []
    contacts = _opened(processing, rows)
    named = references(processing, contacts)
    found = [
        Outside(one.person, reference, _external(processing, one))
        for one, reference in zip(contacts, named, strict=True)
    ]
    fields = [_FIELD] if any(one.external for one in found) else []
    counts = {"contact.read": len(rows)}
    processing.note(Note(event=Event.CONTACT_REVEALED, counts=counts, fields=fields, subjects=named))
    return found


def _opened(processing: Processing, rows: Sequence[Any]) -> list[OpenedContact]:
    try:
        return unwrap(processing, rows)
    except Unopenable:
        return [] if len(rows) == 1 else [one for row in rows for one in _opened(processing, [row])]


def _external(processing: Processing, contact: OpenedContact) -> tuple[tuple[str, str], ...]:
    """Open the ids in other systems, where the headers, which stand in clear, show any."""
    code = processing.edition.fields[_FIELD].code
    if code is None or not origins_of_fields(contact.row.record, {code}):
        return ()
    names = vocabulary_of(processing, custom=False, tags=False).names
    try:
        told = disclose(processing, contact, names, {code})
    except Unopenable:
        return ()
    parts = (one.value.partition(_SEPARATOR) for one in told)
    return tuple((system, identifier) for system, _, identifier in parts)
