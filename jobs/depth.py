"""How much work waits or runs, in numbers only, for probes and figures."""

from sqlalchemy import func, select

from jobs.store.chunks import JOB
from kernel.database import Transaction
from kernel.identity import CampaignId

_DONE = "finished"


def count_jobs(reading: Transaction, campaign: CampaignId) -> dict[str, int]:
    """Return how many jobs of a campaign are not finished, by state."""
    statement = (
        select(JOB.c.state, func.count().label("depth"))
        .where(JOB.c.campaign_id == campaign, JOB.c.state != _DONE)
        .group_by(JOB.c.state)
    )
    return {row.state: row.depth for row in reading.query(statement)}
