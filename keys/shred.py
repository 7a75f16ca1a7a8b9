"""Shred person keys: what was sealed under them opens no more, here or in any copy whose root version is gone."""

from collections.abc import Sequence

from audit.processing import Processing
from kernel.identity import PersonId
from keys.create import Compartment
from keys.store import delete_person_keys


def shred_person_keys(processing: Processing, persons: Sequence[PersonId], compartment: Compartment) -> int:
    """Destroy the keys of these persons in one compartment; return how many there were."""
    return delete_person_keys(processing, persons, compartment.value)
