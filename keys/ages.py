"""Since when a campaign's keys are in use, for probes and figures; no key is opened."""

from datetime import datetime

from kernel.database import Transaction
from kernel.identity import CampaignId
from keys.store import campaign_key_rows


def active_since(reading: Transaction, campaign: CampaignId) -> dict[str, datetime]:
    """Return the instant at which each purpose's active key was made."""
    rows = campaign_key_rows(reading, campaign)
    return {row.purpose: row.created_at for row in rows if row.state == "active"}
