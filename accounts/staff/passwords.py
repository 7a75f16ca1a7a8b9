"""Whether a password is good enough, as CNIL deliberation 2022-100 counts: 80 bits, and not easily guessed.

The deliberation's own examples are its first case: 12 signs of four kinds, 14 of three, a phrase of seven words.
Pure: nothing is stored, and what is wrong is told without the password.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from kernel.errors import Invalid

LONGEST = 128
"""Longer is refused, so that a sign-in cannot be made to work for long."""

_ENOUGH_BITS = 79.5
"""80 as the CNIL rounds: 12 signs out of 26 + 26 + 10 + 37 make 79.55."""
_KINDS = ((re.compile(r"[a-z]"), 26), (re.compile(r"[A-Z]"), 26), (re.compile(r"[0-9]"), 10))
_OTHER = re.compile(r"[^a-zA-Z0-9]")
_OTHERS = 37
"""Special signs: the deliberation asks for a choice of at least 37."""
_LEAST_KINDS = 3
_WORDS = 7
_WORD = re.compile(r"[^\W\d_]{3,}")
_PHRASE = re.compile(r"[^\W\d_]+(?:[\s'’,.;:!?_-]+[^\W\d_]+)*[\s.!?]*")
_LEAST_TOLD = 4
_LOOKALIKES = str.maketrans("013457@$!€", "oieastasie")


class Weakness(StrEnum):
    """What is wrong with a password."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    TELLS_OF_YOU = "tells_of_you"


class WeakPassword(Invalid):
    """Say what is wrong with a password, and never which one it was."""

    def __init__(self, found: Sequence[Weakness]) -> None:
        super().__init__(f"the password is not good enough: {', '.join(found)}")
        self.weaknesses = tuple(found)


def check_password(password: str, *, known: Iterable[str]) -> None:
    """Raise WeakPassword unless a password is good enough."""
    found = weaknesses(password, known=known)
    if found:
        raise WeakPassword(found)


def weaknesses(password: str, *, known: Iterable[str] = ()) -> tuple[Weakness, ...]:
    """Return everything wrong with a password; ``known`` is what others know: name, e-mail, campaign, controller."""
    return tuple(_found(password, _words_of(known)))


def _found(password: str, told: frozenset[str]) -> Iterator[Weakness]:
    if len(password) > LONGEST:
        yield Weakness.TOO_LONG
        return
    plain = _folded(password)
    if _PHRASE.fullmatch(unicodedata.normalize("NFC", password)):
        # In a phrase a name or a common word is a word that does not count.
        words = set(_WORD.findall(plain)) - told - _common()
        if len(words) < _WORDS:
            yield Weakness.TOO_SHORT
        return
    if not _is_long_enough(password):
        yield Weakness.TOO_SHORT
    spoken = plain, plain.translate(_LOOKALIKES)
    if any(word in text for text in spoken for word in _common()):
        yield Weakness.COMMON
    if any(word in text for text in spoken for word in told):
        yield Weakness.TELLS_OF_YOU


def _is_long_enough(password: str) -> bool:
    sizes = [size for kind, size in _KINDS if kind.search(password)]
    sizes += [_OTHERS] if _OTHER.search(password) else []
    return len(sizes) >= _LEAST_KINDS and _surprising(password) * math.log2(sum(sizes)) >= _ENOUGH_BITS


def _surprising(password: str) -> int:
    """Count the signs that neither go on, as in ``aaaa`` or ``1234``, nor come again, as in ``Ab1!Ab1!Ab1!``."""
    steps = [ord(after) - ord(before) for before, after in pairwise(password)]
    going_on = sum(step == earlier and abs(step) <= 1 for earlier, step in pairwise(steps))
    return min(len(password) - going_on, 2 * len(set(password)))


def _words_of(known: Iterable[str]) -> frozenset[str]:
    words = {word for text in known for word in re.split(r"[\W_]+", _folded(text))}
    return frozenset(word for word in words if len(word) >= _LEAST_TOLD)


@cache
def _common() -> frozenset[str]:
    text = (Path(__file__).parent / "common.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def _folded(text: str) -> str:
    marks = unicodedata.normalize("NFD", text.lower())
    return "".join(mark for mark in marks if unicodedata.category(mark) != "Mn")
