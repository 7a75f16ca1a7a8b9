"""Contacts read to be told of or erased, with their keys unwrapped; held until the end, they are not read twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.processing import Processing
from contacts.opening import OpenedContact, references, unwrap_openable
from contacts.store.records import read_bare
from kernel.identity import PersonId, Persons


@dataclass(frozen=True, slots=True)
class Held:
    """Contacts in the order of their ids: all that are there, those that open, and the log's references of these."""

    persons: Persons
    """Who was asked for."""
    rows: Sequence[Any] = field(repr=False)
    contacts: Sequence[OpenedContact] = field(repr=False)
    references: Sequence[bytes]


def read_held(processing: Processing, persons: Sequence[PersonId], *, locked: bool) -> Held:
    """Read contacts and unwrap their keys; the caller notes ``contact.read``. Locked, nobody else changes them."""
    wanted = Persons(dict.fromkeys(persons))
    rows = read_bare(processing, wanted, locked=locked) if wanted else []
    contacts = unwrap_openable(processing, rows)
    held = Held(wanted, rows, contacts, references(processing, contacts))
    if locked:
        processing.held[Held] = held
    return held


def take_held(processing: Processing, persons: Sequence[PersonId]) -> tuple[Held, int]:
    """Return what this processing holds of exactly these persons, or read it, and how many rows were read for it."""
    kept = processing.held.pop(Held, None)
    if isinstance(kept, Held) and kept.persons == tuple(dict.fromkeys(persons)):
        return kept, 0
    held = read_held(processing, persons, locked=True)
    return held, len(held.rows)
