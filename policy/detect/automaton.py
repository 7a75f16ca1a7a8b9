"""Compile the lexicon into two automata: the terms, which every text meets, and what surrounds a candidate.

They are built at first use and kept for the life of the process; nothing is fetched or written.
"""

from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from policy.detect.inflect import forms, slips
from policy.detect.lexicon import Group, lexicon

ANCHOR = "anchor:"
"""Prefix of the cue kinds that belong to one group; the group's id follows."""


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


@cache
def terms() -> tuple[Index, dict[str, Group]]:
    """Return the automaton of all terms, and the groups by id."""
    patterns: dict[bytes, list[str]] = {}
    doubtful: dict[bytes, list[str]] = {}
    for group in lexicon().groups:
        for word in group.words:
            for form in forms(word, group.inflect):
                _add(patterns, form, group.id)
                if group.strength != "weak" and group.inflect != "none":
                    for slip in slips(form):
                        _add(doubtful, slip, group.id)
    return _index({**doubtful, **patterns}), {group.id: group for group in lexicon().groups}


@cache
def surroundings() -> Index:
    """Return the automaton of masks, cues and the groups' own anchors."""
    patterns: dict[bytes, list[str]] = {}
    for mask in lexicon().masks:
        for form in forms(mask, "noun"):
            _add(patterns, form, "mask")
    for kind, words in lexicon().cues.items():
        for word in words:
            for form in forms(word, "noun"):
                _add(patterns, form, kind)
    for group in lexicon().groups:
        for word in group.anchors:
            for form in forms(word, "noun"):
                _add(patterns, form, ANCHOR + group.id)
    return _index(patterns)


def candidates(folded: bytes) -> list[Candidate]:
    """Return the places where terms stand, the longest of each category only."""
    index, groups = terms()
    found = index.find(folded)
    if not found:
        return []
    found.sort(key=lambda one: (one[1], -one[2]))
    kept: list[Candidate] = []
    for group_id, start, end in found:
        group = groups[group_id]
        if not any(_swallows(other, group, start, end) for other in kept):
            kept.append(Candidate(group, start, end))
    return kept


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


def _add(patterns: dict[bytes, list[str]], form: bytes, meaning: str) -> None:
    meanings = patterns.setdefault(b" " + form + b" ", [])
    if meaning not in meanings:
        meanings.append(meaning)


def _index(patterns: dict[bytes, list[str]]) -> Index:
    automaton = BytesAhoCorasick(list(patterns), implementation=Implementation.ContiguousNFA)
    return Index(automaton, tuple(tuple(meanings) for meanings in patterns.values()))
