"""Rotate a campaign's key-encryption key: every person key is wrapped anew, nothing is sealed again."""

from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.register import Register
from crypto.person_keys import rewrap_person_keys as rewrap
from crypto.provider import KeyProvider
from kernel.actor import Actor
from keys.store import person_keys_under_other_kek, rewrap_person_keys
from keys.versions import PURPOSE, Pause, rotate_versions

KEK = "kek"
BATCH = 2_000


def rotate_kek(register: Register, provider: KeyProvider, actor: Actor, pause: Pause) -> int:
    """Wrap every person key of a campaign under a new key and destroy the older one; return how many were wrapped."""
    return rotate_versions(register, provider, actor, [KEK], pause=pause, move=lambda: _move(register, actor))


def _move(register: Register, actor: Actor) -> int:
    moved, after = 0, None
    while True:
        count, after = _move_page(register, actor, after)
        moved += count
        if count < BATCH:
            return moved


def _move_page(register: Register, actor: Actor, after: UUID | None) -> tuple[int, UUID | None]:
    with register.open(actor, PURPOSE) as processing:
        version = processing.keys.active(KEK).version
        rows = person_keys_under_other_kek(processing, version, after, BATCH)
        _, wrapped = rewrap(
            processing.keys,
            [(row.person_id.bytes, row.compartment, row.generation, row.kek_version, row.wrapped) for row in rows],
        )
        rewrap_person_keys(processing, [_changed(row, version, new) for row, new in zip(rows, wrapped, strict=True)])
        counts = {"person_key.read": len(rows), "person_key.update": len(rows)}
        processing.note(Note(event=Event.PERSON_KEYS_REWRAPPED, counts=counts))
        return len(rows), rows[-1].person_id if rows else None


def _changed(row: Any, version: int, wrapped: bytes) -> dict[str, Any]:  # noqa: ANN401 - a row
    return {
        "b_person": row.person_id,
        "b_compartment": row.compartment,
        "kek_version": version,
        "wrapped": wrapped,
    }
