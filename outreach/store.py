"""The SQL of outreach. Every statement over persons takes them all at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, insert, select

from audit.processing import Processing
from kernel import columns
from kernel.columns import table_of
from kernel.identity import PersonId, Persons
from kernel.prepared import Prepared
from outreach.tables import AwaitedPerson, AwaitedSend, OutreachMessage, StoredInteraction

MESSAGE = table_of(OutreachMessage)
INTERACTION = table_of(StoredInteraction)
SEND = table_of(AwaitedSend)
AWAITED = table_of(AwaitedPerson)

INTERACTION_COLUMNS = tuple(column.name for column in INTERACTION.columns)
AWAITED_COLUMNS = tuple(column.name for column in AWAITED.columns)
_INSERT_INTERACTION = Prepared(insert(INTERACTION), INTERACTION_COLUMNS)
_AT_ONCE = 20_000
"""The most ids in one statement of SQLite, which has a limit; PostgreSQL takes them as one array."""


def insert_interactions(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep interactions; the columns are ``INTERACTION_COLUMNS``."""
    if len(rows) == 1:
        row = dict(zip(INTERACTION_COLUMNS, rows[0], strict=True))
        return processing.send(INTERACTION, _INSERT_INTERACTION, [row])
    return processing.copy(INTERACTION, INTERACTION_COLUMNS, rows)


def slices(processing: Processing, persons: Sequence[PersonId]) -> Iterator[Sequence[PersonId]]:
    """Yield each person once, as many at a time as one statement takes."""
    wanted = persons if isinstance(persons, Persons) else list(dict.fromkeys(persons))
    step = max(1, len(wanted)) if processing.on_postgresql else _AT_ONCE
    for start in range(0, len(wanted), step):
        yield wanted if step >= len(wanted) else wanted[start : start + step]


def among(processing: Processing, column: ColumnElement[Any], persons: Sequence[PersonId]) -> ColumnElement[bool]:
    """Say that a column names one of these persons."""
    return columns.among(column, persons, on_postgresql=processing.on_postgresql)


def read_interactions(processing: Processing, statement: Select[Any]) -> Sequence[Any]:
    """Return the rows of a statement over interactions."""
    return processing.read(INTERACTION, statement)


def page_of_interactions(
    processing: Processing, *, contact: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """Return a page of interactions in the order in which they were recorded."""
    statement = select(INTERACTION).where(INTERACTION.c.campaign_id == processing.campaign)
    if contact is not None:
        statement = statement.where(INTERACTION.c.contact_id == contact)
    if after is not None:
        at, last = after
        beyond = (INTERACTION.c.recorded_at > at) | (INTERACTION.c.id > last)
        statement = statement.where(INTERACTION.c.recorded_at >= at, beyond)
    return processing.read(INTERACTION, statement.order_by(INTERACTION.c.recorded_at, INTERACTION.c.id).limit(limit))


def delete_of_persons(processing: Processing, persons: Sequence[PersonId]) -> tuple[int, int]:
    """Delete what is awaited of these persons, then their interactions; return how many rows of each.

    In this order: what is awaited may just be becoming interactions, and is waited for.
    """
    awaited = sum(processing.delete_of(AWAITED, "contact_id", some) for some in slices(processing, persons))
    return awaited, sum(processing.delete_of(INTERACTION, "contact_id", some) for some in slices(processing, persons))


def messages_by_id(processing: Processing, messages: Sequence[UUID]) -> dict[UUID, Any]:
    """Return messages by their ids."""
    if not messages:
        return {}
    statement = select(MESSAGE).where(MESSAGE.c.campaign_id == processing.campaign, MESSAGE.c.id.in_(messages))
    return {row.id: row for row in processing.look_up(MESSAGE, statement)}


def all_messages(processing: Processing) -> Sequence[Any]:
    """Return the campaign's messages, the oldest first."""
    statement = select(MESSAGE).where(MESSAGE.c.campaign_id == processing.campaign)
    return processing.look_up(MESSAGE, statement.order_by(MESSAGE.c.created_at, MESSAGE.c.id))


def is_titled(processing: Processing, title: str) -> bool:
    """Tell whether a message has this title."""
    statement = select(MESSAGE.c.id).where(MESSAGE.c.campaign_id == processing.campaign, MESSAGE.c.title == title)
    return bool(processing.look_up(MESSAGE, statement))


def insert_message(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a message."""
    return processing.execute(MESSAGE, insert(MESSAGE), values)
