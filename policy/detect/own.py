"""A campaign's own words beside the lexicon: what only looks forbidden there, and what is forbidden only there.

A reviewer lets pass a street, a shop or a surname that trips the detector, or forbids a word of the place. Forbidden
words win over masks and cues. What is let pass is excused like a mask; but a core term of the lexicon under it is
held for a person and never simply passes. Each word has its last day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal, get_args
from uuid import UUID

from policy.detect.automaton import Candidate, Index, index_of, vocabulary
from policy.detect.compiled import Patterns
from policy.detect.fold import fold
from policy.detect.inflect import forms
from policy.detect.lexicon import Group, lexicon_version
from policy.detect.proper_names import follows_a_first_name
from policy.detect.verdict import BLOCK_FROM, CONDITIONAL, Hit

Effect = Literal["allow", "forbid"]
Sort = Literal["street", "place", "organisation", "surname", "word"]
EFFECTS: tuple[str, ...] = get_args(Effect)
SORTS: tuple[str, ...] = get_args(Sort)
HELD = 0.6
"""The score of a core term under a word that is let pass: a person looks at it."""
SCORE = 0.95
"""The score of a forbidden word."""
_FILLERS = frozenset(b"de du des d la le les l et un une au aux a the of".split())
_SPACED: Final = b" %b "


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWord:
    """One word or phrase of a campaign's own; ``category`` says what a forbidden one tells of a person."""

    id: UUID
    effect: Effect
    sort: Sort
    category: str | None
    text: str = field(repr=False)
    until: datetime


class OwnWords:
    """The words of a campaign that hold at an instant, ready to be searched for; two of one version are the same."""

    __slots__ = ("_allowed", "_forbidden", "surnames", "version", "words")

    def __init__(self, words: Sequence[OwnWord]) -> None:
        self.words = tuple(words)
        self.version = version_of(one.id for one in words)
        allowed = [one for one in words if one.effect == "allow" and one.sort != "surname"]
        self._allowed = _index((one, {_folded(one.text)}) for one in allowed)
        self._forbidden = _index((one, forms(one.text, "noun")) for one in words if one.effect == "forbid")
        surnames = (one for one in words if one.effect == "allow" and one.sort == "surname")
        self.surnames = frozenset(_folded(one.text) for one in surnames)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnWords) and other.version == self.version

    def __hash__(self) -> int:
        return hash(self.version)

    def forbidden(self, folded: bytes) -> list[tuple[str, int, int]]:
        """Return category and place of each forbidden word."""
        return [] if self._forbidden is None else self._forbidden.find(folded)

    def allowed(self, folded: bytes) -> list[tuple[int, int]]:
        """Return the places of words that are let pass."""
        return [] if self._allowed is None else [(start, end) for _, start, end in self._allowed.find(folded)]


class OwnLexicon:
    """All that a campaign added, with the day until which each holds."""

    __slots__ = ("_now", "_words")

    def __init__(self, words: Iterable[OwnWord] = ()) -> None:
        self._words = tuple(sorted(words, key=lambda one: one.id))
        self._now: OwnWords | None = None

    def at(self, instant: datetime) -> OwnWords | None:
        """Return the words that hold at an instant; None when there are none, so that nothing is searched for."""
        alive = tuple(one for one in self._words if one.until > instant)
        if not alive:
            return None
        if self._now is None or self._now.words != alive:
            self._now = OwnWords(alive)
        return self._now


NO_WORDS = OwnLexicon()


def version_of(ids: Iterable[UUID]) -> str:
    """Return the version of a set of words: they never change, they only come and go. Empty where there are none."""
    whole = b"".join(sorted(one.bytes for one in ids))
    return sha256(whole).hexdigest()[:12] if whole else ""


def vocabulary_version(own: str = "") -> str:
    """Return what is recorded with a decision: the lexicon's version, and that of the campaign's own words."""
    return f"{lexicon_version()}+{own}" if own else lexicon_version()


def is_core(group: Group) -> bool:
    """Tell whether a group holds core terms: plain words and slang for the attribute itself, not what hints at it."""
    return group.sort in {"lemma", "slang", "abbreviation"} and group.strength != "weak"


def core_terms(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the categories of the core terms in a phrase, and whether it says nothing else."""
    folded = fold(text)
    found = [one for one in vocabulary().candidates(folded)[0] if is_core(one.group)]
    rest = bytearray(folded)
    for one in found:
        rest[one.start : one.end] = b" " * (one.end - one.start)
    categories = dict.fromkeys(one.group.category for one in found)
    return tuple(categories), bool(found) and _FILLERS.issuperset(bytes(rest).split())


def excused(
    found: list[Candidate], own: OwnWords, text: str, folded: bytes
) -> tuple[list[Candidate], set[tuple[int, int]]]:
    """Return the candidates that the campaign's words leave, and the places of core terms that they only soften."""
    spans = own.allowed(folded)
    covered = [
        one
        for one in found
        if any(_covers(span, one, folded) for span in spans)
        or (folded[one.start : one.end] in own.surnames and _is_spelt_as_a_name(text, one))
    ]
    left = [one for one in found if one not in covered or is_core(one.group)]
    return left, {(one.start, one.end) for one in covered if is_core(one.group)}


def _covers(span: tuple[int, int], found: Candidate, folded: bytes) -> bool:
    """Tell whether a phrase let pass covers a candidate: no word of it but "à la" stands outside."""
    start, end = span
    if found.end <= start or end <= found.start:
        return False
    return _FILLERS.issuperset((folded[found.start : start] + b" " + folded[end : max(found.end, end)]).split())


def _is_spelt_as_a_name(text: str, found: Candidate) -> bool:
    return text[found.start - 1 : found.start].isupper() and follows_a_first_name(text, found)


def softened(hits: Iterable[Hit], places: set[tuple[int, int]]) -> Iterator[Hit]:
    """Yield the hits, those on core terms that the campaign would let pass with the score of a doubt."""
    for hit in hits:
        # A condition is no wall: a political term stays what it is.
        doubt = (hit.start + 1, hit.end + 1) in places and hit.score >= BLOCK_FROM and hit.category != CONDITIONAL
        yield replace(hit, score=HELD, reason=f"{hit.reason}+own words") if doubt else hit


def own_hit(category: str, start: int, end: int) -> Hit:
    """Return the hit of a forbidden word of the campaign's own, in the offsets of the text."""
    return Hit(category, f"forbidden.{category}", start - 1, end - 1, SCORE, "own words")


def _index(words: Iterable[tuple[OwnWord, Iterable[bytes]]]) -> Index | None:
    patterns: dict[bytes, tuple[str, ...]] = {}
    for word, folded in words:
        for form in folded:
            patterns[_SPACED % form] = (word.category or "",)
    return index_of(Patterns(tuple(patterns), tuple(patterns.values()))) if patterns else None


def _folded(text: str) -> bytes:
    return b" ".join(fold(text).split())
