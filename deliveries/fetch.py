"""Fetch what waits: a look changes nothing, a code goes to the address that is known, and the file leaves once.

Codes have eight figures and hold for a quarter of an hour; five wrong ones end a code, six codes end the asking. The
file is deleted in the transaction that lets it go; whoever lost it on the way asks for it anew.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from audit.events import Event, Outcome
from audit.note import Note
from audit.processing import Processing
from contacts.mailbox import sole_mailbox
from crypto.campaign_keys import CampaignKey
from crypto.stream import open_chunks, unwrap_file_key
from deliveries.deliver import Language, letter_to
from deliveries.store import change_delivery, chunks_of, delete_chunks, lock_delivery
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from messages.queue import queue_letters
from signups.letters import desk_of
from signups.links import LINK, DeadLink, Use, read_link

CODE_LIFE = timedelta(minutes=15)
MOST_TRIES = 5
MOST_CODES = 6
_FIGURES = 8
_LABEL = b"isoloir delivery code v1\0"


class State(StrEnum):
    """Where a delivery stands."""

    READY = "ready"
    FETCHED = "fetched"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a page may say of a delivery; nothing of what is in it."""

    id: UUID
    person: PersonId
    state: State
    until: datetime
    language: Language
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """The file, once; None where the code was wrong, spent or too old: nobody is told which."""

    content: bytes | None = field(repr=False)


def look_at(processing: Processing, link: str) -> Looked:
    """Say how a delivery stands; nothing changes by it. Raises DeadLink."""
    row = _row(processing, link)
    processing.note(Note(event=Event.DELIVERY_SHOWN, counts={"delivery.read": 1}))
    return _looked(processing, row)


def send_code(processing: Processing, link: str, public_url: str) -> None:
    """Send a fresh code to the mailbox that is known to be the person's alone; the answer is the same where none is.

    Raises DeadLink.
    """
    row = _row(processing, link)
    counts = {"delivery.read": 1}
    address = sole_mailbox(processing, PersonId(row.contact_id))
    ready = _looked(processing, row).state is State.READY
    if ready and address is not None and row.codes < MOST_CODES:
        code = "".join(secrets.choice("0123456789") for _ in range(_FIGURES))
        key, until = processing.keys.active(LINK), processing.at + CODE_LIFE
        values = {"code_version": key.version, "code_digest": _digest(key, row.id, code), "code_until": until}
        counts["delivery.update"] = change_delivery(processing, row.id, {**values, "codes": row.codes + 1, "tries": 0})
        person = PersonId(row.contact_id)
        desk = desk_of(processing, public_url)
        counts |= queue_letters(
            processing, [letter_to(desk, "code", row.language, {"code": code}, address, until, person)]
        )
    processing.note(Note(event=Event.DELIVERY_CODE_SENT, counts=counts))


def fetch_file(processing: Processing, link: str, code: str) -> Fetched:
    """Let the file go with the right code, and delete it. Raises DeadLink, Unopenable."""
    row = _row(processing, link)
    if _looked(processing, row).state is not State.READY or not _is_code(processing, row, code):
        counts = {"delivery.read": 1, "delivery.update": change_delivery(processing, row.id, {"tries": row.tries + 1})}
        processing.note(Note(event=Event.DELIVERY_REFUSED, outcome=Outcome.REFUSED, counts=counts))
        return Fetched(None)
    content = _content(processing, row)
    spent = {"fetched_at": processing.at, "code_digest": None, "code_version": None, "code_until": None}
    counts = {
        "delivery.read": 1,
        "delivery_chunk.read": processing.observed["delivery_chunk.read"],
        "person_key.read": 1,
        "delivery_chunk.delete": delete_chunks(processing, [row.id]),
        "delivery.update": change_delivery(processing, row.id, spent),
    }
    processing.note(Note(event=Event.DELIVERY_FETCHED, counts=counts, free={"delivery": str(row.id)}))
    return Fetched(content)


def _row(processing: Processing, link: str) -> Any:  # noqa: ANN401 - a row
    known = read_link(processing.keys, link, Use.DOSSIER, processing.at)
    row = lock_delivery(processing, UUID(bytes=known.person.bytes))
    if row is None:
        raise DeadLink
    return row


def _looked(processing: Processing, row: Any) -> Looked:  # noqa: ANN401 - a row
    state = State.READY if row.until > processing.at else State.LATE
    if row.fetched_at is not None:
        state = State.FETCHED
    return Looked(row.id, PersonId(row.contact_id), state, row.until, row.language, row.made_at)


def _is_code(processing: Processing, row: Any, code: str) -> bool:  # noqa: ANN401 - a row
    if row.code_digest is None or row.code_until <= processing.at or row.tries >= MOST_TRIES:
        return False
    plain = "".join(code.split())
    return hmac.compare_digest(_digest(processing.keys.at(LINK, row.code_version), row.id, plain), row.code_digest)


def _content(processing: Processing, row: Any) -> bytes:  # noqa: ANN401 - a row
    person, campaign, file = PersonId(row.contact_id), processing.campaign.bytes, row.id.bytes
    keys = open_person_keys(processing, [person], Compartment.CONTACT)
    if person not in keys:
        raise DeadLink
    secret = unwrap_file_key(keys[person], campaign=campaign, file=file, wrapped=row.wrapped)
    return b"".join(open_chunks(secret, chunks_of(processing, row.id), campaign=campaign, file=file))


def _digest(key: CampaignKey, delivery: UUID, code: str) -> bytes:
    return hmac.digest(key.secret, _LABEL + delivery.bytes + code.encode(), "sha256")
