"""The messages' SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from messages.tables import Message

MESSAGE = table_of(Message)


def insert_messages(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Keep messages."""
    return processing.execute(MESSAGE, insert(MESSAGE), rows)


def find_message(processing: Processing, message: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a message; the caller notes ``message.read``."""
    statement = select(MESSAGE).where(MESSAGE.c.campaign_id == processing.campaign, MESSAGE.c.id == message)
    rows = processing.read(MESSAGE, statement)
    return rows[0] if rows else None


def messages_of_persons(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return the messages to these persons, oldest first; the caller notes ``message.read``."""
    own = MESSAGE.c.campaign_id == processing.campaign, MESSAGE.c.person_id.in_(persons)
    return processing.read(MESSAGE, select(MESSAGE).where(*own).order_by(MESSAGE.c.created_at, MESSAGE.c.id))


def delete_message(processing: Processing, message: UUID) -> int:
    """Delete a message."""
    own = MESSAGE.c.campaign_id == processing.campaign, MESSAGE.c.id == message
    return processing.execute(MESSAGE, delete(MESSAGE).where(*own))


def delete_of_persons(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the messages to these persons."""
    return processing.delete_of(MESSAGE, "person_id", persons)


def delete_late(processing: Processing, before: datetime) -> int:
    """Delete messages whose time was over before an instant."""
    own = MESSAGE.c.campaign_id == processing.campaign, MESSAGE.c.until < before
    return processing.execute(MESSAGE, delete(MESSAGE).where(*own))


def is_any_late(reading: Transaction, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether there is a message whose time was over before an instant."""
    late = select(MESSAGE.c.id).where(MESSAGE.c.campaign_id == campaign, MESSAGE.c.until < before)
    return bool(reading.query(late.limit(1)))
