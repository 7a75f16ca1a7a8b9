"""How far a campaign is, for whoever runs the installation."""

from sqlalchemy import select

from campaigns.store import ACTIVATION
from kernel.database import Transaction
from kernel.identity import CampaignId


def is_activated(reading: Transaction, campaign: CampaignId) -> bool:
    """Tell whether a campaign takes real persons, or only synthetic ones yet."""
    declared = select(ACTIVATION.c.number).where(ACTIVATION.c.campaign_id == campaign)
    return bool(reading.query(declared.limit(1)))
