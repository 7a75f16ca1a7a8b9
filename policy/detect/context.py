"""Decide what a candidate means where it stands: an attribute of a person, a topic, a street, a name.

Masks win over everything. Then cues within a few words move the score of the word: towards the person ("is", "her
son"), or away from it (a debate, a trade, "we did not talk about"). In a tag, a column name, a value or a segment
the structure says already that somebody is described: there only a named topic excuses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from policy.detect.automaton import ANCHOR, Candidate, surroundings
from policy.detect.fold import fold
from policy.detect.lexicon import lexicon
from policy.detect.verdict import Hit, Kind

BASE = {"sure": 0.95, "likely": 0.80, "weak": 0.35}
MOVES = {"person": 0.40, "own": 0.50, "topic": -0.50, "chat": -0.70}
"""How far each kind of cue moves the score of a candidate."""
BEFORE, AFTER = 8, 5
_NAME_PARTS = 2
"""How many other words of a name may stand between "rue" and the candidate: rue Jean Marie Chrétien."""

_SENTENCE = re.compile(r"[.!?;]+(?=\s|$)|\n")
_CLAUSE = re.compile(r"[,.!?;()]+(?=\s|$)|\n|\s[-–—]\s")
_CONNECTORS = frozenset(b"de du des d la le les l saint sainte st ste notre dame aux a the of".split())
_ARTICLES = frozenset(("les", "un", "une", "des", "deux", "trois", "ce", "cet", "cette", "ces", "a", "an", "two"))
_AT_HOME = frozenset(("du", "de", "au", "à", "depuis", "très", "from", "in", "with", "avec", "qui", "who"))
_POSSESSIVES = frozenset(b"mon ma mes son sa ses leur leurs my his her their".split())
_FILLERS = frozenset(
    b"de du des d la le les l et contact contacts personne personnes gens liste groupe list of".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """Hold a text under examination with its folded bytes; both share their offsets but for the leading space."""

    kind: Kind
    text: str
    folded: bytes

    def initial(self, candidate: Candidate) -> str:
        """Return the character that starts the candidate in the text as written."""
        return self.text[candidate.start - 1 : candidate.start]


@dataclass(frozen=True, slots=True)
class _Near:
    sentence: frozenset[str]
    clause: frozenset[str]


def judge(place: Place, found: list[Candidate]) -> Iterator[Hit]:
    """Yield a hit for each candidate that nothing excuses entirely."""
    masked = [(start, end) for meaning, start, end in surroundings().find(place.folded) if meaning == "mask"]
    for candidate in found:
        if any(start <= candidate.start and candidate.end <= end for start, end in masked):
            continue
        if _is_a_name(place, candidate):
            continue
        score, reason = _score(place, candidate)
        if score > 0:
            group = candidate.group
            yield Hit(
                group.category,
                f"forbidden.{group.category}",
                candidate.start - 1,
                candidate.end - 1,
                round(min(score, 1.0), 2),
                reason,
            )


def _score(place: Place, candidate: Candidate) -> tuple[float, str]:
    group = candidate.group
    if place.kind != "note":
        return _score_in_structure(place, candidate)
    if group.structure_only:
        return 0.0, ""
    if group.partner:
        return _score_of_partner(place, candidate)
    near = _near(place, candidate)
    alone = _stands_alone(place, candidate)
    anchored = ANCHOR + group.id in near.sentence
    if group.anchors and not anchored and not alone:
        return 0.0, ""
    moves = _moves(near, candidate, alone=alone) | {"own": _is_somebodys(place, candidate)}
    said = {name for name, holds in moves.items() if holds}
    score = BASE["sure" if anchored else group.strength] + sum(MOVES[name] for name in said)
    return score, "+".join((group.id, *sorted(said)))


def _is_somebodys(place: Place, candidate: Candidate) -> bool:
    """Tell whether a possessive stands right before a plain word: "asked about her diabetes" is no topic."""
    before = place.folded[: candidate.start].split()[-1:]
    return candidate.group.strength != "weak" and not _POSSESSIVES.isdisjoint(before)


def _moves(near: _Near, candidate: Candidate, *, alone: bool) -> dict[str, bool]:
    trade = "trade" in near.clause and candidate.group.category in lexicon().trades_excuse
    return {
        "person": alone or "person" in near.sentence,
        "topic": trade or not near.clause.isdisjoint(("topic", "theme")),
        "chat": "chat" in near.clause,
    }


def _score_in_structure(place: Place, candidate: Candidate) -> tuple[float, str]:
    group = candidate.group
    cues = {meaning for meaning, *_ in surroundings().find(b" " + b" ".join(place.folded.split()) + b" ")}
    if cues & {"theme", "provenance"} or group.partner:
        return 0.0, ""
    if group.anchors and ANCHOR + group.id in cues:
        return BASE["sure"], f"{group.id}+anchor"
    rest = (place.folded[: candidate.start] + place.folded[candidate.end :]).split()
    alone = all(word in _FILLERS or word.isdigit() for word in rest)
    if group.anchors:
        return (BASE["likely"], f"{group.id}+alone") if alone and group.strength != "weak" else (0.0, "")
    score = BASE[group.strength]
    if alone or "person" in cues:
        score += MOVES["person"]
    # What a segment is about does not excuse whom it picks; nor does a value, whose field would have to say "theme".
    topic = "topic" in cues and place.kind in ("tag", "column")
    trade = "trade" in cues and place.kind != "segment" and group.category in lexicon().trades_excuse
    if topic or trade:
        score += MOVES["topic"] * 1.5
    return score, f"{group.id}+structure"


def _near(place: Place, candidate: Candidate) -> _Near:
    return _Near(
        frozenset(_cues(place, candidate, _SENTENCE)),
        frozenset(_cues(place, candidate, _CLAUSE)),
    )


def _cues(place: Place, candidate: Candidate, border: re.Pattern[str]) -> Iterator[str]:
    start, end = 0, len(place.text)
    for mark in border.finditer(place.text):
        if mark.end() <= candidate.start - 1:
            start = mark.end()
        elif mark.start() >= candidate.end - 1:
            end = mark.start()
            break
    before = place.folded[start + 1 : candidate.start].split()[-BEFORE:]
    after = place.folded[candidate.end : end + 1].split()[:AFTER]
    for words in (before, after):
        window = b" " + b" ".join(words) + b" "
        for meaning, *_ in surroundings().find(window):
            # A topic, a trade or "we did not talk of" excuses only what follows it.
            if words is before or meaning not in ("topic", "trade", "chat"):
                yield meaning


def _stands_alone(place: Place, candidate: Candidate) -> bool:
    """Tell whether a weak word opens or fills its clause, as canvassers write: "Noire, very elegant"."""
    if candidate.group.strength != "weak" or (candidate.group.anchors and not candidate.group.alone):
        return False
    before = place.text[: candidate.start - 1].rstrip()
    after = place.text[candidate.end - 1 :].lstrip()
    opens = not before or before[-1] in ".!?;,"
    if not opens and not (candidate.group.alone and before.split()[-1].lower() in _ARTICLES):
        return False
    return not after or after[0] in ",.;" or after.split()[0].lower() in _AT_HOME


def _is_a_name(place: Place, candidate: Candidate) -> bool:
    before = place.folded[: candidate.start].split()[-5:]
    after = place.folded[candidate.end :].split()[:1]
    capital = place.initial(candidate).isupper()
    if capital and (
        not _words("street_after").isdisjoint(after)
        or not _words("civility").isdisjoint(before[-1:])
        or _after_a_first_name(place, candidate)
    ):
        return True
    return _in_a_street(before, capital=capital, spelt=place.kind == "note")


def _in_a_street(before: list[bytes], *, capital: bool, spelt: bool) -> bool:
    """Tell whether the words before make the candidate the name of a street, or of a venue when it has a capital."""
    for back, word in enumerate(reversed(before)):
        if word in _words("street") or (capital and word in _words("venue")):
            return True
        if word not in _CONNECTORS and not (back < _NAME_PARTS and capital and spelt):
            return False
    return False


def _after_a_first_name(place: Place, candidate: Candidate) -> bool:
    word = place.folded[candidate.start : candidate.end]
    before = place.text[: candidate.start - 1].split()[-1:]
    return word in _surnames() and bool(before) and before[0][:1].isupper() and before[0][-1:].isalpha()


def _score_of_partner(place: Place, candidate: Candidate) -> tuple[float, str]:
    """Score "her wife" in French, where the possessive agrees with the partner: the subject must be looked for."""
    seen = [meaning for meaning, _, end in _subjects(place) if end <= candidate.start]
    same = bool(seen) and seen[-1] == candidate.group.partner
    return (BASE["sure"], f"{candidate.group.id}+subject") if same else (0.0, "")


def _subjects(place: Place) -> list[tuple[str, int, int]]:
    found = [one for one in surroundings().find(place.folded) if one[0] in ("man", "woman")]
    return sorted(found, key=lambda one: one[2])


@cache
def _words(kind: str) -> frozenset[bytes]:
    return frozenset(fold(word).strip() for word in lexicon().cues[kind])


@cache
def _surnames() -> frozenset[bytes]:
    return frozenset(fold(word).strip() for word in lexicon().surnames)
