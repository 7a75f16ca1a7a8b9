"""The tickets' SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from recipients.tables import RecipientTicket

TICKET = table_of(RecipientTicket)
WAITING = "waiting"


def insert_tickets(processing: Processing, rows: Sequence[Mapping[str, Any]]) -> int:
    """Keep tickets."""
    return processing.execute(TICKET, insert(TICKET), rows)


def find_ticket(processing: Processing, ticket: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a ticket; the caller notes ``recipient_ticket.read``."""
    rows = processing.read(
        TICKET, select(TICKET).where(TICKET.c.campaign_id == processing.campaign, TICKET.c.id == ticket)
    )
    return rows[0] if rows else None


def page_of_tickets(processing: Processing, after: UUID | None, limit: int, *, waiting: bool) -> Sequence[Any]:
    """Return a page of tickets in the order of ids; only those that wait, if asked."""
    statement = select(TICKET).where(TICKET.c.campaign_id == processing.campaign)
    if waiting:
        statement = statement.where(TICKET.c.state == WAITING)
    if after is not None:
        statement = statement.where(TICKET.c.id > after)
    return processing.read(TICKET, statement.order_by(TICKET.c.id).limit(limit))


def tickets_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return the tickets that still name these persons' contacts, oldest first."""
    own = TICKET.c.campaign_id == processing.campaign, TICKET.c.contact_id.in_(persons)
    return processing.read(TICKET, select(TICKET).where(*own).order_by(TICKET.c.created_at, TICKET.c.id))


def change_tickets(processing: Processing, tickets: Sequence[UUID], values: Mapping[str, Any]) -> int:
    """Change tickets."""
    own = TICKET.c.campaign_id == processing.campaign, TICKET.c.id.in_(tickets)
    return processing.execute(TICKET, update(TICKET).where(*own).values(**values))


def delete_of_persons(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the tickets that name these persons' contacts."""
    return processing.delete_of(TICKET, "contact_id", persons)


def delete_ended(processing: Processing, before: datetime) -> int:
    """Delete tickets that ended before an instant."""
    own = TICKET.c.campaign_id == processing.campaign, TICKET.c.ended_at < before
    return processing.execute(TICKET, delete(TICKET).where(*own))


def due_tickets(processing: Processing, limit: int) -> Sequence[Any]:
    """Return waiting tickets whose next reminder, or end, has come."""
    own = TICKET.c.campaign_id == processing.campaign, TICKET.c.state == WAITING, TICKET.c.chase_at <= processing.at
    return processing.read(TICKET, select(TICKET).where(*own).order_by(TICKET.c.chase_at, TICKET.c.id).limit(limit))


def is_any_due(reading: Transaction, campaign: CampaignId, at: datetime, ended_before: datetime) -> bool:
    """Tell whether there is anybody to chase, or anything to forget."""
    due = (TICKET.c.state == WAITING) & (TICKET.c.chase_at <= at)
    statement = select(TICKET.c.id).where(TICKET.c.campaign_id == campaign, due | (TICKET.c.ended_at < ended_before))
    return bool(reading.query(statement.limit(1)))
