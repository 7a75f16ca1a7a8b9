"""Contacts without a key, and keys without a contact: only a restored copy has any."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, literal_column, select

from audit.processing import Processing
from contacts.store.records import COMPARTMENT, CONTACT
from kernel.columns import among
from kernel.identity import PersonId
from keys import facts as keys

# OFFSET 0 has each looked up by itself: of many new rows a planner knows nothing, and compares each with all keys.
_KEY = select(keys.PERSON).where(
    CONTACT.c.campaign_id == keys.CAMPAIGN, CONTACT.c.id == keys.PERSON, keys.COMPARTMENT == COMPARTMENT
)
_HAS_KEY = _KEY.correlate(CONTACT).offset(literal_column("0")).exists()


def keyless_among(processing: Processing, persons: Collection[PersonId]) -> Sequence[Any]:
    """Return those of these contacts that have no key, which nothing opens: only a restored copy has any."""
    if not persons:
        return ()
    named = among(CONTACT.c.id, persons, on_postgresql=processing.on_postgresql)
    here = CONTACT.c.campaign_id == processing.campaign, named
    return processing.read(CONTACT, select(CONTACT.c.id, CONTACT.c.indexes).where(*here, ~_HAS_KEY))


def count_keyless(processing: Processing) -> int:
    """Count the contacts that have no key; one row is read."""
    statement = select(func.count()).select_from(CONTACT).where(CONTACT.c.campaign_id == processing.campaign, ~_HAS_KEY)
    return int(processing.read(CONTACT, statement)[0][0])


def orphaned_keys(processing: Processing, limit: int) -> list[PersonId]:
    """Return some persons that have a contact's key and no contact: only a restored copy has any."""
    owner, table = keys.CAMPAIGN, keys.TABLE
    own = select(CONTACT.c.id).where(CONTACT.c.campaign_id == owner, CONTACT.c.id == keys.PERSON)
    contact = own.correlate(table).offset(literal_column("0")).exists()
    here = select(keys.PERSON).where(owner == processing.campaign, table.c.compartment == COMPARTMENT, ~contact)
    return [PersonId(row[0]) for row in processing.read(table, here.limit(limit))]
