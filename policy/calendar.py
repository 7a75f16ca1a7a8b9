"""The calendar of an election: its rounds, what the law reminds of, silence, holidays. Pure: no clock is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from policy.dates import WEEKDAYS, Anchor, Reminder, Step
from policy.edition import Edition
from policy.holidays import holidays
from policy.retention import add_months, due_on
from policy.silence import Round, silences

Kind = Literal["round", "reminder", "holiday"]
_WEEK = 7
ROUNDS = (("first_round", "Premier tour", "First round"), ("second_round", "Second tour", "Second round"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """An election as its calendar needs it."""

    type: str | None
    first_round: date
    second_round: date | None
    annulled: bool
    places: tuple[str, ...]
    """Where people vote: departments, communes (INSEE), places of the pack; none is unknown."""
    controller: str

    @property
    def rounds(self) -> tuple[date, ...]:
        """Return the rounds that are held or expected."""
        return (self.first_round,) if self.second_round is None else (self.first_round, self.second_round)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A line of the calendar: whole days, the last included; with instants where hours count."""

    kind: Kind
    id: str
    label_fr: str
    label_en: str
    on: date
    until: date
    begins: datetime | None = None
    ends: datetime | None = None
    sources: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    weight: str | None = None
    advice_fr: str = ""
    advice_en: str = ""


def calendar(edition: Edition, ballot: Ballot) -> tuple[Date, ...]:
    """Return all dates of an election, the soonest first."""
    found = [*_rounds(ballot), *_reminders(edition, ballot)]
    found += _holidays(edition, ballot, min(one.on for one in found), max(one.until for one in found))
    return tuple(sorted(found, key=lambda one: (one.on, one.until, one.id)))


def is_researched(edition: Edition, ballot: Ballot) -> bool:
    """Say whether the pack holds the rules of this type: where it does not, what is absent may still be due."""
    return any(one.researched for one in edition.elections.values() if one.id == ballot.type)


def _rounds(ballot: Ballot) -> Iterator[Date]:
    for day, (name, french, english) in zip(ballot.rounds, ROUNDS, strict=False):
        label_fr, label_en = (f"{french} (annulé)", f"{english} (annulled)") if ballot.annulled else (french, english)
        yield Date(kind="round", id=name, label_fr=label_fr, label_en=label_en, on=day, until=day)


def _reminders(edition: Edition, ballot: Ballot) -> Iterator[Date]:
    for one in edition.reminders.values():
        if _concerns(one, ballot):
            yield from _silences(edition, one, ballot) if one.clocked else _dates(edition, one, ballot)


def _concerns(reminder: Reminder, ballot: Ballot) -> bool:
    by_type = not reminder.types or ballot.type in reminder.types
    by_controller = not reminder.controllers or ballot.controller in reminder.controllers
    return by_type and by_controller and (reminder.lasting or not ballot.annulled)


def _silences(edition: Edition, reminder: Reminder, ballot: Ballot) -> Iterator[Date]:
    held = [Round(on=day, type=ballot.type) for day in ballot.rounds]
    for number, one in enumerate(silences(edition, held, ballot.places), 1):
        yield _date(edition, reminder, number, one.eve, one.round, begins=one.begins, ends=one.ends)


def _dates(edition: Edition, reminder: Reminder, ballot: Ballot) -> Iterator[Date]:
    begins = _days(edition, reminder.begins, ballot)
    ends = begins if reminder.ends is None else _days(edition, reminder.ends, ballot)
    # A period that ends with a second round does not begin where there is none, or where it is too near.
    days = [(first, last) for first, last in zip(begins, ends, strict=False) if first <= last]
    for number, (first, last) in enumerate(days, 1):
        row = edition.retention[reminder.retention] if reminder.retention else None
        yield _date(edition, reminder, number, *(due_on(row, day) if row else day for day in (first, last)))


def _date(
    edition: Edition,
    reminder: Reminder,
    number: int,
    on: date,
    until: date,
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
) -> Date:
    return Date(
        kind="reminder",
        id=reminder.id if number == 1 else f"{reminder.id}.{number}",
        label_fr=reminder.label_fr,
        label_en=reminder.label_en,
        on=on,
        until=until,
        begins=begins,
        ends=ends,
        sources=reminder.sources,
        articles=tuple(edition.sources[name].article for name in reminder.sources),
        weight=reminder.weight,
        advice_fr=reminder.advice_fr,
        advice_en=reminder.advice_en,
    )


def _days(edition: Edition, step: Step, ballot: Ballot) -> list[date]:
    return [_reckon(step, anchor) for anchor in _anchors(edition, step.anchor, ballot)]


def _anchors(edition: Edition, anchor: Anchor, ballot: Ballot) -> list[date]:
    first = ballot.first_round
    if anchor == "round":
        return list(ballot.rounds)
    if anchor == "second_round":
        return list(ballot.rounds[1:])
    if anchor == "filing":
        return _days(edition, edition.reminders["account"].begins, ballot)
    if anchor == "year":
        # Each tells of the year before it: that in which funds began to come in, and that of the election.
        return [date(year, 1, 1) for year in (first.year, first.year + 1)]
    return [{"first_round": first, "final_round": ballot.rounds[-1], "month": first.replace(day=1)}[anchor]]


def _reckon(step: Step, anchor: date) -> date:
    if step.month:
        return date(anchor.year, step.month, step.day)
    day = add_months(anchor, step.months) + timedelta(days=step.days)
    if step.weekday is None:
        return day
    wanted = WEEKDAYS.index(step.weekday)
    # The first such weekday strictly after the anchor, or strictly before it; then whole weeks.
    if step.nth > 0:
        return day + timedelta(days=(wanted - day.weekday() - 1) % _WEEK + 1 + _WEEK * (step.nth - 1))
    return day - timedelta(days=(day.weekday() - wanted - 1) % _WEEK + 1 + _WEEK * (-step.nth - 1))


def _holidays(edition: Edition, ballot: Ballot, first: date, last: date) -> list[Date]:
    found: dict[tuple[date, str], Date] = {}
    for code in ballot.places or ("",):
        for year in range(first.year, last.year + 1):
            for day, one in holidays(edition, year, code).items():
                if first <= day <= last:
                    articles = tuple(edition.sources[name].article for name in one.sources)
                    found[day, one.id] = Date(
                        kind="holiday",
                        id=f"{one.id}.{day.year}",
                        label_fr=one.label_fr,
                        label_en=one.label_en,
                        on=day,
                        until=day,
                        sources=one.sources,
                        articles=articles,
                    )
    return list(found.values())
