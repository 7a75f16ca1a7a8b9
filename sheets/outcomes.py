"""What is said of a line: a letter to circle on paper and to key in, and a line of text as it is typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kernel.errors import Invalid
from outreach.words import Outcome
from policy.edition import Edition
from policy.notice import Told
from policy.silence import places_of

LETTERS: Mapping[str, Outcome] = {
    "a": Outcome.ABSENT,
    "r": Outcome.RECONTACT,
    "n": Outcome.NOT_INTERESTED,
    "x": Outcome.DO_NOT_COME_BACK,
}
"""The letters are printed on sheets and never change."""
LABELS: Mapping[Outcome, Told] = {
    Outcome.ABSENT: Told("Absent", "Absent"),
    Outcome.RECONTACT: Told("À revoir", "Come again"),
    Outcome.NOT_INTERESTED: Told("Non, merci", "Not interested"),
    Outcome.DO_NOT_COME_BACK: Told("Ne plus venir", "Do not come back"),
}
_TYPED = re.compile(r"(\d{1,3})\s+([arnx])(?:\s+(\d{1,2})[:hH](\d{2}))?(?:\s+(\S.*))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedLine:
    """What somebody says of a line, and when it truly was."""

    line: int
    outcome: Outcome
    at: datetime
    note: str = field(default="", repr=False)


def read_typed(text: str, *, on: date, at: time, zone: ZoneInfo) -> KeyedLine:
    """Read a line such as ``12 a``, ``12 r 18:40`` or ``12 r 18:40 rappeler en mars``.

    Raises Invalid, which repeats nothing of it.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        message = "a line is a number, one of the letters a r n x, then an hour and a note if there are any"
        raise Invalid(message)
    number, letter, hour, minute, note = found.groups()
    clock = at if hour is None else _clock(int(hour), int(minute))
    moment = datetime.combine(on, clock, zone)
    return KeyedLine(line=int(number), outcome=LETTERS[letter.lower()], at=moment, note=note or "")


def zone_of(edition: Edition, commune: str) -> ZoneInfo:
    """Return the clocks of a commune."""
    return ZoneInfo(places_of(edition, [commune])[0].zones[0])


def _clock(hour: int, minute: int) -> time:
    try:
        return time(hour, minute)
    except ValueError:
        message = "an hour is written 18:40"
        raise Invalid(message) from None
