"""Take long work on by one turn, for a task that comes again until the work has ended."""

import json
from typing import Protocol
from uuid import UUID

from jobs.retry import pause_after
from jobs.task import DONE, Ended, Ending, Taken
from kernel.identity import CampaignId


class Turning(Protocol):
    """Work that goes on turn by turn: an import, an export."""

    def run(self, campaign: CampaignId, one: UUID) -> bool:
        """Take it on by one turn; tell whether it goes on."""
        ...

    def fail(self, campaign: CampaignId, one: UUID, error: Exception) -> None:
        """End it, and say why."""
        ...


def take_turn(work: Turning, task: Taken, named: str) -> Ended:
    """Take on what the task's payload names; after the last failure in a row the work has failed."""
    one = UUID(json.loads(task.payload)[named])
    try:
        goes_on = work.run(task.campaign, one)
    except Exception as error:
        if pause_after(task.attempt) is None:
            work.fail(task.campaign, one, error)
        raise
    return Ended(Ending.ON) if goes_on else DONE
