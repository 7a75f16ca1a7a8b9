"""Since when keys are in use, for probes, figures and the schedule of the root key; no key is opened."""

from datetime import datetime

from sqlalchemy import func, select

from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId
from keys.store import campaign_key_rows
from keys.tables import StoredControllerKey


def active_since(reading: Transaction, campaign: CampaignId) -> dict[str, datetime]:
    """Return the instant at which each purpose's active key was made."""
    rows = campaign_key_rows(reading, campaign)
    return {row.purpose: row.created_at for row in rows if row.state == "active"}


def root_since(reading: Transaction, version: int) -> datetime | None:
    """Return since when controllers' keys are wrapped by a version of the root key; None where none is."""
    wrapped = table_of(StoredControllerKey).c
    sought = select(func.min(wrapped.created_at)).where(wrapped.root_version == version)
    first: datetime | None = reading.query(sought)[0][0]
    return first
