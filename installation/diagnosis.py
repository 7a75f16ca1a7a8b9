"""What a check of the doctor found; and the checks of what waits for somebody: the outbox, campaigns, staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from accounts.staff.standing import count_without_second_factor
from campaigns.standing import is_activated
from jobs.depth import count_dead, count_overdue
from kernel.database import Transaction
from kernel.identity import CampaignId

State = Literal["ok", "warn", "fail"]
Check = Literal[
    "settings",
    "hosting",
    "folder",
    "disk",
    "root_key",
    "ledger",
    "database",
    "schema",
    "guards",
    "clock",
    "keys",
    "log",
    "campaigns",
    "outbox",
    "staff",
]
_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What one check found."""

    name: Check
    state: State
    text: str = ""


def examine_work(reading: Transaction, campaigns: Sequence[CampaignId], now: datetime) -> Iterator[Diagnosis]:
    """Tell of the outboxes: what died, what nobody does; and what people have still to do."""
    dead = overdue = preparing = invited = 0
    for campaign in campaigns:
        reading.enter(campaign)
        dead += count_dead(reading, campaign)
        overdue += count_overdue(reading, campaign, now - _LATE)
        preparing += not is_activated(reading, campaign)
        invited += count_without_second_factor(reading, campaign)
    if dead:
        yield Diagnosis("outbox", "warn", f"{dead} dead letters: isoloir job list --dead")
    if overdue:
        yield Diagnosis("outbox", "warn", f"{overdue} tasks are due since an hour: does a server or a worker run?")
    if not dead and not overdue:
        yield Diagnosis("outbox", "ok")
    yield Diagnosis("campaigns", "ok", f"{preparing} of {len(campaigns)} not activated yet")
    yield Diagnosis("staff", "ok", f"{invited} accounts without a second factor: they cannot act before they enrol")
