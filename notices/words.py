"""Words of the law's codes as a notice says them, and how lists of facts are written."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from policy.notice import Told

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
Pairs = Mapping[str, Mapping[str, list[str]]]


@cache
def _words() -> Pairs:
    text = (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
    return cast("Pairs", tomllib.loads(text))


def word(table: str, code: str) -> Told:
    """Return what a code of the law is called."""
    french, english = _words()[table][code]
    return Told(french, english)


def word_if_any(table: str, code: str) -> Told | None:
    """Return what a code of the law is called, None where there is nothing to say of it."""
    return word(table, code) if code in _words()[table] else None


def listed(items: Iterable[Told]) -> Told:
    """Write one item a line."""
    found = list(items)
    return Told("\n".join(f"- {one.fr}" for one in found), "\n".join(f"- {one.en}" for one in found))


def joined(items: Iterable[Told]) -> Told:
    """Write items one after the other."""
    found = list(items)
    return Told(", ".join(one.fr for one in found), ", ".join(one.en for one in found))


def same(text: str) -> Told:
    """Say a name, which is the same in both languages."""
    return Told(text, text)


def day(on: date) -> Told:
    """Write a day in words."""
    first = "1er" if on.day == 1 else str(on.day)
    return Told(f"{first} {_MONTHS['fr'][on.month - 1]} {on.year}", f"{on.day} {_MONTHS['en'][on.month - 1]} {on.year}")
