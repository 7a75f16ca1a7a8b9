"""The silence before a ballot, by the clock of the place where it is held (code électoral, art. L49).

It begins on the eve at midnight and lasts until the polls close. Clocks are told here and not by the machine's own
tables, so that an answer of last year can be given again: overseas France knows no summer time, but one place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from policy.edition import Edition
from policy.reach import Place

CLOSING = time(20)
"""The latest hour at which polls close, in mainland France; a decree may say an earlier one elsewhere."""
_DAY = timedelta(days=1)
_EAST, _WEST = 14 * 60, -12 * 60
"""The first and the last clock of the earth, in minutes from UTC."""
_SUNDAY = 7
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Round:
    """A day of voting, and the type of its election."""

    on: date
    type: str | None


@dataclass(frozen=True, slots=True)
class Silence:
    """From when and until when nothing is spread."""

    begins: datetime
    ends: datetime


def place_of(edition: Edition, code: str) -> Place:
    """Find the place of an INSEE code; what no place names is on the mainland."""
    found = [place for place in edition.places.values() if code.startswith(place.codes or ("\0",))]
    return found[0] if found else next(place for place in edition.places.values() if not place.codes)


def silences(edition: Edition, rounds: Iterable[Round], codes: Iterable[str]) -> list[Silence]:
    """List the silences of these rounds in the places of these codes; no code at all is the mainland."""
    places = {place.id: place for place in (place_of(edition, code) for code in (tuple(codes) or ("",)))}
    return sorted((silence(place, one) for one in rounds for place in places.values()), key=lambda found: found.begins)


def silence(place: Place, held: Round) -> Silence:
    """Give the silence of one round in one place."""
    day = held.on - _DAY if held.type in place.saturday else held.on
    eve, close = datetime.combine(day - _DAY, time(0)), datetime.combine(day, CLOSING)
    if place.everywhere:
        first, last = eve - _DAY, close  # A vote of the Americas is a day earlier.
        return Silence(_utc(first, _EAST), _utc(last, _WEST))
    return Silence(_from_local(place, eve), _from_local(place, close))


def local(place: Place, at: datetime) -> datetime:
    """Give the time on the clock of a place, without its zone."""
    standard = at.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=place.offset)
    return standard + _HOUR if _in_summer(place, at.astimezone(UTC)) else standard


def _from_local(place: Place, wall: datetime) -> datetime:
    """Find the instant of a wall clock; no ballot's midnight or evening falls into the hour that is skipped."""
    standard = _utc(wall, place.offset)
    return standard - _HOUR if _in_summer(place, standard - _HOUR) else standard


def _utc(wall: datetime, minutes: int) -> datetime:
    return (wall - timedelta(minutes=minutes)).replace(tzinfo=UTC)


def _in_summer(place: Place, at: datetime) -> bool:
    return any(begins <= at < ends for begins, ends in _summers(place, at.year))


def _summers(place: Place, year: int) -> Iterator[tuple[datetime, datetime]]:
    if place.summer == "eu":  # Directive 2000/84/EC: the last Sundays of March and October at 01:00 UTC.
        hour = time(1, tzinfo=UTC)
        yield datetime.combine(_sunday(year, 4, -1), hour), datetime.combine(_sunday(year, 11, -1), hour)
    if place.summer == "america":  # The second Sunday of March and the first of November at two on the wall clock.
        begins = datetime.combine(_sunday(year, 3, 2), time(2))
        ends = datetime.combine(_sunday(year, 11, 1), time(2)) - _HOUR
        yield _utc(begins, place.offset), _utc(ends, place.offset)


def _sunday(year: int, month: int, number: int) -> date:
    """Find the nth Sunday of a month; -1 is the last before it."""
    first = date(year, month, 1)
    ahead = first + timedelta(days=(_SUNDAY - first.isoweekday()) % 7)
    return ahead + timedelta(weeks=number - 1) if number > 0 else ahead + timedelta(weeks=number)
