"""Whether there is anything to sweep: a run that finds nothing every night would only fill the log."""

from datetime import datetime, timedelta

from sqlalchemy import Table, func, select

from campaigns.facts import ELECTION_CHANGE
from contacts.facts import CONTACT
from contacts.lasting.facts import ENDING
from kernel.database import Transaction
from kernel.identity import CampaignId
from retention.judge import SOON
from retention.store import RUN

AT_LEAST_EVERY = timedelta(days=7)


def is_sweep_due(reading: Transaction, campaign: CampaignId, now: datetime) -> bool:
    """Tell whether a sweep is due: somebody's day comes, an election moved, something ended, or a week is over."""
    last = _last(reading, campaign)
    if last is not None and now - last >= AT_LEAST_EVERY:
        return True
    near = CONTACT.c.campaign_id == campaign, CONTACT.c.due_on <= (now + SOON).date()
    if reading.query(select(CONTACT.c.campaign_id).where(*near).limit(1)):
        return True
    return any(_has_news(reading, table, campaign, last) for table in (ELECTION_CHANGE, ENDING))


def _last(reading: Transaction, campaign: CampaignId) -> datetime | None:
    """Return when the last sweep began; before the first, when the campaign's oldest contact was recorded."""
    real = RUN.c.campaign_id == campaign, RUN.c.simulated.is_(False)
    swept: datetime | None = reading.query(select(func.max(RUN.c.started_at)).where(*real))[0][0]
    if swept is not None:
        return swept
    oldest = select(func.min(CONTACT.c.created_at)).where(CONTACT.c.campaign_id == campaign)
    first: datetime | None = reading.query(oldest)[0][0]
    return first


def _has_news(reading: Transaction, table: Table, campaign: CampaignId, last: datetime | None) -> bool:
    mine = [table.c.campaign_id == campaign]
    if last is not None:
        mine.append(table.c.recorded_at > last)
    return bool(reading.query(select(table.c.campaign_id).where(*mine).limit(1)))
