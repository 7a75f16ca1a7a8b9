"""The legal clock of a request (GDPR art. 12(3), Regulation 1182/71): pure, asked with days and places.

The day of receipt is not counted; a month ends on the same day of the next, or on its last; an end on a Saturday, a
Sunday or a holiday of the place is put off to the next working day. Only a doubt about the identity suspends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from policy.edition import Edition
from policy.holidays import end_of_period
from policy.request import RequestKind
from policy.retention import add_months
from policy.silence import is_place, places_of

_HOME = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the clock of a request goes by."""

    kind: str
    received_on: date
    places: tuple[str, ...] = ()
    """Where the controller is at work: departments, communes; none is anywhere in France."""
    minor: bool = False
    paused_days: int = 0
    """Days of the pauses that are over."""
    paused_on: date | None = None
    """Since when the identity is in doubt."""
    extended: bool = False


class Alert(IntEnum):
    """What is said of a request that waits; the numbers stand in stored rows and grow."""

    HALF_TIME = 1
    SEVEN_DAYS = 2
    TWO_DAYS = 3
    OVERDUE = 4


def first_due_on(edition: Edition, course: Course) -> date:
    """Return the last day of the first period: an extension is told by then."""
    return _end(edition, course, edition.requests[course.kind].months)


def due_on(edition: Edition, course: Course) -> date | None:
    """Return the day by which the request is answered, None while its clock is suspended."""
    if course.paused_on is not None:
        return None
    kind = edition.requests[course.kind]
    return _end(edition, course, kind.months + (extension_of(kind, minor=course.minor) if course.extended else 0))


def extension_of(kind: RequestKind, *, minor: bool) -> int:
    """Return by how many months a request may be put off; a minor's erasure by none (loi 78-17, art. 51)."""
    return kind.minor_extension_months if minor else kind.extension_months


def may_extend(edition: Edition, course: Course, today: date) -> bool:
    """Say whether the request may still be put off: once, by this kind, before the first period ends."""
    allowed = extension_of(edition.requests[course.kind], minor=course.minor) > 0
    return allowed and not course.extended and course.paused_on is None and today <= first_due_on(edition, course)


def resumed(course: Course, today: date) -> Course:
    """Let the clock go on: the days of the doubt are added, and nothing else."""
    if course.paused_on is None:
        return course
    days = course.paused_days + max((today - course.paused_on).days, 0)
    return Course(
        kind=course.kind,
        received_on=course.received_on,
        places=course.places,
        minor=course.minor,
        paused_days=days,
        extended=course.extended,
    )


def alert(course: Course, due: date | None, today: date) -> Alert | None:
    """Return the most urgent thing to say of a request today, None where there is nothing, or its clock stands."""
    if due is None:
        return None
    half = course.received_on + (due - course.received_on) / 2
    marks = {
        Alert.OVERDUE: due + timedelta(days=1),
        Alert.TWO_DAYS: due - timedelta(days=2),
        Alert.SEVEN_DAYS: due - timedelta(days=7),
        Alert.HALF_TIME: half,
    }
    return next((said for said, day in marks.items() if today >= day), None)


def day_at(edition: Edition, places: Iterable[str], at: datetime) -> date:
    """Return the day an instant falls on at some places: the earliest: no zone buys time."""
    known = [code for code in places if is_place(edition, code)]
    zones = {zone for place in places_of(edition, known) for zone in place.zones} if known else {_HOME}
    return min(at.astimezone(ZoneInfo(zone)).date() for zone in zones)


def _end(edition: Edition, course: Course, months: int) -> date:
    """Count from receipt; where the campaign is at work in several places, the end that comes first holds."""
    last = add_months(course.received_on, months) + timedelta(days=course.paused_days)
    return min(end_of_period(edition, last, code) for code in course.places or ("",))
