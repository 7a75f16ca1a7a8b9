"""Name in the log whose contact a request is about, by a reference that dies with their key."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from audit.processing import Processing
from crypto.person_keys import subject_references
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys

REFERENCE = "audit:reference"


def subjects_of(processing: Processing, contacts: Sequence[UUID | None], counts: Counter[str]) -> list[bytes]:
    """Return the references of those of these contacts who are there, and count the keys that were read."""
    persons = [PersonId(one) for one in contacts if one is not None]
    keys = open_person_keys(processing, persons, Compartment.CONTACT)
    counts["person_key.read"] += len(keys)
    named = [(person.bytes, key) for person, key in keys.items()]
    return subject_references(processing.keys.active(REFERENCE), named)
