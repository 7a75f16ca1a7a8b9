"""How much work waits or runs, in numbers only, for probes and figures."""

from datetime import datetime

from sqlalchemy import func, select

from jobs.store.chunks import JOB
from jobs.store.tasks import DEAD, RUNNING, TASK, WAITING
from kernel.database import Transaction
from kernel.identity import CampaignId

_DONE = "finished"
TASK_STATES = (WAITING, RUNNING, DEAD)


def count_jobs(reading: Transaction, campaign: CampaignId) -> dict[str, int]:
    """Return how many jobs of a campaign are not finished, by state."""
    statement = (
        select(JOB.c.state, func.count().label("depth"))
        .where(JOB.c.campaign_id == campaign, JOB.c.state != _DONE)
        .group_by(JOB.c.state)
    )
    return {row.state: row.depth for row in reading.query(statement)}


def count_tasks(reading: Transaction, campaign: CampaignId) -> dict[str, int]:
    """Return how many tasks a campaign's outbox holds, by state; the recurring ones always wait there."""
    statement = (
        select(TASK.c.state, func.count().label("depth")).where(TASK.c.campaign_id == campaign).group_by(TASK.c.state)
    )
    return {row.state: row.depth for row in reading.query(statement)}


def count_dead(reading: Transaction, campaign: CampaignId) -> int:
    """Return how many dead letters a campaign has."""
    return count_tasks(reading, campaign).get(DEAD, 0)


def count_overdue(reading: Transaction, campaign: CampaignId, since: datetime) -> int:
    """Return how many tasks have been due since before an instant: nobody works, or nobody keeps up."""
    late = TASK.c.campaign_id == campaign, TASK.c.state == WAITING, TASK.c.due_at < since
    return int(reading.query(select(func.count()).select_from(TASK).where(*late))[0][0])
