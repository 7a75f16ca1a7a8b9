"""What a pack says of days: the places where people vote with their clocks, holidays, and legal reminders."""

from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policy.pack import Table

Anchor = Literal["first_round", "second_round", "final_round", "round", "month", "filing", "year"]
"""round: each; month: the first day of that of the first round; filing: when the account is due; year: of the round."""
Duty = Literal["binding", "recommendation", "proposal"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ANCHORS: tuple[Anchor, ...] = get_args(Anchor)
DUTIES: tuple[Duty, ...] = get_args(Duty)
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place where people vote: the codes its communes begin with, its clocks, and when it votes."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    codes: tuple[str, ...]
    zones: tuple[str, ...]
    closes: int
    """The latest local hour at which polls close."""
    saturday: tuple[str, ...]
    """The types of election for which it votes on the eve of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A public holiday: a day of the year, or its distance from Easter Sunday; ``codes`` empty is everywhere."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    codes: tuple[str, ...]
    month: int
    """Zero for a holiday that goes by Easter."""
    day: int
    easter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A day reckoned from an anchor: months, then days, then so many of a weekday, before it or after."""

    anchor: Anchor
    months: int = 0
    days: int = 0
    weekday: Weekday | None = None
    nth: int = 0
    month: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A date, or a period, that who stands for election must keep in mind."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    weight: Duty
    advice_fr: str
    advice_en: str
    begins: Step
    ends: Step | None
    types: tuple[str, ...]
    """The types of election it holds for; none is all."""
    controllers: tuple[str, ...]
    retention: str | None
    """The line of the schedule that puts it off."""
    lasting: bool
    """Whether it stands when the election was annulled."""
    clocked: bool
    """Whether it goes by the clocks of the places: the silence period."""


def place(table: Table) -> Place:
    """Read a place; a clock that this machine does not know is seen now, not on the eve of a poll."""
    zones = table.listed("zones")
    for zone in zones:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            table.fail("zones", f"no such clock: {zone}")
    closes = table.number("closes")
    if not zones or closes >= _HOURS:
        table.fail("closes", "a place has a clock, and an hour of the day")
    return Place(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        codes=table.listed("codes"),
        zones=zones,
        closes=closes,
        saturday=table.listed("saturday"),
    )


def holiday(table: Table) -> Holiday:
    """Read a holiday."""
    return Holiday(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        codes=table.listed("codes"),
        month=table.number("month", default=0),
        day=table.number("day", default=0),
        easter=_signed(table, "before", "after"),
    )


def reminder(table: Table) -> Reminder:
    """Read a reminder."""
    return Reminder(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        weight=table.one_of("weight", DUTIES),
        advice_fr=table.words("advice_fr"),
        advice_en=table.words("advice_en"),
        begins=_step(table, "begins"),
        ends=_step(table, "ends") if table.has("ends") else None,
        types=table.optional_listed("types"),
        controllers=table.optional_listed("controllers"),
        retention=table.optional_words("retention"),
        lasting=table.flag("lasting", default=False),
        clocked=table.flag("clocked", default=False),
    )


def _step(table: Table, key: str) -> Step:
    inner = Table(table.file, f"{table.name}.{key}", table.mapping(key))
    step = Step(
        anchor=inner.one_of("anchor", ANCHORS),
        months=_signed(inner, "months_before", "months_after"),
        days=_signed(inner, "days_before", "days_after"),
        weekday=inner.one_of("weekday", WEEKDAYS) if inner.has("weekday") else None,
        nth=_signed(inner, "nth_before", "nth_after"),
        month=inner.number("month", default=0),
        day=inner.number("day", default=0),
    )
    if (step.weekday is None) != (step.nth == 0):
        inner.fail("weekday", "a weekday and which of them go together")
    inner.close()
    return step


def _signed(table: Table, before: str, after: str) -> int:
    return table.number(after, default=0) - table.number(before, default=0)
