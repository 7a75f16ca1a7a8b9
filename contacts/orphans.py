"""Put a restored copy in order: keys that no contact is left for, contacts that no key is left for.

A copy of the data beside newer keys has both: persons recorded since have a key and no row, persons erased since have a
row and no key.
"""

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.store.orphans import count_keyless, orphaned_keys
from keys.create import Compartment
from keys.shred import shred_person_keys

_PAGE = 1_000


def count_without_key(processing: Processing) -> int:
    """Count the contacts that nothing opens; the reading is noted."""
    found = count_keyless(processing)
    processing.note(Note(event=Event.CONTACT_LISTED, counts={"contact.read": 1}))
    return found


def shred_orphans(processing: Processing) -> int:
    """Shred a page of keys of contacts that are not there; return how many."""
    orphans = orphaned_keys(processing, _PAGE)
    shredded = shred_person_keys(processing, orphans, Compartment.CONTACT) if orphans else 0
    counts = {"person_key.read": len(orphans), "person_key.delete": shredded}
    processing.note(Note(event=Event.BACKUP_RESTORED, counts=counts))
    return shredded
