"""Let a finished file go: to whoever may order exports where only its recipient can read it, else once, by a link.

Looking changes nothing. In the transaction that lets a file go by its link the key is shredded: what was opened there
is in memory, and no second copy opens. Whoever lost it on the way orders another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO
from uuid import UUID

from accounts.scopes import CONTACTS_READ, reach
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.recipients import registered_recipient
from files.exports.order import AGE, LINK, read_wanted
from files.exports.parts import Room, parts_of
from files.exports.show import end_export, known_export
from files.exports.states import COLLECTED, FINISHED
from files.exports.store import change_export
from kernel.actor import Actor, ActorKind
from kernel.errors import Conflict, Forbidden, NotFound, Unopenable
from kernel.identity import CampaignId, PersonId
from signups.links import DeadLink, Use, read_link, sign_link

PURPOSE = "administration"
_COLLECTOR = "recipient"
_PIECE = 1 << 16


class State(StrEnum):
    """Where a file stands for whoever holds its link."""

    READY = "ready"
    COLLECTED = "collected"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a page may say of a file; nothing of what is in it."""

    state: State
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A file that is let go: its name, its size, and its bytes, piece by piece."""

    name: str
    size: int
    file: BinaryIO = field(repr=False)

    def pieces(self) -> Iterator[bytes]:
        """Yield the file; it is closed at the end. Raises Unopenable."""
        with self.file:
            while piece := self.file.read(_PIECE):
                yield piece


def collector_in(campaign: CampaignId) -> Actor:
    """Return whoever holds a link to a file: a recipient, of whom nothing else is known."""
    return Actor(
        id=_COLLECTOR, kind=ActorKind.SYSTEM, campaign=campaign, scopes=frozenset(), purposes=frozenset({PURPOSE})
    )


def link_export(processing: Processing, one: UUID) -> tuple[str, datetime]:
    """Write the link by which a finished file is downloaded once; return it with the end of its time. Noted.

    Raises NotFound, Forbidden, and Conflict where there is no file to be had, or only its recipient is to read it.
    """
    row = _ready(processing, one)
    if read_wanted(row).secured != LINK:
        raise Conflict("this file is encrypted for its recipient: download it as it is")
    registered_recipient(processing, str(row.recipient_id))
    processing.note(Note(event=Event.EXPORT_LINKED, counts={}, job=one))
    return sign_link(processing.keys, PersonId(one), Use.EXPORT, processing.at), row.until


def look_at_export(processing: Processing, link: str) -> Looked:
    """Say how a file stands; nothing changes by it. Raises DeadLink."""
    row = _linked(processing, link)
    processing.note(Note(event=Event.EXPORT_SHOWN, counts={}, job=row.id))
    return _looked(processing, row)


def collect_export(processing: Processing, room: Room, link: str) -> Leaving | None:
    """Let a file go, once; None where it has gone or its time is over. The caller drops it when it is sent.

    Raises DeadLink; Refusal where the recipient receives nothing any more.
    """
    row = _linked(processing, link)
    if _looked(processing, row).state is not State.READY:
        processing.note(Note(event=Event.EXPORT_SHOWN, counts={}, job=row.id))
        return None
    recipient = registered_recipient(processing, str(row.recipient_id))
    leaving = _opened(processing, room, row)
    counts = {"person_key.read": 1, **end_export(processing, row, COLLECTED)}
    told = {"recipient": recipient.name, "recipient_id": str(recipient.id), "by": LINK}
    processing.note(Note(event=Event.EXPORT_COLLECTED, counts=counts, free=told, job=row.id))
    return leaving


def download_export(processing: Processing, room: Room, one: UUID) -> Leaving:
    """Let a file go that only its recipient can read, as often as it is asked for in its time; noted each time.

    Raises NotFound, Forbidden, Conflict; Refusal where the recipient receives nothing any more.
    """
    row = _ready(processing, one)
    if read_wanted(row).secured != AGE:
        raise Conflict("this file is not encrypted: it is downloaded once, by its link")
    recipient = registered_recipient(processing, str(row.recipient_id))
    leaving = _opened(processing, room, row)
    updated = change_export(processing, one, (FINISHED,), {"collected": row.collected + 1})
    told = {"recipient": recipient.name, "recipient_id": str(recipient.id), "by": AGE}
    counts = {"person_key.read": 1, "export_run.update": updated}
    processing.note(Note(event=Event.EXPORT_COLLECTED, counts=counts, free=told, job=one))
    return leaving


def _ready(processing: Processing, one: UUID) -> Any:  # noqa: ANN401 - a row
    row = known_export(processing, one, locked=True)
    _check_may_take(processing, row)
    if _looked(processing, row).state is not State.READY:
        raise Conflict("there is no file: the export is not finished, or its file is gone")
    return row


def _check_may_take(processing: Processing, row: Any) -> None:  # noqa: ANN401 - a row
    """Raise Forbidden where the actor could not have ordered the file: it may hold more than they are shown."""
    if processing.purpose != row.purpose:
        raise Forbidden("a file is handed out for the purpose that it was ordered for")
    if processing.actor.id != row.actor and reach(processing.actor, CONTACTS_READ) is not None:
        raise Forbidden("somebody else ordered this file, and it may hold what this client is not shown")


def _linked(processing: Processing, link: str) -> Any:  # noqa: ANN401 - a row
    known = read_link(processing.keys, link, Use.EXPORT, processing.at)
    try:
        return known_export(processing, UUID(bytes=known.person.bytes), locked=True)
    except NotFound:
        raise DeadLink from None


def _looked(processing: Processing, row: Any) -> Looked:  # noqa: ANN401 - a row
    if row.state == COLLECTED:
        return Looked(State.COLLECTED, row.until)
    is_there = row.state == FINISHED and row.until > processing.at
    return Looked(State.READY if is_there else State.GONE, row.until)


def _opened(processing: Processing, room: Room, row: Any) -> Leaving:  # noqa: ANN401 - a row
    wanted = read_wanted(row)
    ending = wanted.order.format.value + (".age" if wanted.secured == AGE else "")
    try:
        file = parts_of(room, processing, row.id).open(row.file)
    except Unopenable:
        raise Conflict("the file is not in this machine's spool: order it anew") from None
    return Leaving(f"{row.id}.{ending}", row.size, file)
