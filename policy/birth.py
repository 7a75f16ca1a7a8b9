"""Birth dates as campaigns know them, often in part, and the ages that the law asks about."""

import re
from calendar import monthrange
from datetime import date

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_OLDEST = 130
PARENTAL_UNTIL = 15
"""Act 78-17, art. 45: from fifteen on, consent alone."""
UNTARGETED_UNTIL = 17
"""Regulation (EU) 2024/900, art. 18(2): one year under the voting age."""


def read_birth(text: str, on: date) -> tuple[date, date] | None:
    """Give the earliest and the latest birth date the text allows (month or day unknown: 00), or None if it is none."""
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) for part in match.groups())
    if month == 0 and day != 0:
        return None
    try:
        earliest = date(year, month or 1, day or 1)
        latest = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return (earliest, latest) if earliest <= on and year >= on.year - _OLDEST else None


def birthday(birth: date, age: int) -> date:
    """Give the day somebody reaches an age; who was born on 29 February waits for 1 March."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


def certainly_under(age: int, born: tuple[date, date], on: date) -> bool:
    """Say whether the person is surely under that age: what is not known never blocks."""
    return birthday(born[0], age) > on


def reaches(age: int, born: tuple[date, date], on: date) -> date | None:
    """Give the day to come on which the person has surely reached that age, or None when it is past."""
    day = birthday(born[1], age)
    return day if day > on else None
