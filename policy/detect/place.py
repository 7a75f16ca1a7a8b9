"""A text under examination: its folded bytes, and the masks, cues and people found in it when they are asked for."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from policy.detect.automaton import Candidate, vocabulary
from policy.detect.proper_names import words_of
from policy.detect.verdict import Hit

BASE = {"sure": 0.95, "likely": 0.80, "weak": 0.35}
REACH = 120
"""How many characters to each side are looked at: no run of words without an end makes the work grow."""
POSSESSIVES = frozenset(b"mon ma mes son sa ses leur leurs my his her their".split())
KIN = {"man of the family": "man", "woman of the family": "woman"}
_CIVILITY = len(" mademoiselle ")
"""How many characters before a name hold the longest civility; of a longer word no part is as short as one."""
_SOMEBODY = ("man", "woman")
_MISTER = re.compile(r"\b(?:M\. ?|Mr\.? |M )(?=[A-ZÀ-Þ])")
_SAID_TO = frozenset(
    b"a ai as ont avons avez avait avais avaient aura ait dit dis donne donner parle parler demande demander "
    b"rend rendre reste faut faudra faudrait laisse laisser dire presente presenter fait faire plait manque "
    b"semble apporte apporter envoie envoyer rappelle rappeler propose proposer explique expliquer".split()
)
"""Verbs before which "lui" is whom something is said or given to, a man or a woman."""
_LEADING = frozenset(b"a au aux d de des du en l la le les un une son sa ses".split())
"""Small words that may stand before what a mask covers: "au syndicat mixte" is the "syndicat mixte"."""
_SENTENCE = re.compile(r"[.!?;]+(?=\s|$)|\n")
_CLAUSE = re.compile(r"[,.!?;()]+(?=\s|$)|\n|\s[-–—]\s")


@dataclass(frozen=True)
class Place:
    """Hold a text under examination with its folded bytes; both share their offsets but for the leading space."""

    text: str
    folded: bytes

    @cached_property
    def masks(self) -> list[tuple[int, int]]:
        """Return where phrases stand that only look forbidden."""
        return [(start, end) for meaning, start, end in self.surroundings if meaning == "mask"]

    @cached_property
    def surroundings(self) -> list[tuple[str, int, int]]:
        """Return every mask and cue of the text."""
        return vocabulary().surroundings.find(self.folded)

    @cached_property
    def subjects(self) -> list[tuple[str, int, int]]:
        """Return the words that say whether a man or a woman is spoken of, in order."""
        misters = [("man", found.start() + 1, found.end()) for found in _MISTER.finditer(self.text)]
        told = [one for one in self.surroundings if one[0] in _SOMEBODY and not self._is_nobody(*one[1:])]
        return sorted((*misters, *told), key=lambda one: one[2])

    def _is_nobody(self, start: int, end: int) -> bool:
        """Tell whether the name of a man or a woman is none here: "Mme Paul", "marié", "lui a dit"."""
        before = self.folded[max(0, start - _CIVILITY) : start].split()[-1:]
        after = self.folded[end : end + REACH].split()[:1] if self.folded[start:end] == b"lui" else []
        is_surname = not words_of("civility").isdisjoint(before)
        return is_surname or not _SAID_TO.isdisjoint(after) or self.text[start - 1 : end - 1] == "marié"

    @cached_property
    def people(self) -> list[tuple[str, int, int]]:
        """Return the same with the members of a family, in order: "son fils" is a man too."""
        family = [(KIN[kind], start, end) for kind, start, end in self.surroundings if kind in KIN]
        return sorted((*self.subjects, *family), key=lambda one: one[2])

    def spoken_of(self, until: int, *, family: bool) -> str:
        """Return whether who is named last before a place is a man or a woman; ``family`` counts its members too."""
        people = self.people if family else self.subjects
        place = bisect_right(people, until, key=lambda one: one[2])
        return people[place - 1][0] if place else ""

    @cached_property
    def kin(self) -> dict[int, str]:
        """Return where members of a family end, and whether each is a man or a woman."""
        return {end: KIN[kind] for kind, _, end in reversed(self.surroundings) if kind in KIN}

    @cached_property
    def sentences(self) -> list[int]:
        """Return where sentences are parted."""
        return [0, *(mark.end() for mark in _SENTENCE.finditer(self.text)), len(self.text)]

    @cached_property
    def clauses(self) -> list[int]:
        """Return where clauses are parted."""
        return [0, *(mark.end() for mark in _CLAUSE.finditer(self.text)), len(self.text)]

    def is_masked(self, candidate: Candidate) -> bool:
        """Tell whether a mask covers the candidate, but for the small words it begins with."""
        if not self.masks:
            return False
        begin = candidate.start
        words = self.folded[begin : candidate.end].split()
        while len(words) > 1 and words[0] in _LEADING:
            begin += len(words.pop(0)) + 1
        return any(start <= begin and candidate.end <= end for start, end in self.masks)


def hit_of(candidate: Candidate, score: float, reason: str) -> Hit:
    """Return the hit of a candidate, in the offsets of the text."""
    category = candidate.group.category
    bounded = round(min(score, 1.0), 2)
    return Hit(category, f"forbidden.{category}", candidate.start - 1, candidate.end - 1, bounded, reason)
