"""Judge a candidate in a tag, the name of a column, a value with its field, a segment, a title of the campaign's own.

The structure says already that somebody is described: a bare word of a category is the attribute there, and only a
named topic, a trade or a street excuses it.
"""

from collections.abc import Iterator
from functools import cache

from policy.detect.automaton import Candidate, vocabulary
from policy.detect.compiled import ANCHOR
from policy.detect.context import MOVES
from policy.detect.inflect import forms
from policy.detect.lexicon import Group, lexicon
from policy.detect.place import BASE, Place, hit_of
from policy.detect.proper_names import is_a_name, words_of
from policy.detect.verdict import Hit, Kind

_FILLERS = frozenset(
    b"de du des d la le les l et contact contacts personne personnes gens liste groupe list of".split()
)

_OF_A_PERSON = {False: ("person", "being"), True: ("person", "being", "field")}
"""The kinds of cue that say of whom a datum is; words like "statut" do so in the name of a column."""


def judge_structure(kind: Kind, place: Place, found: list[Candidate]) -> Iterator[Hit]:
    """Yield a hit for each candidate that the structure does not excuse."""
    cues = _cues(place.folded.split())
    if cues & {"theme", "provenance"}:
        return
    for candidate in found:
        if place.is_masked(candidate) or candidate.group.partner:
            continue
        if is_a_name(place.text, place.folded, candidate, spelt=False):
            continue
        if kind == "title" and "chosen" not in cues and _names_an_organisation(place, candidate):
            continue
        score, reason = _score(kind, place, candidate, cues)
        if score > 0:
            yield hit_of(candidate, score, reason)


def _names_an_organisation(place: Place, candidate: Candidate) -> bool:
    """Tell whether the candidate is an organisation, a venue or a rite: "réunion CGT" is the agenda's, nobody's."""
    said = place.folded[candidate.start : candidate.end]
    return said in _organisations() or not words_of("institution").isdisjoint(said.split())


@cache
def _organisations() -> frozenset[bytes]:
    return frozenset(form for group in lexicon().groups if group.organisation for form in _forms(group))


def _forms(group: Group) -> Iterator[bytes]:
    return (form for word in group.words for form in forms(word, group.inflect))


def _cues(words: list[bytes]) -> set[str]:
    return {meaning for meaning, *_ in vocabulary().surroundings.find(b" " + b" ".join(words) + b" ")}


def _score(kind: Kind, place: Place, candidate: Candidate, cues: set[str]) -> tuple[float, str]:
    group = candidate.group
    if ANCHOR + group.id in cues:
        return BASE["sure"], f"{group.id}+anchor"
    before, after = place.folded[: candidate.start].split(), place.folded[candidate.end :].split()
    rest = before + after
    alone = all(word in _FILLERS or word.isdigit() for word in rest)
    if group.anchors:
        return (BASE["likely"], f"{group.id}+alone") if alone and group.strength != "weak" else (0.0, "")
    score = BASE[group.strength]
    if alone or not cues.isdisjoint(_OF_A_PERSON[kind == "column"]):
        score += MOVES["person"]
    # What a segment is about does not excuse whom it picks; nor does a value, whose field would have to say "theme".
    around = _cues(before) | _cues(after)  # "gens du voyage" is no voyage, nor a "franc-maçon" a mason.
    topic = "topic" in around and kind in ("tag", "column", "title")
    trade = "trade" in around and kind != "segment" and group.category in lexicon().trades_excuse
    if topic or trade:
        score += MOVES["topic"] * 1.5
    return score, f"{group.id}+structure"
