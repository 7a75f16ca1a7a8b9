"""Keep seed mailboxes: register one, list them, let one leave no more."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.index import email_keys
from crypto.value import open_value, seal_value
from files.seeds.store import all_mailboxes, ended_mailboxes, insert_mailbox
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import random_uuid

MOST = 50
"""Mailboxes of a campaign, those that ended among them: each import compares all of them."""
_PURPOSE = "message"
_CONTEXT = b"seed mailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox of the controller."""

    id: UUID
    address: str = field(repr=False)
    added_at: datetime
    ended_at: datetime | None


def add_mailbox(processing: Processing, address: str) -> UUID:
    """Register an address that the controller owns and reads, and nobody else is reached by; return its id.

    Raises Invalid for what is no e-mail address, Conflict for one that is there already or one too many.
    """
    forms = email_keys(address)
    if not forms:
        raise Invalid("a seed mailbox is an e-mail address")
    known = open_mailboxes(processing)
    counts = {"seed_mailbox.read": len(known)}
    if any(one.address == forms[0] for one in known):
        raise Conflict("this mailbox is registered already")
    if len(known) >= MOST:
        raise Conflict(f"a campaign has no more than {MOST} seed mailboxes")
    made = random_uuid()
    key, context = processing.keys.active(_PURPOSE), _context(processing, made)
    sealed = seal_value(key, context=context, plain=forms[0].encode())
    counts["seed_mailbox.insert"] = insert_mailbox(
        processing, {"id": made, "sealed": sealed, "added_at": processing.at, "ended_at": None}
    )
    processing.note(Note(event=Event.SEED_ADDED, counts=counts))
    return made


def list_mailboxes(processing: Processing) -> list[Mailbox]:
    """Return the campaign's seed mailboxes, oldest first. Noted."""
    found = open_mailboxes(processing)
    processing.note(Note(event=Event.SEED_LISTED, counts={"seed_mailbox.read": len(found)}))
    return found


def end_mailbox(processing: Processing, mailbox: UUID) -> None:
    """Let a mailbox leave in no more exports; when it comes back, it is still known. Raises NotFound."""
    if not (ended := ended_mailboxes(processing, mailbox)):
        raise NotFound("no such seed mailbox in use in this campaign")
    processing.note(Note(event=Event.SEED_ENDED, counts={"seed_mailbox.update": ended}))


def open_mailboxes(processing: Processing) -> list[Mailbox]:
    """Return the campaign's seed mailboxes, oldest first; the caller notes ``seed_mailbox.read``."""
    return [
        Mailbox(
            id=row.id,
            address=open_value(processing.keys, _PURPOSE, _context(processing, row.id), row.sealed).decode(),
            added_at=row.added_at,
            ended_at=row.ended_at,
        )
        for row in all_mailboxes(processing)
    ]


def _context(processing: Processing, mailbox: UUID) -> bytes:
    return _CONTEXT + processing.campaign.bytes + mailbox.bytes
