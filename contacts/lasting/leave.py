"""What leaves a contact when its day has come: the values of some origins, and all that was derived from them.

Only ``retention`` calls this. A contact that would be left empty is erased by ``holdings.erase``, not here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from contacts.lasting.store import endings_between, move_due_days, page_of_terms
from contacts.merge import Change, apply_changes
from contacts.opening import Disclosed, OpenedContact, data_of, disclose, references, unwrap
from contacts.store.records import lock_contacts, set_restricted
from contacts.vocabulary import Vocabulary, vocabulary_of
from crypto.layout import origins_of
from kernel.identity import PersonId
from outreach.outgoing import take_out_of_use

_OF_BIRTH = ("consent_from", "target_from")


@dataclass(frozen=True, slots=True)
class Lasting:
    """What decides how long a contact lasts: its category, where its values come from, and the day it has now."""

    person: PersonId
    category: str
    origins: frozenset[int]
    due_on: date | None
    restricted: bool


def examine_contacts(
    processing: Processing, after: UUID | None, limit: int, due: tuple[date, date] | None = None
) -> list[Lasting]:
    """Return a page of contacts in the order of their ids, those in use that end between two days if they are named.

    The caller notes ``contact.read``.

    No key is unwrapped: where a value comes from stands in its header.
    """
    return [
        Lasting(PersonId(row.id), row.category, origins_of(row.record) or frozenset({row.origin}), row.due_on, row[4])
        for row in page_of_terms(processing, after, limit, due)
    ]


def endings_of(processing: Processing, first: PersonId, last: PersonId) -> dict[PersonId, dict[str, date]]:
    """Return what ended for the contacts from one id to another; the caller notes ``contact_ending.read``."""
    found: dict[PersonId, dict[str, date]] = {}
    for row in endings_between(processing, first, last):
        found.setdefault(PersonId(row.contact_id), {})[row.event] = row.ended_on
    return found


def strip_contacts(processing: Processing, leaving: Mapping[PersonId, Collection[int]]) -> int:
    """Take the values of these origins out of contacts, with what stood in clear for them; return how many changed.

    Commune and polling station go too, unless an address stays: they came with the roll.
    """
    if not leaving:
        return 0
    words = vocabulary_of(processing, tags=False)
    contacts = unwrap(processing, lock_contacts(processing, sorted(leaving)))
    opened = [(one, disclose(processing, one, words.names, None)) for one in contacts]
    changes = [_change(one, data, frozenset(leaving[one.person]), words) for one, data in opened]
    changed = apply_changes(processing, changes)
    gone = {one.field for held, data in opened for one in data if one.origin in leaving[held.person]}
    processing.note(
        Note(
            event=Event.CONTACT_AMENDED,
            counts={**changed.counts, "contact.read": len(contacts)},
            fields=field_names(gone),
            subjects=references(processing, contacts),
            announced={Announcement.CONTACT_UPDATED: [one.person for one in contacts]},
        )
    )
    return len(contacts)


def move_due(processing: Processing, days: Sequence[tuple[PersonId, date | None]]) -> dict[str, int]:
    """Set the days after which contacts are withheld; return the rows to note."""
    return {"contact.update": move_due_days(processing, days)}


def archive_contacts(processing: Processing, persons: Sequence[PersonId]) -> None:
    """Put contacts into restricted archive: used for nothing, opened for a reason only."""
    if not persons:
        return
    take_out_of_use(processing)
    contacts = unwrap(processing, lock_contacts(processing, sorted(persons)))
    set_restricted(processing, [one.person for one in contacts], restricted=True)
    processing.note(
        Note(
            event=Event.CONTACT_RESTRICTED,
            counts={"contact.read": len(contacts), "contact.update": len(contacts)},
            subjects=references(processing, contacts),
            free={"ground": "retention"},
            announced={Announcement.CONTACT_RESTRICTED: [one.person for one in contacts]},
        )
    )


def _change(contact: OpenedContact, data: Sequence[Disclosed], origins: frozenset[int], words: Vocabulary) -> Change:
    going = [one for one in data if one.origin in origins]
    staying = [one for one in data if one.origin not in origins]
    clear: dict[str, Any] = {"polling_station": None}
    if not any(one.field == "address" for one in staying):
        clear["commune"] = None
    if any(one.field == "birth_date" for one in going):
        clear |= dict.fromkeys(_OF_BIRTH)
    removed = frozenset((words.codes[one.field], one.slot) for one in going)
    return Change(contact, removed, (), data_of(staying), clear)
