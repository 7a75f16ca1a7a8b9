"""Open person keys: those of one compartment, for the rooms that seal under them."""

from collections.abc import Callable, Sequence

from audit.processing import Processing
from crypto.person_keys import unwrap_person_keys
from kernel.identity import PersonId
from keys.create import Compartment
from keys.store import person_keys


def open_person_keys(
    processing: Processing, persons: Sequence[PersonId], compartment: Compartment, *, locked: bool = False
) -> dict[PersonId, bytes]:
    """Return the keys of those of these persons who have one; the caller notes ``person_key.read``.

    Locked, nobody shreds them before the processing ends: what is sealed meanwhile is erased with them. Raises
    Unopenable.
    """
    return ask_person_keys(processing, persons, compartment, locked=locked)() if persons else {}


def ask_person_keys(
    processing: Processing, persons: Sequence[PersonId], compartment: Compartment, *, locked: bool = False
) -> Callable[[], dict[PersonId, bytes]]:
    """Ask for what ``open_person_keys`` returns; what is asked meanwhile comes with it, and later than any lock."""
    asked = person_keys(processing, persons, compartment.value, locked=locked)

    def opened() -> dict[PersonId, bytes]:
        rows = asked()
        secrets = unwrap_person_keys(
            processing.keys,
            [(row.person_id.bytes, row.compartment, row.generation, row.kek_version, row.wrapped) for row in rows],
        )
        return {PersonId(row.person_id): key for row, key in zip(rows, secrets, strict=True)}

    return opened
