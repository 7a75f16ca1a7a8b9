"""The tables of days on the page of the law: places with their clocks, reminders, holidays."""

from collections.abc import Iterator, Sequence

from policy.dates import Step
from policy.edition import Edition

Told = tuple[str, str, str, list[tuple[str, ...]]]
"""A title, a sentence, the head of a table, its rows."""


def date_tables(edition: Edition) -> Iterator[Told]:
    """Give the tables of days."""
    text = "The silence period goes by these clocks. A code that is no place's counts as all of them."
    head = "id|fr|codes|clocks|closes at the latest|votes on Saturday"
    yield "Places where people vote", text, head, _places(edition)
    text = "Reckoned from the rounds of an election; what is for some types only was researched for them only."
    yield "Calendar", text, "id|fr|from|until|for|articles", _reminders(edition)
    yield "Holidays", "They put off the end of a period.", "holiday|when|where|articles", _holidays(edition)


def _places(edition: Edition) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for place in edition.places.values():
        codes, zones = ", ".join(place.codes) or f"`{place.id}`", ", ".join(place.zones)
        rows.append((f"`{place.id}`", place.label_fr, codes, zones, f"{place.closes}:00", ", ".join(place.saturday)))
    return rows


def _reminders(edition: Edition) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for one in edition.reminders.values():
        whom = ", ".join((*one.types, *one.controllers)) or "all"
        begins, ends = _step(one.begins), _step(one.ends) if one.ends else ""
        rows.append((f"`{one.id}`", one.label_fr, begins, ends, whom, _articles(edition, one.sources)))
    return rows


def _holidays(edition: Edition) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for day in edition.holidays.values():
        when = f"{day.day:02}/{day.month:02}" if day.month else f"Easter {day.easter:+}"
        rows.append((day.label_fr, when, ", ".join(day.codes) or "everywhere", _articles(edition, day.sources)))
    return rows


def _articles(edition: Edition, sources: Sequence[str]) -> str:
    return ", ".join(edition.sources[name].article for name in sources)


def _step(step: Step) -> str:
    """Say a step in words and signs, such as ``month -6 months``."""
    months, days = f"{step.months:+} months" if step.months else "", f"{step.days:+} days" if step.days else ""
    nth = f"{step.nth:+} {step.weekday}" if step.weekday else ""
    fixed = f"{step.day:02}/{step.month:02}" if step.month else ""
    return " ".join(part for part in (step.anchor, months, days, nth, fixed) if part)
