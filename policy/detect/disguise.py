"""See through disguises: invisible characters, letters spaced out or repeated, digits for letters, signs for words.

Each reading keeps a way back to the places of the text as written, so that a hit points at what the author sees.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from policy.detect.fold import Views

_INVISIBLE = (
    "\u00ad\u0300-\u036f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
)
"""Combining marks, joiners, direction controls: nobody sees them, or only as an accent."""
_SINGLE_LETTERS = re.compile(rb"(?<= )(?:[a-z0-9] +){2,}[a-z0-9](?= )")
_REPEATED = re.compile(rb"([a-z])\1{2,}")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without what nobody sees, and where each of its characters stood."""

    text: str
    places: tuple[int, ...] | None = None
    """The place of each character in the text as written, and its end; None when nothing moved."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the places as written; a hit on a sign that stands for a word covers the sign."""
        if self.places is None:
            return start, end
        return self.places[start], max(self.places[end - 1] + 1, self.places[start] + 1)


def read_plain(text: str, signs: Mapping[str, str]) -> tuple[Plain, Views]:
    """Return the text as ``plain_of`` has it, and its views; most texts are written in a usual encoding, as they are.

    Raises UnicodeEncodeError for lone surrogates.
    """
    views = Views(text)
    plain = Plain(text) if views.is_ordinary else plain_of(text, signs)
    return plain, views if plain.places is None else Views(plain.text)


def plain_of(text: str, signs: Mapping[str, str]) -> Plain:
    """Return the text without invisible characters, its signs (emoji) put into words."""
    found = _to_rewrite("".join(signs)).search(text)
    if found is None:
        return Plain(text)
    pieces: list[str] = []
    places: list[int] = []
    invisible = _to_rewrite("")
    for place, character in enumerate(text):
        piece = f" {signs[character]} " if character in signs else character
        if piece is character and invisible.match(character):
            continue
        pieces.append(piece)
        places += [place] * len(piece)
    return Plain("".join(pieces), (*places, len(text)))


@lru_cache(maxsize=4)
def _to_rewrite(signs: str) -> re.Pattern[str]:
    return re.compile(f"[{_INVISIBLE}{signs}]")


def spaced_letters(folded: bytes) -> list[tuple[int, int, bytes]]:
    """Return the runs of single letters ("c f d t"), each as (start, end, joined word in spaces)."""
    return [
        (found.start(), found.end(), b" " + found.group().replace(b" ", b"") + b" ")
        for found in _SINGLE_LETTERS.finditer(folded)
    ]


def squeezed(folded: bytes, letters: int) -> tuple[bytes, list[int]]:
    """Return the bytes with each letter repeated three times or more kept once or twice, and the places they had."""
    kept = bytearray()
    places: list[int] = []
    at = 0
    for found in _REPEATED.finditer(folded):
        end = found.start() + letters
        kept += folded[at:end]
        places += range(at, end)
        at = found.end()
    return bytes(kept + folded[at:]), [*places, *range(at, len(folded) + 1)]


def readings(views: Views, *, repeated: bool) -> list[tuple[bytes, list[int] | None]]:
    """Return the further readings that the shape of a text asks for, each with the places its bytes had."""
    found: list[tuple[bytes, list[int] | None]] = []
    if views.is_leet:
        found.append((views.unleeted(), None))
    if repeated:
        found += [squeezed(views.folded, letters) for letters in (1, 2)]
    return found
