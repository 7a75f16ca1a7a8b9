"""When data must go: the day a line of the schedule gives, and the line that holds for a draft."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

from policy.draft import Origin
from policy.edition import Category, Edition, Retention

BEYOND = "prospect_beyond_election"
"""The consent's line, and the ceiling for a prospect of a campaign without a date: three years."""


def add_months(day: date, months: int) -> date:
    """Count months as Regulation 1182/71 does: the same day, or the last of the month when there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_on(row: Retention, start: date) -> date:
    """Give the last day of the active period when its clock starts on that day."""
    return add_months(start, row.months) + timedelta(days=row.days)


def archived_until(row: Retention, start: date) -> date:
    """Give the last day of the restricted archive."""
    return add_months(due_on(row, start), row.archive_months)


def first_kept(row: Retention, today: date) -> date:
    """Give the first day whose period is not over: what is older leaves."""
    return add_months(today - timedelta(days=row.days), -row.months)


def schedule(
    edition: Edition, category: Category, origin: Origin, consents: Collection[str]
) -> tuple[Retention, date | None]:
    """Find the line of the schedule for a contact, and its day; None when only an event to come can tell."""
    row = edition.retention[category.retention]
    ceiling = edition.retention[BEYOND]
    if row.id == "prospect":
        if origin.final_round is None or "beyond_election" in consents:
            return ceiling, due_on(ceiling, origin.obtained_on)
        return row, min(due_on(row, origin.final_round), due_on(ceiling, origin.obtained_on))
    if not row.ends:
        return row, None
    told = {"final_round": origin.final_round, "second_round": origin.second_round}
    start = told.get(row.trigger, origin.obtained_on)
    return row, None if start is None else due_on(row, start)
