"""Tell names from words: rue des Juifs, Mme Chrétien, Bishop Road. A name alone is never an attribute."""

import re
from functools import cache
from typing import Protocol

from policy.detect.fold import fold
from policy.detect.lexicon import lexicon

_CONNECTORS = frozenset(b"de du des d la le les l saint sainte st ste notre dame aux a the of".split())
_NAME_PARTS = 2
"""How many other words of a name may stand between "rue" and the candidate: rue Jean Marie Chrétien."""
_REACH = 100
"""How many characters before a candidate are looked at."""
_CLAUSE_ENDS = re.compile(r"\w{4,}\.(?=\s)|[,!?;()\n]")
"""A name does not reach across them; a short word with a point is an abbreviation: M. Juif, bd. Saint-Jean."""


class Stands(Protocol):
    """Anything that stands somewhere in the folded bytes of a text: byte ``i`` is its character ``i - 1``."""

    @property
    def start(self) -> int:
        """Return the place of its first byte."""
        ...

    @property
    def end(self) -> int:
        """Return the place behind its last byte."""
        ...


def is_a_name(text: str, folded: bytes, found: Stands, *, spelt: bool) -> bool:
    """Tell whether what was found is part of a name; ``spelt`` says that the text has capitals where names do."""
    start = max(0, found.start - 1 - _REACH)
    for end_of_clause in _CLAUSE_ENDS.finditer(text, start, max(start, found.start - 1)):
        start = end_of_clause.end()
    before = folded[start + 1 : found.start].split()[-5:]
    after = folded[found.end : found.end + _REACH].split()[:1]
    capital = text[found.start - 1 : found.start].isupper()
    if capital and (
        not words_of("street_after").isdisjoint(after)
        or not words_of("civility").isdisjoint(before[-1:])
        or _after_a_first_name(text, folded, found)
    ):
        return True
    return _in_a_street(before, capital=capital, spelt=spelt)


def _in_a_street(before: list[bytes], *, capital: bool, spelt: bool) -> bool:
    """Tell whether the words before make the candidate the name of a street, or of a venue when it has a capital."""
    for back, word in enumerate(reversed(before)):
        if word in words_of("street") or (capital and word in words_of("venue")):
            return True
        if word not in _CONNECTORS and not (back < _NAME_PARTS and capital and spelt):
            return False
    return False


def _after_a_first_name(text: str, folded: bytes, found: Stands) -> bool:
    return folded[found.start : found.end] in _surnames() and follows_a_first_name(text, found)


def follows_a_first_name(text: str, found: Stands) -> bool:
    """Tell whether a word with a capital stands before what was found."""
    before = text[max(0, found.start - 1 - _REACH) : found.start - 1].split()[-1:]
    return bool(before) and before[0][:1].isupper() and before[0][-1:].isalpha()


@cache
def words_of(kind: str) -> frozenset[bytes]:
    """Return the words of one kind of cue, folded."""
    return frozenset(fold(word).strip() for word in lexicon().cues[kind])


@cache
def _surnames() -> frozenset[bytes]:
    return frozenset(fold(word).strip() for word in lexicon().surnames)
