"""Decide what a candidate means in a note: an attribute of a person, a topic, a street, a name.

Masks win over everything. Then cues within a few words move the score of the word: towards the person ("is", "her
son"), or away from it (a debate, a trade, "we did not talk about").
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from policy.detect.automaton import Candidate, vocabulary
from policy.detect.compiled import ANCHOR
from policy.detect.lexicon import lexicon
from policy.detect.proper_names import is_a_name
from policy.detect.verdict import Hit

BASE = {"sure": 0.95, "likely": 0.80, "weak": 0.35}
MOVES = {"person": 0.40, "own": 0.50, "topic": -0.50, "chat": -0.70}
"""How far each kind of cue moves the score of a candidate."""
BEFORE, AFTER = 8, 5
NEAR = {"topic": 5, "trade": 4}
"""How many words may stand between a cue and what it excuses."""
_REACH = 120
"""How many characters to each side are looked at: no run of words without an end makes the work grow."""

_SENTENCE = re.compile(r"[.!?;]+(?=\s|$)|\n")
_CLAUSE = re.compile(r"[,.!?;()]+(?=\s|$)|\n|\s[-–—]\s")
_ARTICLES = frozenset(("les", "un", "une", "des", "deux", "trois", "ce", "cet", "cette", "ces", "a", "an", "two"))
_GENERIC = frozenset(b"le la les l du des the of against contre".split())
_GENDERS = {b"le": "man", b"un": "man", b"ce": "man", b"la": "woman", b"une": "woman", b"cette": "woman"}
_PREFIXES = frozenset((b"trans", b"homo", b"bi", b"gay", b"hetero"))
_BOUND = {"woman": (b"pacsee", b"mariee", b"fiancee", b"remariee"), "man": (b"pacse", b"fiance", b"remarie")}
"""Who is bound to somebody, by the sex that the word shows; "marie" without its accent is a name."""
_TO = frozenset((b"avec", b"a", b"to"))
_TOGETHER = frozenset((b"et", b"and", b"avec", b"with"))
_AT_HOME = frozenset(
    (
        "du",
        "de",
        "au",
        "à",
        "depuis",
        "très",
        "d’une",
        "d'une",
        "d’un",
        "d'un",
        "from",
        "in",
        "with",
        "avec",
        "qui",
        "who",
    )
)
_POSSESSIVES = frozenset(b"mon ma mes son sa ses leur leurs my his her their".split())


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
        found = [one for one in self.surroundings if one[0] in ("man", "woman")]
        return sorted(found, key=lambda one: one[2])

    @cached_property
    def sentences(self) -> list[int]:
        """Return where sentences are parted."""
        return [0, *(mark.end() for mark in _SENTENCE.finditer(self.text)), len(self.text)]

    @cached_property
    def clauses(self) -> list[int]:
        """Return where clauses are parted."""
        return [0, *(mark.end() for mark in _CLAUSE.finditer(self.text)), len(self.text)]

    def is_masked(self, candidate: Candidate) -> bool:
        """Tell whether a mask covers the candidate."""
        return any(start <= candidate.start and candidate.end <= end for start, end in self.masks)


def hit_of(candidate: Candidate, score: float, reason: str) -> Hit:
    """Return the hit of a candidate, in the offsets of the text."""
    category = candidate.group.category
    bounded = round(min(score, 1.0), 2)
    return Hit(category, f"forbidden.{category}", candidate.start - 1, candidate.end - 1, bounded, reason)


def judge(place: Place, found: list[Candidate]) -> Iterator[Hit]:
    """Yield a hit for each candidate of a note that nothing excuses entirely."""
    for candidate in found:
        if place.is_masked(candidate) or candidate.group.structure_only:
            continue
        if is_a_name(place.text, place.folded, candidate, spelt=True) or _is_a_prefix(place, candidate):
            continue
        score, reason = _score(place, candidate)
        if score > 0:
            yield hit_of(candidate, score, reason)
    yield from couples(place)


def _is_a_prefix(place: Place, candidate: Candidate) -> bool:
    """Tell whether the candidate only begins a compound: Trans-Vercors, bi-mensuel."""
    joined = place.text[candidate.end - 1 : candidate.end + 1]
    return place.folded[candidate.start : candidate.end] in _PREFIXES and joined[:1] == "-" and joined[1:].isalpha()


def _score(place: Place, candidate: Candidate) -> tuple[float, str]:
    group = candidate.group
    if group.partner:
        return _score_of_partner(place, candidate)
    sentence = set(_cues(place, candidate, place.sentences))
    clause = set(_cues(place, candidate, place.clauses))
    alone = _stands_alone(place, candidate)
    anchored = ANCHOR + group.id in sentence
    if group.anchors and not anchored and not alone:
        return 0.0, ""
    before = place.folded[max(0, candidate.start - _REACH) : candidate.start].split()[-1:]
    said = {"person"} if alone or "person" in sentence else set()
    if group.strength != "weak" and not _POSSESSIVES.isdisjoint(before):
        said.add("own")  # "asked about her diabetes" is no topic.
    if _is_topic(group.category, sentence, clause, before, is_trait=group.inflect == "adjective"):
        said.add("topic")
    if "chat" in clause:
        said.add("chat")
    score = BASE["sure" if anchored else group.strength] + sum(MOVES[name] for name in said)
    return score, "+".join((group.id, *sorted(said)))


def _is_topic(category: str, sentence: set[str], clause: set[str], before: list[bytes], *, is_trait: bool) -> bool:
    if "topic" in clause or "theme" in clause:
        return True
    # "A Muslim teacher" is a person, "a teacher of Arabic" has a trade.
    if "trade" in clause and category in lexicon().trades_excuse and not (is_trait and "trade beside" in clause):
        return True
    # "The pesticides and the cancer, he wants a lecture on it": nobody's cancer.
    return "topic after" in sentence and "person" not in clause and not _GENERIC.isdisjoint(before)


def _cues(place: Place, candidate: Candidate, borders: list[int]) -> Iterator[str]:
    start = borders[bisect_right(borders, candidate.start - 1) - 1]
    end = borders[min(bisect_left(borders, candidate.end - 1), len(borders) - 1)]
    before = place.folded[max(start + 1, candidate.start - _REACH) : candidate.start].split()[-BEFORE:]
    after = place.folded[candidate.end : min(end + 1, candidate.end + _REACH)].split()[:AFTER]
    find = vocabulary().surroundings.find
    window = b" " + b" ".join(before) + b" "
    for meaning, _, last in find(window):
        between = window.count(b" ", last) - 1
        if between <= NEAR.get(meaning, BEFORE):
            yield "person" if meaning == "being" else meaning
        if meaning == "trade" and not between:
            yield "trade beside"
    for meaning, *_ in find(b" " + b" ".join(after) + b" "):
        # A topic, a trade or "we did not talk of" excuses only what follows it; "is" describes only what follows.
        if meaning not in ("topic", "trade", "chat", "being"):
            yield meaning
        elif meaning == "topic":
            yield "topic after"


def _stands_alone(place: Place, candidate: Candidate) -> bool:
    """Tell whether a weak word opens or fills its clause, as canvassers write: "Noire, very elegant"."""
    if candidate.group.strength != "weak" or (candidate.group.anchors and not candidate.group.alone):
        return False
    before = place.text[max(0, candidate.start - 1 - _REACH) : candidate.start - 1].rstrip()
    after = place.text[candidate.end - 1 : candidate.end - 1 + _REACH].lstrip()
    opens = not before or before[-1] in ".!?;,"
    if not opens and not (candidate.group.alone and before.split()[-1].lower() in _ARTICLES):
        return False
    return not after or after[0] in ",.;" or after.split()[0].lower() in _AT_HOME


def _score_of_partner(place: Place, candidate: Candidate) -> tuple[float, str]:
    """Score "her wife" in French, where the possessive agrees with the partner: the subject must be looked for."""
    seen = [meaning for meaning, _, end in place.subjects if end <= candidate.start]
    before = place.folded[max(0, candidate.start - _REACH) : candidate.start].split()[-3:]
    beside = len(before) == len(("le", "dentiste", "et")) and before[-1] == b"et" and _GENDERS.get(before[0])
    same = (beside or (seen[-1] if seen else "")) == candidate.group.partner
    return (BASE["sure"], f"{candidate.group.id}+subject") if same else (0.0, "")


def _is_said_of(place: Place, until: int, start: int) -> bool:
    """Tell whether "married", which ends at one place, may be said of names further on in its sentence."""
    return 0 <= start - until < _REACH and b"." not in place.text[until - 1 : start - 1].encode("latin-1", "replace")


def couples(place: Place) -> Iterator[Hit]:
    """Yield a hit where two people of the same sex are said to be a couple: "Paul and Marc are married"."""
    for sex, start, end in place.subjects:
        before = place.folded[max(0, start - _REACH) : start].split()[-2:]
        if len(before) > 1 and before[0] in _BOUND[sex] and before[1] in _TO:
            yield Hit("sexual_orientation", "forbidden.sexual_orientation", start - 1, end - 1, 0.9, "couple")
    said = [(start, end) for meaning, start, end in place.surroundings if meaning == "couple"]
    for (sex, start, end), (other, begin, last) in pairwise(place.subjects):
        between = place.folded[end:begin].strip()
        joined = between in _TOGETHER and any(
            end <= at < last + _REACH and b"." not in place.text[end - 1 : at - 1].encode("latin-1", "replace")
            for at, _ in said
        )
        joined = joined or (between in _TOGETHER and any(_is_said_of(place, until, start) for _, until in said))
        direct = any(at == end + 1 and until == begin - 1 for at, until in said) and between not in _TOGETHER
        if sex == other and (joined or direct):
            yield Hit("sexual_orientation", "forbidden.sexual_orientation", start - 1, last - 1, 0.9, "couple")
