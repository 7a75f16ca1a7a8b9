"""The silence period (code électoral, art. L49): from the eve of a poll, 00:00 where people vote, until polls close."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.dates import Place
from policy.edition import Edition

_SUNDAY = 6
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A day of voting, held or to come, and the type of its election."""

    on: date
    type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence period, in UTC: it holds from ``begins`` until just before ``ends``."""

    round: date
    eve: date
    """The first day of it, where people vote."""
    begins: datetime
    ends: datetime


def silence(edition: Edition, rounds: Iterable[Round], codes: Iterable[str], at: datetime) -> Silence | None:
    """Return the silence period that holds at ``at`` for people who vote at the places of ``codes``, or None.

    ``at`` carries its time zone. A code is a department, a commune (INSEE), a place of the pack, or ``abroad``. Where
    two periods hold, the one that ends last is told.
    """
    found = [one for one in silences(edition, rounds, codes) if one.begins <= at < one.ends]
    return max(found, key=lambda one: one.ends, default=None)


def silences(edition: Edition, rounds: Iterable[Round], codes: Iterable[str]) -> list[Silence]:
    """Return the silence period of each round, over all the places of ``codes`` together, the soonest first."""
    places = places_of(edition, codes)
    return sorted((_silence(places, held) for held in rounds), key=lambda found: found.begins)


def places_of(edition: Edition, codes: Iterable[str]) -> tuple[Place, ...]:
    """Return the places of some codes, or all where one is unknown or none is given: too long is the safe error."""
    found = [_places(edition, code) for code in codes]
    if not found or not all(found):
        return tuple(edition.places.values())
    return tuple({place.id: place for places in found for place in places}.values())


def is_place(edition: Edition, code: str) -> bool:
    """Say whether a code is, or lies in, a place of the pack."""
    return bool(_places(edition, code))


def _places(edition: Edition, code: str) -> list[Place]:
    if code in edition.places:
        return [edition.places[code]]
    if code == "abroad":
        return [place for place in edition.places.values() if place.id.startswith("abroad")]
    return [place for place in edition.places.values() if any(code.startswith(known) for known in place.codes)]


def _silence(places: Iterable[Place], held: Round) -> Silence:
    clocks = [(place, zone, _eve(place, held)) for place in places for zone in place.zones]
    return Silence(
        round=held.on,
        eve=min(eve for _, _, eve in clocks),
        begins=min(_instant(zone, eve, 0) for _, zone, eve in clocks),
        ends=max(_instant(zone, held.on, place.closes) for place, zone, _ in clocks),
    )


def _eve(place: Place, held: Round) -> date:
    """Give the eve of the vote at a place.

    Where people vote on the Saturday, silence begins a day earlier and still ends with the election's own day: no text
    lifts it in between (our reading). An election of an unknown type may be one of these.
    """
    may_be_early = held.type in place.saturday or (held.type is None and bool(place.saturday))
    return held.on - (2 * _DAY if may_be_early and held.on.weekday() == _SUNDAY else _DAY)


def _instant(zone: str, day: date, hour: int) -> datetime:
    """Give the instant of an hour; where midnight is skipped in spring or comes twice in autumn, the first counts."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
