"""What a note says, and the bytes that its leaf is the hash of."""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from audit.announce import OF_CONTACTS, Announcement
from audit.events import Event, Outcome
from kernel.errors import SilentWrite

_MAGIC = b"isoloir entry v1"
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Tell what a processing did: ``counts`` are rows by table and verb, such as ``{"contact.read": 1}``.

    ``subjects`` are the references of the persons concerned; ``free`` is kept sealed and must hold nothing that a
    column already says. ``announced`` are the ids that those who subscribed are told: an event about contacts cannot be
    noted without it.
    """

    event: Event
    counts: Mapping[str, int]
    fields: Sequence[str] = ()
    subjects: Sequence[bytes] = ()
    outcome: Outcome = Outcome.DONE
    free: Mapping[str, Any] | None = None
    job: UUID | None = None
    chunk: int | None = None
    announced: Mapping[Announcement, Sequence[UUID]] | None = None

    def __post_init__(self) -> None:
        """Refuse an event about contacts that says not whom it concerns, and one that says more than it may."""
        may = OF_CONTACTS.get(self.event)
        if may is not None and self.announced is None:
            message = f"{self.event} concerns contacts: say whom, or nobody"
            raise SilentWrite(message)
        if self.announced and not (may or frozenset()).issuperset(self.announced):
            message = f"{self.event} does not announce this"
            raise SilentWrite(message)


class EntryRow(Protocol):
    """The columns of an entry, as the database gives them."""

    campaign_id: UUID
    id: UUID
    at: datetime
    event: str
    outcome: str
    actor_kind: str
    actor_id: str
    purpose: str
    edition: str
    counts: str
    fields: str
    subject: bytes | None
    subjects: bytes | None
    body: bytes | None
    job_id: UUID | None
    chunk: int | None


def entry_bytes(row: EntryRow) -> bytes:
    """Write an entry as fixed-order, length-prefixed bytes: what the leaf commits to.

    The list of subjects and the sealed body enter by their SHA-256, so that the leaf says nothing of short contents
    and stays checkable in part. The order and the forms below may never change for version 1.
    """
    parts: list[bytes | None] = [
        row.campaign_id.bytes,
        row.id.bytes,
        struct.pack(">q", round(row.at.timestamp() * 1_000_000)),
        row.event.encode(),
        row.outcome.encode(),
        row.actor_kind.encode(),
        row.actor_id.encode(),
        row.purpose.encode(),
        row.edition.encode(),
        row.counts.encode(),
        row.fields.encode(),
        row.subject,
        None if row.subjects is None else hashlib.sha256(row.subjects).digest(),
        None if row.body is None else hashlib.sha256(row.body).digest(),
        None if row.job_id is None else row.job_id.bytes,
        None if row.chunk is None else struct.pack(">q", row.chunk),
    ]
    return _MAGIC + b"".join(_part(part) for part in parts)


def _part(part: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if part is None else struct.pack(">I", len(part)) + part


def canonical_json(value: object) -> str:
    """Write JSON with sorted keys and no spaces, so that equal contents are equal text."""
    return _CANONICAL(value)
