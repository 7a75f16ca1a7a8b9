"""Ids of Salesforce: 15 characters that differ by case, or 18 whose last three say the case of the others.

Exports write the one or the other. Salesforce's rule, as it is published: the 15 characters are three groups of five;
in each, a capital letter at place n (from 0) adds 2 to the power of n; the sum names the group's character among A to
Z, then 0 to 5. The three stand after the fifteen.
"""

import re
from typing import Final

SALESFORCE: Final = "salesforce"
_ID: Final = re.compile(r"[0-9A-Za-z]{15}(?:[A-Za-z0-5]{3})?", re.ASCII)
_MARKS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT, _GROUP = 15, 5


def whole_id(value: str | None) -> str | None:
    """Return the 18 characters of an id of 15, and of one of 18 the case that its end says; anything else as it is."""
    if value is None or not _ID.fullmatch(value):
        return value
    short, end = value[:_SHORT], value[_SHORT:].upper()
    if end:
        short = "".join(_cased(group, mark) for group, mark in zip(_groups(short), end, strict=True))
    return short + "".join(map(_mark, _groups(short)))


def _groups(short: str) -> list[str]:
    return [short[start : start + _GROUP] for start in range(0, _SHORT, _GROUP)]


def _mark(group: str) -> str:
    return _MARKS[sum(1 << place for place, one in enumerate(group) if one.isupper())]


def _cased(group: str, mark: str) -> str:
    capitals = _MARKS.index(mark)
    return "".join(one.upper() if capitals >> place & 1 else one.lower() for place, one in enumerate(group))
