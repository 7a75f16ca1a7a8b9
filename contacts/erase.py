"""Erase contacts: keys, fields and index values leave in one transaction (GDPR art. 17).

Only ``holdings.erase`` calls this, because it writes the erasure ledger first.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.held import take_held
from contacts.indexing import unpack_values
from contacts.journal.store import delete_steps_of
from contacts.lasting.store import delete_of
from contacts.store.index import delete_index_of, delete_whole_index_of
from contacts.store.orphans import keyless_among
from contacts.store.records import delete_contacts, delete_tags
from kernel.errors import Unopenable
from kernel.identity import PersonId, Persons
from keys.create import Compartment
from keys.shred import shred_person_keys


def erase_contacts(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Erase these persons' contacts and shred their keys; return how many there were. Absent ones are no error."""
    held, read = take_held(processing, persons)
    wanted = held.persons
    # An older copy, put beside the newest keys, has rows whose keys an erasure has destroyed since.
    missing = {*wanted} - {row.id for row in held.rows} if len(held.rows) < len(wanted) else ()
    keyless = keyless_among(processing, missing)
    rows = [*held.rows, *keyless]
    found = wanted if len(rows) == len(wanted) else Persons([PersonId(row.id) for row in rows])
    entries, unread = _entries(rows)
    tags, shredded, lost, lasting = 0, 0, 0, {}
    if found:
        lasting = delete_of(processing, found)
        lasting["contact_journal.delete"] = delete_steps_of(processing, found)
        delete_index_of(processing, entries)
        lost = delete_whole_index_of(processing, unread) if unread else 0
        tags = delete_tags(processing, found)
        delete_contacts(processing, found)
        shredded = shred_person_keys(processing, found, Compartment.CONTACT)
    processing.note(
        Note(
            event=Event.CONTACT_ERASED,
            counts={
                **lasting,
                "contact.read": read + len(keyless),
                "contact.delete": len(found),
                "contact_index.delete": len(entries) + lost,
                "contact_tag.delete": tags,
                "person_key.delete": shredded,
            },
            subjects=held.references,
            announced={Announcement.CONTACT_ERASED: found},
        ),
    )
    return len(found)


def _entries(rows: Sequence[Any]) -> tuple[list[tuple[int, UUID]], list[PersonId]]:
    """Return the index values of contacts, and whose values are spoilt: they are looked for in the whole index."""
    entries, unread = [], []
    for row in rows:
        try:
            entries += [(value, row.id) for value in unpack_values(row.indexes)]
        except Unopenable:
            unread.append(PersonId(row.id))
    return entries, unread
