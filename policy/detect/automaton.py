"""Search a text for the vocabulary: the terms, which every text meets, and what surrounds a candidate.

One automaton finds terms and all their forms; the slips of the pen are whole words, and a set of words finds those
faster than an automaton five times the size would. Masks and cues are searched only where a term stands, with an
automaton of their own: in the first, each "is" and "the" of an ordinary note would cost a match.
Both are built at first use and kept for the life of the process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick, Implementation

from policy.detect.compiled import REPEATED, Compiled, Patterns, compiled
from policy.detect.lexicon import Group, lexicon

MOST_FOUND = 500
"""More words of the lexicon than this in one text is no note: the budget of work ends here."""


class TooMuch(Exception):  # noqa: N818 - it says what the text is, and never leaves the package
    """Say that a text holds more candidates than the budget of work allows."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Point at one place where a word of a group stands; what it means there is for the context to say."""

    group: Group
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Index:
    """Hold an automaton and what each of its patterns stands for."""

    automaton: BytesAhoCorasick
    meanings: tuple[tuple[str, ...], ...]

    def find(self, folded: bytes) -> list[tuple[str, int, int]]:
        """Return every (meaning, start, end) in the folded text, without the surrounding spaces."""
        return [
            (meaning, start + 1, end - 1)
            for pattern, start, end in self.automaton.find_matches_as_indexes(folded, overlapping=True)
            for meaning in self.meanings[pattern]
        ]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Hold all that texts are searched for."""

    terms: Index
    slips: dict[bytes, tuple[str, ...]]
    surroundings: Index
    groups: dict[str, Group]

    def candidates(self, folded: bytes) -> tuple[list[Candidate], bool]:
        """Return the places where terms stand, the longest of each category only, and whether a letter is repeated."""
        found = self.terms.find(folded)
        repeated = False
        if found and any(meaning == REPEATED for meaning, *_ in found):
            found, repeated = [one for one in found if one[0] != REPEATED], True
        if not self.slips.keys().isdisjoint(folded.split()):
            found += self._slips(folded)
        return (self._longest(found) if found else []), repeated

    def _slips(self, folded: bytes) -> Iterator[tuple[str, int, int]]:
        at = 0
        for word in folded.split():
            start = folded.index(word, at)
            at = start + len(word)
            for meaning in self.slips.get(word, ()):
                yield meaning, start, at

    def _longest(self, found: list[tuple[str, int, int]]) -> list[Candidate]:
        if len(found) > MOST_FOUND:
            raise TooMuch
        found.sort(key=lambda one: (one[1], -one[2]))
        kept: list[Candidate] = []
        for group_id, start, end in found:
            group = self.groups[group_id]
            if not any(_swallows(other, group, start, end) for other in kept):
                kept.append(Candidate(group, start, end))
        return kept


def vocabulary(folder: Path | None = None) -> Vocabulary:
    """Return the vocabulary, built once; a folder given at the first call keeps it compiled."""
    if not _built:
        _built.append(built(compiled(folder)))
    return _built[0]


_built: list[Vocabulary] = []


def built(patterns: Compiled) -> Vocabulary:
    """Return the searchable vocabulary of what was compiled."""
    slips = dict(zip(patterns.slips.forms, patterns.slips.meanings, strict=True))
    groups = {group.id: group for group in lexicon().groups}
    return Vocabulary(index_of(patterns.terms), slips, index_of(patterns.surroundings), groups)


def _swallows(other: Candidate, group: Group, start: int, end: int) -> bool:
    longer = other.end - other.start > end - start
    # What only counts in names or near an anchor must not hide a plainer word that counts by itself.
    return (
        longer
        and other.group.category == group.category
        and other.start <= start
        and end <= other.end
        and (not other.group.structure_only and not other.group.anchors)
    )


def index_of(patterns: Patterns) -> Index:
    """Return patterns ready to be searched for."""
    automaton = BytesAhoCorasick(patterns.forms, implementation=Implementation.ContiguousNFA)
    return Index(automaton, patterns.meanings)
