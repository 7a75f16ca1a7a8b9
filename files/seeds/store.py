"""The SQL of seed mailboxes and of the lines that bore them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from audit.processing import Processing
from files.seeds.tables import SeedMailbox, SeedPlanting
from kernel.columns import table_of

MAILBOX = table_of(SeedMailbox)
PLANTING = table_of(SeedPlanting)
_RECENT = 200
"""Lines told of a mailbox that came back, the newest first."""


def all_mailboxes(processing: Processing) -> Sequence[Any]:
    """Return the campaign's mailboxes, oldest first: there are few."""
    statement = select(MAILBOX).where(MAILBOX.c.campaign_id == processing.campaign)
    return processing.read(MAILBOX, statement.order_by(MAILBOX.c.added_at, MAILBOX.c.id))


def insert_mailbox(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep a mailbox."""
    return processing.execute(MAILBOX, insert(MAILBOX), {"campaign_id": processing.campaign, **values})


def ended_mailboxes(processing: Processing, mailbox: UUID) -> int:
    """Say that a mailbox leaves no more; return how many did until now."""
    here = MAILBOX.c.campaign_id == processing.campaign, MAILBOX.c.id == mailbox, MAILBOX.c.ended_at.is_(None)
    return processing.execute(MAILBOX, update(MAILBOX).where(*here).values(ended_at=processing.at))


def last_plantings(processing: Processing) -> dict[UUID, Any]:
    """Return when each mailbox left last."""
    latest = func.max(PLANTING.c.planted_at).label("at")
    statement = select(PLANTING.c.mailbox_id, latest).where(PLANTING.c.campaign_id == processing.campaign)
    return {row.mailbox_id: row.at for row in processing.read(PLANTING, statement.group_by(PLANTING.c.mailbox_id))}


def planted_in(processing: Processing, export: UUID) -> set[UUID]:
    """Return which mailboxes left in an export."""
    here = PLANTING.c.campaign_id == processing.campaign, PLANTING.c.export_id == export
    return {row.mailbox_id for row in processing.read(PLANTING, select(PLANTING.c.mailbox_id).where(*here))}


def insert_plantings(processing: Processing, rows: Sequence[Mapping[str, Any]]) -> int:
    """Keep which lines left."""
    told = [{"campaign_id": processing.campaign, "planted_at": processing.at, **row} for row in rows]
    return processing.execute(PLANTING, insert(PLANTING), told)


def plantings_of(processing: Processing, mailboxes: Collection[UUID]) -> Sequence[Any]:
    """Return the lines that bore these mailboxes, the newest first, up to a number."""
    here = PLANTING.c.campaign_id == processing.campaign, PLANTING.c.mailbox_id.in_(mailboxes)
    statement = select(PLANTING).where(*here).order_by(PLANTING.c.planted_at.desc(), PLANTING.c.id)
    return processing.read(PLANTING, statement.limit(_RECENT))
