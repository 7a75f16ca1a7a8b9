"""Open tickets for whoever received a person's data, show one to its recipient, and take the acknowledgement.

A ticket is opened in the transaction that does the act, before the external ids go. It holds the ids that its recipient
has, and no other; they are deleted when it is acknowledged, or after sixty days.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.recipients import WEBHOOK
from crypto.value import open_value, seal_value
from files.exports.show import withdraw_exports
from jobs.tell import enabled_addresses, tell_endpoints
from kernel.errors import NotFound
from kernel.identity import PersonId, random_uuids
from outreach.outgoing import take_out_of_use
from recipients.received import Received, reached_by
from recipients.store import (
    WAITING,
    change_tickets,
    delete_of_persons,
    find_ticket,
    insert_tickets,
    page_of_tickets,
    tickets_of,
)
from signups.links import Use, read_link, sign_link

KIND = "recipient.ticket"
"""The type of the message that tells a recipient; it names the ticket, and the receiver fetches the rest."""
KEPT = timedelta(days=60)
PAUSES = (timedelta(days=7), timedelta(days=21), timedelta(days=45), KEPT)
"""When a ticket that nobody acknowledged is told again; after the last it ends."""
_LABEL = b"isoloir ticket v1\0"
_KEY = "message"


class Act(StrEnum):
    """What a recipient is told of; the words stand in rows and never change."""

    ERASURE = "erasure"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"


class State(StrEnum):
    """Where a ticket stands."""

    WAITING = WAITING
    ACKNOWLEDGED = "acknowledged"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as the campaign sees it; the ids are shown to the recipient, and in the letter to it."""

    id: UUID
    recipient: str
    act: Act
    told_by: str
    state: State
    created_at: datetime
    until: datetime
    chased: int
    ended_at: datetime | None
    ids: tuple[str, ...] = field(default=(), repr=False)


def open_tickets(
    processing: Processing, persons: Sequence[PersonId], act: Act, public_url: str, *, locked: bool = False
) -> dict[PersonId, tuple[str, ...]]:
    """Open a ticket for each recipient of these persons' data; return the recipients' names, person by person.

    Whoever is erased or restricted is in no file that can still be collected: such a file goes.
    """
    if act is not Act.RECTIFICATION:
        take_out_of_use(processing)
    reached = reached_by(processing, persons, locked=locked)
    received = reached.received
    if act is not Act.RECTIFICATION:
        withdraw_exports(processing, reached.exports)
    endpoints = enabled_addresses(processing) if received else {}
    rows, told = [], []
    for ticket, one in zip(random_uuids(len(received)), received, strict=True):
        endpoint = _endpoint(one, endpoints)
        rows.append(_row(processing, ticket, one, act, told_by="letter" if endpoint is None else WEBHOOK))
        if endpoint is not None:
            told.append((endpoint, _message(processing, ticket, act.value, public_url)))
    if rows:
        counts = {"recipient_ticket.insert": insert_tickets(processing, rows), **tell_endpoints(processing, KIND, told)}
        processing.note(Note(event=Event.RECIPIENT_TOLD, counts=counts, free={"act": act.value}))
    named: dict[PersonId, tuple[str, ...]] = {}
    for one in received:
        named[one.person] = (*named.get(one.person, ()), one.name)
    return named


def show_ticket(processing: Processing, link: str) -> Ticket:
    """Show a recipient its ticket, with its own ids, noted. Raises DeadLink, NotFound."""
    return find_view(processing, _ticket_of(processing, link), opened=True)


def acknowledge_by_link(processing: Processing, link: str) -> None:
    """Take a recipient's word that it did as it was told. Raises DeadLink, NotFound."""
    acknowledge_ticket(processing, _ticket_of(processing, link))


def acknowledge_ticket(processing: Processing, ticket: UUID) -> None:
    """Note that a ticket was acknowledged, by whatever way; its ids go at once. Done again, it changes nothing."""
    known = find_view(processing, ticket, opened=False)
    if known.state is State.ACKNOWLEDGED:
        return
    ended = {"state": State.ACKNOWLEDGED.value, "sealed": None, "ended_at": processing.at}
    counts = {"recipient_ticket.update": change_tickets(processing, [ticket], ended)}
    processing.note(Note(event=Event.RECIPIENT_ACKNOWLEDGED, counts=counts, free={"recipient": known.recipient}))


def find_view(processing: Processing, ticket: UUID, *, opened: bool) -> Ticket:
    """Return a ticket, with its ids if they are asked for, noted. Raises NotFound."""
    row = find_ticket(processing, ticket)
    if row is None:
        raise NotFound("no such ticket in this campaign")
    processing.note(Note(event=Event.RECIPIENT_LISTED, counts={"recipient_ticket.read": 1}))
    return _view(processing, row, opened=opened)


def list_tickets(processing: Processing, *, after: UUID | None, limit: int, waiting: bool = False) -> list[Ticket]:
    """Return a page of tickets in the order of their ids, noted; no id of a person is opened."""
    rows = page_of_tickets(processing, after, limit, waiting=waiting)
    processing.note(Note(event=Event.RECIPIENT_LISTED, counts={"recipient_ticket.read": len(rows)}))
    return [_view(processing, row, opened=False) for row in rows]


def export_tickets(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Ticket]]:
    """Return what recipients were told of these persons, for their dossier; noted."""
    rows = tickets_of(processing, persons)
    processing.note(Note(event=Event.RECIPIENT_LISTED, counts={"recipient_ticket.read": len(rows)}))
    found: dict[PersonId, list[Ticket]] = {}
    for row in rows:
        found.setdefault(PersonId(row.contact_id), []).append(_view(processing, row, opened=True))
    return found


def erase_tickets(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Delete tickets that name these persons' contacts: the ticket of the erasure itself stands for them."""
    deleted = delete_of_persons(processing, persons)
    if deleted:
        processing.note(Note(event=Event.RECIPIENT_FORGOTTEN, counts={"recipient_ticket.delete": deleted}))
    return 0  # How many persons there were is the contacts' to say.


def tell_again(processing: Processing, ticket: UUID, act: str, address: str, public_url: str) -> dict[str, int]:
    """Tell a waiting ticket once more, where its endpoint is still there; return the rows to note."""
    endpoint = enabled_addresses(processing).get(address)
    told = [] if endpoint is None else [(endpoint, _message(processing, ticket, act, public_url))]
    return tell_endpoints(processing, KIND, told)


def _ticket_of(processing: Processing, link: str) -> UUID:
    return UUID(bytes=read_link(processing.keys, link, Use.TICKET, processing.at).person.bytes)


def _message(processing: Processing, ticket: UUID, act: str, public_url: str) -> dict[str, Any]:
    link = sign_link(processing.keys, PersonId(ticket), Use.TICKET, processing.at)
    address = f"{public_url.rstrip('/')}/v1/tickets/{link}"
    return {"ticket": str(ticket), "act": act, "address": address}


def _endpoint(one: Received, endpoints: dict[str, UUID]) -> UUID | None:
    known = one.registered
    return None if known is None or known.told_by != WEBHOOK else endpoints.get(known.address)


def _row(processing: Processing, ticket: UUID, one: Received, act: Act, *, told_by: str) -> dict[str, Any]:
    plain = json.dumps(one.ids).encode()
    return {
        "campaign_id": processing.campaign,
        "id": ticket,
        "contact_id": None if act is Act.ERASURE else one.person,
        "recipient": one.name,
        "recipient_id": None if one.registered is None else one.registered.id,
        "act": act.value,
        "told_by": told_by,
        "state": State.WAITING.value,
        "sealed": seal_value(processing.keys.active(_KEY), context=_context(processing, ticket), plain=plain),
        "created_at": processing.at,
        "until": processing.at + KEPT,
        "chase_at": processing.at + PAUSES[0],
        "chased": 0,
        "ended_at": None,
    }


def _view(processing: Processing, row: Any, *, opened: bool) -> Ticket:  # noqa: ANN401 - a row
    ids: list[str] = []
    if opened and row.sealed is not None:
        ids = json.loads(open_value(processing.keys, _KEY, _context(processing, row.id), row.sealed))
    names = ("id", "recipient", "told_by", "created_at", "until", "chased", "ended_at")
    told = {name: getattr(row, name) for name in names}
    return Ticket(act=Act(row.act), state=State(row.state), ids=tuple(ids), **told)


def _context(processing: Processing, ticket: UUID) -> bytes:
    return _LABEL + processing.campaign.bytes + ticket.bytes
