"""The SQL of the register of breaches."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from audit.processing import Processing
from breaches.tables import StoredBreach
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId

BREACH = table_of(StoredBreach)


def insert_breach(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a breach."""
    return processing.execute(BREACH, insert(BREACH), {"campaign_id": processing.campaign, **values})


def find_breach(processing: Processing, breach: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a breach."""
    here = BREACH.c.campaign_id == processing.campaign, BREACH.c.id == breach
    rows = processing.look_up(BREACH, select(BREACH).where(*here))
    return rows[0] if rows else None


def change_breach(processing: Processing, breach: UUID, values: dict[str, Any]) -> int:
    """Change what is told of a breach."""
    here = BREACH.c.campaign_id == processing.campaign, BREACH.c.id == breach
    return processing.execute(BREACH, update(BREACH).where(*here).values(values))


def breaches_of(processing: Processing) -> list[Any]:
    """Return every breach, the newest first."""
    here = select(BREACH).where(BREACH.c.campaign_id == processing.campaign)
    return list(processing.look_up(BREACH, here.order_by(BREACH.c.opened_at.desc(), BREACH.c.id)))


def delete_closed(processing: Processing, before: datetime) -> int:
    """Delete the breaches closed before an instant."""
    old = BREACH.c.campaign_id == processing.campaign, BREACH.c.closed_at < before
    return processing.execute(BREACH, delete(BREACH).where(*old))


def is_any_closed(reading: Transaction, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether a breach was closed before an instant."""
    old = BREACH.c.campaign_id == campaign, BREACH.c.closed_at < before
    return bool(reading.query(select(BREACH.c.id).where(*old).limit(1)))
