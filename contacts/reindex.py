"""Rotate a campaign's index keys on line: every contact's values are computed anew from its own fields."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from contacts.indexing import INDEX_PURPOSES, Indexer, indexer_of, pack_values, unpack_values
from contacts.opening import OpenedContact, data_of, disclose, unwrap
from contacts.store.index import behind_index_version, delete_index, insert_index, update_indexes
from contacts.vocabulary import vocabulary_of
from crypto.provider import KeyProvider
from kernel.actor import Actor
from keys.versions import PURPOSE, Pause, rotate_versions

BATCH = 1_000


def rotate_index_keys(register: Register, provider: KeyProvider, actor: Actor, pause: Pause) -> int:
    """Give every index of a campaign a new key, rebuild its values, destroy the old one; return how many contacts.

    While it runs, new rows are written under both versions and searches ask both. Killed anywhere, the same call goes
    on where it was.
    """
    return rotate_versions(
        register,
        provider,
        actor,
        INDEX_PURPOSES,
        pause=pause,
        move=lambda: rebuild_indexes(register, actor),
    )


def rebuild_indexes(register: Register, actor: Actor) -> int:
    """Write anew every index value that stands under an older key version; return how many contacts had some."""
    rebuilt, after = 0, None
    while True:
        with register.open(actor, PURPOSE) as processing:
            rows = _rebuild_page(processing, after)
        rebuilt += len(rows)
        if len(rows) < BATCH:
            return rebuilt
        after = rows[-1].id


def _rebuild_page(processing: Processing, after: UUID | None) -> Sequence[Any]:
    indexer = indexer_of(processing.keys)
    names = vocabulary_of(processing, tags=False).names
    rows = behind_index_version(processing, indexer.version, after, BATCH)
    changed, inserted, deleted = [], [], []
    for one in unwrap(processing, rows):
        before, now = set(unpack_values(one.row.indexes)), set(_values(processing, one, indexer, names))
        inserted += [(processing.campaign, value, one.person) for value in sorted(now - before)]
        deleted += [(value, one.person) for value in sorted(before - now)]
        packed = pack_values(sorted(now))
        changed.append({"b_person": one.person, "index_version": indexer.version, "indexes": packed})
    update_indexes(processing, changed)
    delete_index(processing, deleted)
    insert_index(processing, inserted)
    counts = {
        "contact.read": len(rows),
        "contact.update": len(changed),
        "contact_index.insert": len(inserted),
        "contact_index.delete": len(deleted),
    }
    processing.note(Note(event=Event.INDEX_REBUILT, counts=counts))
    return rows


def _values(processing: Processing, contact: OpenedContact, indexer: Indexer, names: dict[int, str]) -> list[int]:
    return indexer.indexed(data_of(disclose(processing, contact, names, None))).stored
