"""The order of a street: doors one after the other as one walks by them, whatever form their addresses have."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_NUMBER = re.compile(r"(\d{1,5})(.*)", re.DOTALL)
_BEFORE = re.compile(r"(\d{1,5}) ?(bis|ter|quater|[a-d])?[ ,]+(.*)", re.IGNORECASE | re.DOTALL)
_REST = ("complement1", "complement2", "locality")
Order = tuple[str | int, ...]


def street_order(address: Mapping[str, Any]) -> Order:
    """Return what an address is sorted by: town, street, number as a number, what follows it, the rest."""
    street, number, suffix = _parts(address)
    rest = (plain(_text(address, name)) for name in _REST)
    return (_text(address, "postcode"), plain(_text(address, "city")), plain(street), number, suffix, *rest)


def street_of(address: Mapping[str, Any]) -> str:
    """Return the street without its number, as it was written."""
    return _parts(address)[0]


def number_of_door(address: Mapping[str, Any]) -> str:
    """Return the number in the street as it is written; nothing where there is none."""
    _, number, suffix = _parts(address)
    return _text(address, "number") or f"{number or ''} {suffix}".strip()


def plain(text: str) -> str:
    """Write a text in small letters and figures, for comparing: who writes a street has accents or has not."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(one for one in folded if not unicodedata.combining(one))).strip()


def _parts(address: Mapping[str, Any]) -> tuple[str, int, str]:
    """Return street, number and what follows it (bis, ter); the number may stand before the street's name."""
    street, number = _text(address, "street"), _text(address, "number")
    if found := _NUMBER.fullmatch(number):
        return street, int(found[1]), plain(found[2])
    if not number and (found := _BEFORE.fullmatch(street)):
        return found[3], int(found[1]), (found[2] or "").lower()
    return street, 0, plain(number)


def _text(address: Mapping[str, Any], name: str) -> str:
    return str(address.get(name) or "").strip()
