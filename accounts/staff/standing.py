"""How the accounts stand, in numbers only, for whoever runs the installation."""

from sqlalchemy import func, select

from accounts.staff.account import State
from accounts.staff.store import ACCOUNT
from kernel.database import Transaction
from kernel.identity import CampaignId


def count_without_second_factor(reading: Transaction, campaign: CampaignId) -> int:
    """Return how many accounts are open and were never enrolled: their invitations are still to be used."""
    bare = ACCOUNT.c.campaign_id == campaign, ACCOUNT.c.totp.is_(None), ACCOUNT.c.state != State.LEFT.value
    return int(reading.query(select(func.count()).select_from(ACCOUNT).where(*bare))[0][0])
