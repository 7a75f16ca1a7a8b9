"""The silence period (code électoral, art. L49): from the eve of a poll, 00:00 where people vote, until polls close."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.dates import Place
from policy.edition import Edition

_SUNDAY = 6
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """An election as the silence period needs it: its type, and the days of its rounds, held or to come."""

    type: str | None
    rounds: Sequence[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence period, in UTC: it holds from ``begins`` until just before ``ends``."""

    round: date
    begins: datetime
    ends: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether an instant lies in the period."""
        return self.begins <= at < self.ends


def silence(edition: Edition, poll: Poll, codes: Iterable[str], at: datetime) -> Silence | None:
    """Return the silence period that holds at ``at`` for people who vote at the places of ``codes``, or None.

    ``at`` carries its time zone. A code is a department, a commune (INSEE), a place of the pack, or ``abroad``.
    """
    return next((one for one in silences(edition, poll, codes) if one.holds(at)), None)


def silences(edition: Edition, poll: Poll, codes: Iterable[str]) -> tuple[Silence, ...]:
    """Return the silence period of each round, over all the places of ``codes`` together."""
    places = places_of(edition, codes)
    return tuple(_silence(places, poll.type, day) for day in sorted(poll.rounds))


def places_of(edition: Edition, codes: Iterable[str]) -> tuple[Place, ...]:
    """Return the places of some codes; all places where a code is unknown or none is given: too long is the safe error."""
    found = [_places(edition, code) for code in codes]
    if not found or not all(found):
        return tuple(edition.places.values())
    return tuple({place.id: place for places in found for place in places}.values())


def _places(edition: Edition, code: str) -> list[Place]:
    if code in edition.places:
        return [edition.places[code]]
    if code == "abroad":
        return [place for place in edition.places.values() if place.id.startswith("abroad")]
    return [place for place in edition.places.values() if any(code.startswith(known) for known in place.codes)]


def _silence(places: Iterable[Place], kind: str | None, day: date) -> Silence:
    periods = [_at(place, zone, kind, day) for place in places for zone in place.zones]
    return Silence(round=day, begins=min(begins for begins, _ in periods), ends=max(ends for _, ends in periods))


def _at(place: Place, zone: str, kind: str | None, day: date) -> tuple[datetime, datetime]:
    """Give eve and close by one clock.

    Where people vote on the Saturday, it begins a day earlier and still ends with the election's own day: no text lifts
    it in between (our reading). An election of an unknown type may be one of these.
    """
    early = day.weekday() == _SUNDAY and (kind in place.saturday or (kind is None and bool(place.saturday)))
    eve = day - 2 * _DAY if early else day - _DAY
    clock = ZoneInfo(zone)
    # Where midnight falls into the hour that spring skips or autumn repeats, the first instant counts (fold 0).
    begins = datetime.combine(eve, time(0), clock).astimezone(UTC)
    return begins, datetime.combine(day, time(place.closes), clock).astimezone(UTC)
