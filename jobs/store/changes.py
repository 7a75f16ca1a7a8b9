"""The SQL of what tools that poll must take out or put back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from audit.books import Books
from audit.processing import Processing
from jobs.tables import Change
from kernel.columns import table_of
from kernel.identity import CampaignId
from kernel.prepared import Prepared

CHANGE = table_of(Change)
_COLUMNS = tuple(column.name for column in CHANGE.columns)
_INSERT = Prepared(insert(CHANGE), _COLUMNS)
_FEW = 16


def insert_changes(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep changes: campaign, id, kind, instant, contacts."""
    if len(rows) <= _FEW:
        return processing.send(CHANGE, _INSERT, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    return processing.copy(CHANGE, _COLUMNS, rows)


def page_of_kept(processing: Processing, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Any]:
    """Return a page of changes, oldest first."""
    statement = select(CHANGE).where(CHANGE.c.campaign_id == processing.campaign)
    if after is not None:
        at, change = after
        statement = statement.where(CHANGE.c.at >= at, (CHANGE.c.at > at) | (CHANGE.c.id > change))
    return processing.read(CHANGE, statement.order_by(CHANGE.c.at, CHANGE.c.id).limit(limit))


def is_any_older(books: Books, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether a change is older than an instant."""
    old = select(CHANGE.c.id).where(CHANGE.c.campaign_id == campaign, CHANGE.c.at < before)
    return bool(books.look_up(old.limit(1)))


def delete_older(processing: Processing, before: datetime) -> int:
    """Delete changes older than an instant."""
    old = CHANGE.c.campaign_id == processing.campaign, CHANGE.c.at < before
    return processing.execute(CHANGE, delete(CHANGE).where(*old))
