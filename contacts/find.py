"""Find one person exactly: by e-mail, phone, external id, or whole name; never by a part or a sound of a name.

Every result is opened and compared in full before it is shown, because 64-bit values may collide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.indexing import index_texts, indexer_of
from contacts.opening import OpenedContact, data_of, disclose, references, unwrap
from contacts.reach import PLACE, readable
from contacts.reveal import Revealed, reveal_note, show
from contacts.store.index import holders_of
from contacts.store.records import read_contacts
from contacts.vocabulary import vocabulary_of
from kernel.errors import Forbidden, Invalid
from kernel.identity import PersonId
from policy.draft import Datum

MOST_FOUND = 10
_SEARCHABLE = ("email", "phone", "external_id")


class TooMany(Invalid):
    """Say that a search must name one person more closely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is known of the person looked for, and why; a search by name needs a reason."""

    data: tuple[Datum, ...] = field(repr=False)
    commune: str | None = None
    reason: str | None = field(default=None, repr=False)

    @property
    def by_name(self) -> bool:
        """Tell whether the person is looked for by name."""
        return any(name == "last_name" for name, _ in self.data)


def find_contacts(processing: Processing, search: Search) -> list[Revealed]:
    """Return the contacts that agree with everything the search says, at most ten.

    Raises Invalid for a search by name without a reason, or by nothing that can be looked up; Forbidden where the
    purpose may not read what is searched by; TooMany above ten.
    """
    _check(search)
    _check_purpose(processing, search)
    texts = index_texts(search.data)
    rows, read = _candidates(processing, texts)
    agreeing = [one for one in rows if _agrees(processing, one, search, texts)]
    if len(agreeing) > MOST_FOUND:
        message = f"more than {MOST_FOUND} contacts agree: add a birth date, a commune or an address"
        raise TooMany(message)
    shown = show(processing, agreeing)
    told = reveal_note(processing, Event.CONTACT_SEARCHED, agreeing, shown, free={"reason": search.reason or ""})
    processing.note(_searched(told, read))
    return shown


def find_holders(processing: Processing, datum: Datum) -> list[PersonId]:
    """Return whoever has this e-mail or phone, however many: who stops messages to an address must miss nobody.

    Nothing of them is shown. Raises Invalid, Forbidden.
    """
    search = Search(data=(datum,))
    _check(search)
    _check_purpose(processing, search)
    texts = index_texts(search.data)
    rows, read = _candidates(processing, texts)
    agreeing = [one for one in rows if _agrees(processing, one, search, texts)]
    subjects = references(processing, agreeing)
    processing.note(Note(event=Event.CONTACT_SEARCHED, counts=read, fields=[datum[0]], subjects=subjects))
    return [one.person for one in agreeing]


def _check(search: Search) -> None:
    names = {name for name, _ in search.data}
    if search.by_name and "first_names" not in names:
        message = "a search by name needs the whole name: last_name and first_names"
        raise Invalid(message)
    if search.by_name and not (search.reason or "").strip():
        message = "a search by name needs a reason"
        raise Invalid(message)
    if not any(texts for _, texts in index_texts(search.data)):
        message = "a search needs a valid email, phone, external_id, or last_name with first_names"
        raise Invalid(message)


def _check_purpose(processing: Processing, search: Search) -> None:
    """Refuse to say who holds a value that purpose and scopes may not read: an answer alone would tell."""
    asked = {name for name, _ in search.data} | ({PLACE} if search.commune is not None else set())
    may_read = readable(processing)
    closed = sorted(name for name in asked if not may_read(name))
    if closed:
        message = f"purpose or scopes do not read: {', '.join(closed)}"
        raise Forbidden(message)


def _candidates(
    processing: Processing,
    texts: Sequence[tuple[str, list[str]]],
) -> tuple[list[OpenedContact], dict[str, int]]:
    """Return the contacts under any value of the most telling index, unwrapped, and the rows to note."""
    indexer = indexer_of(processing.keys)
    purpose, wanted = next((purpose, wanted) for purpose, wanted in texts if wanted)
    holders = holders_of(processing, indexer.probe(purpose, wanted))
    persons = list({person for _, person in holders})
    rows = read_contacts(processing, persons) if persons else []
    return unwrap(processing, rows), {"contact_index.read": len(holders), "contact.read": len(rows)}


def _agrees(
    processing: Processing,
    contact: OpenedContact,
    search: Search,
    texts: Sequence[tuple[str, list[str]]],
) -> bool:
    """Compare in full with everything the search says."""
    if search.commune is not None and contact.row.commune != search.commune:
        return False
    names = {code: name for name, code in vocabulary_of(processing, custom=False, tags=False).codes.items()}
    needed = {code for code, name in names.items() if name in _COMPARED}
    data = data_of(disclose(processing, contact, names, needed))
    held = {(purpose, text) for purpose, found in index_texts(data) for text in found}
    return all(any((purpose, text) in held for text in wanted) for purpose, wanted in texts if wanted)


_COMPARED = frozenset({*_SEARCHABLE, "last_name", "usage_name", "first_names", "birth_date"})


def _searched(note: Note, read: dict[str, int]) -> Note:
    return Note(
        event=note.event,
        counts=read,
        fields=note.fields,
        subjects=note.subjects,
        free=note.free,
    )
