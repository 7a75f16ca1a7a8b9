"""Find the contacts that a person's own words are about, so that an objection reaches them; nothing is shown."""

from collections.abc import Callable, Sequence

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.indexing import MATCHING, NAME_BIRTH, NAME_FIRST, index_texts, indexer_of
from contacts.opening import data_of, disclose_openable, references, unwrap_openable
from contacts.store.index import holders_of
from contacts.store.records import read_contacts
from contacts.vocabulary import vocabulary_of
from kernel.identity import PersonId
from policy.draft import Datum

_SURE = frozenset({*MATCHING, NAME_BIRTH})
Forms = Callable[[Sequence[Datum]], Sequence[tuple[str, str]]]
"""The forms by which data are compared."""


def holders_of_data(processing: Processing, asked: Sequence[Sequence[Datum]], forms: Forms) -> list[set[PersonId]]:
    """Return for each set of data the contacts that share an address, a number, an id, or name and birth with it.

    By name alone a contact is opened, and is meant only where ``forms`` of both agree: name and postal address.
    """
    indexer = indexer_of(processing.keys)
    sure, likely = [], []
    for data in asked:
        texts = index_texts(data)
        sure.append({value for kind, found in texts if kind in _SURE for value in indexer.probe(kind, found)})
        likely.append({value for kind, found in texts if kind == NAME_FIRST for value in indexer.probe(kind, found)})
    values = sorted(set().union(*sure, *likely))
    held = holders_of(processing, values) if values else []
    by_value: dict[int, set[PersonId]] = {}
    for value, person in held:
        by_value.setdefault(value, set()).add(person)
    found = [set().union(*(by_value.get(value, set()) for value in one)) for one in sure]
    named = [set().union(*(by_value.get(value, set()) for value in one)) for one in likely]
    rows, read = _add_neighbours(processing, asked, forms, found, named)
    counts = {"contact_index.read": len(held), "contact.read": rows}
    processing.note(Note(event=Event.CONTACT_SEARCHED, counts=counts, subjects=read))
    return found


def _add_neighbours(
    processing: Processing,
    asked: Sequence[Sequence[Datum]],
    forms: Forms,
    found: Sequence[set[PersonId]],
    named: Sequence[set[PersonId]],
) -> tuple[int, list[bytes]]:
    """Add to ``found`` those of the same name whose address agrees; return how many were read, and whom it opened.

    Of a contact that does not open nobody can tell: it is nobody's, and keeps no other from being found.
    """
    doubtful = sorted(set().union(*(some - sure for some, sure in zip(named, found, strict=True))))
    if not doubtful:
        return 0, []
    rows = read_contacts(processing, doubtful)
    contacts = unwrap_openable(processing, rows)
    names = vocabulary_of(processing, tags=False).names
    told = {one.person: set(forms(data_of(disclose_openable(processing, one, names, None)))) for one in contacts}
    for data, sure, some in zip(asked, found, named, strict=True):
        theirs = set(forms(data))
        sure |= {person for person in some if theirs & told.get(person, set())}
    return len(rows), references(processing, contacts)
