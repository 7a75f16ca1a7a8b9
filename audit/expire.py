"""Expire months of the log whose legal period is over: what entries said goes, their leaves stay (CNIL, logging).

The tree of such a month can still be verified to its signed root; what stood in it can no longer be read.
"""

from calendar import monthrange
from datetime import UTC, date, datetime

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.store import count_expired, delete_expired
from policy.edition import Edition
from policy.retention import due_on

LINE = "log"


def is_month_over(edition: Edition, month: int, today: date) -> bool:
    """Tell whether the period of a whole month (``yyyymm``) is over: its last day's is."""
    year, number = divmod(month, 100)
    return due_on(edition.retention[LINE], date(year, number, monthrange(year, number)[1])) < today


def expired_entries(processing: Processing) -> int:
    """Count the entries whose month is over; the caller notes one ``entry.read``."""
    return count_expired(processing, _first_kept(processing))


def expire_log(processing: Processing) -> int:
    """Delete what was said in months whose period is over; numbers, leaves and checkpoints stay. Return how many."""
    deleted = delete_expired(processing, _first_kept(processing))
    processing.note(Note(event=Event.LOG_EXPIRED, counts={"entry.delete": deleted}))
    return deleted


def _first_kept(processing: Processing) -> datetime:
    """Return the first instant of the oldest month whose period is not over."""
    year, number = processing.today.year, processing.today.month
    while not is_month_over(processing.edition, year * 100 + number, processing.today):
        year, number = (year - 1, 12) if number == 1 else (year, number - 1)
    year, number = (year + 1, 1) if number == 12 else (year, number + 1)  # noqa: PLR2004 - months of a year
    return datetime(year, number, 1, tzinfo=UTC)
