"""The monthly report: what the sweeps did, and what is held; numbers only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.lasting.holds import holds_now
from kernel.errors import Invalid
from policy.retention import add_months
from retention.runs import list_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyReport:
    """What the sweeps of a month did, by line of the schedule and act; simulations are left out."""

    month: str
    runs: int
    unfinished: int
    examined: int
    """Contacts examined by the last sweep of the month."""
    counts: Mapping[str, int]
    holds: int
    """Legal holds in force today."""


def report_month(processing: Processing, month: str) -> MonthlyReport:
    """Report a month (``yyyy-mm``). Raises Invalid."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        message = "a month is written yyyy-mm"
        raise Invalid(message) from None
    following = add_months(first.date(), 1)
    until = first.replace(year=following.year, month=following.month)
    runs = [one for one in list_runs(processing, first, until) if not one.simulated]
    holds = holds_now(processing)
    processing.note(Note(event=Event.RETENTION_READ, counts={"contact_hold.read": len(holds)}))
    return MonthlyReport(
        month=month,
        runs=len(runs),
        unfinished=sum(one.finished_at is None for one in runs),
        examined=runs[0].examined if runs else 0,
        counts=dict(sum((Counter(one.counts) for one in runs), Counter[str]())),
        holds=len(holds),
    )
