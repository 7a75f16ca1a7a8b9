"""Decide what a candidate means in a note: an attribute of a person, a topic, a street, a name.

Masks win over everything. Then cues within a few words move the score of the word: towards the person ("is", "her
son"), or away from it (a debate, a trade, "we did not talk about").
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from policy.detect.automaton import Candidate, vocabulary
from policy.detect.compiled import ANCHOR
from policy.detect.couples import couples, score_of_partner
from policy.detect.lexicon import lexicon
from policy.detect.place import BASE, POSSESSIVES, REACH, Place, hit_of
from policy.detect.proper_names import is_a_name
from policy.detect.verdict import Hit

MOVES = {"person": 0.40, "own": 0.50, "topic": -0.50, "chat": -0.70}
"""How far each kind of cue moves the score of a candidate."""
BEFORE, AFTER = 8, 5
NEAR = {"topic": 5, "trade": 4}
"""How many words may stand between a cue and what it excuses."""

_ARTICLES = frozenset(("les", "un", "une", "des", "deux", "trois", "ce", "cet", "cette", "ces", "a", "an", "two"))
_GENERIC = frozenset(b"le la les l du des the of against contre".split())
_THING = "a thing is described"
_PRONOUNS = frozenset(b"il elle ils elles lui he she they et and mais but".split())
_PREFIXES = frozenset((b"trans", b"homo", b"bi", b"gay", b"hetero"))
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
        return score_of_partner(place, candidate)
    sentence = set(_cues(place, candidate, place.sentences))
    clause = set(_cues(place, candidate, place.clauses))
    alone = _stands_alone(place, candidate)
    anchored = ANCHOR + group.id in sentence
    if group.anchors and not anchored and not alone:
        return 0.0, ""
    before = place.folded[max(0, candidate.start - REACH) : candidate.start].split()[-1:]
    said = {"person"} if alone or ("person" in sentence and _THING not in clause) else set()
    if group.strength != "weak" and not POSSESSIVES.isdisjoint(before):
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
    before = place.folded[max(start + 1, candidate.start - REACH) : candidate.start].split()[-BEFORE:]
    after = place.folded[candidate.end : min(end + 1, candidate.end + REACH)].split()[:AFTER]
    find = vocabulary().surroundings.find
    window = b" " + b" ".join(before) + b" "
    found = find(window)
    # "Is ill" is one word of the lexicon: what is ill stands before it all the same.
    is_being = place.folded.startswith(b"est ", candidate.start)
    told = [*find(window + b"est ")] if is_being else found
    things = [(first, last) for meaning, first, last in told if meaning == "chat"]
    beings = [first for meaning, first, _ in told if meaning == "being"] if things else ()
    described = {at for at in beings if any(_is_of_a_thing(window, *thing, at) for thing in things)}
    is_thing = bool(described) and max(beings) in described
    if is_thing:
        yield _THING  # "The dog is blind" describes nobody; "the door is green he is blind" does.
    for meaning, first, last in found:
        between = window.count(b" ", last) - 1
        if between <= NEAR.get(meaning, BEFORE) and not (meaning == "being" and first in described):
            yield "person" if meaning == "being" else meaning
        if meaning == "trade" and not between:
            yield "trade beside"
    if is_being and is_thing:
        yield "chat"
    for meaning, *_ in find(b" " + b" ".join(after) + b" "):
        # A topic, a trade or "we did not talk of" excuses only what follows it; "is" describes only what follows.
        if meaning not in ("topic", "trade", "chat", "being"):
            yield meaning
        elif meaning == "topic":
            yield "topic after"


def _is_of_a_thing(window: bytes, start: int, end: int, being: int) -> bool:
    """Tell whether "is" speaks of the dog or the door that stands before it: no one else comes between."""
    return start <= being and _PRONOUNS.isdisjoint(window[end:being].split())


def _stands_alone(place: Place, candidate: Candidate) -> bool:
    """Tell whether a weak word opens or fills its clause, as canvassers write: "Noire, very elegant"."""
    if candidate.group.strength != "weak" or (candidate.group.anchors and not candidate.group.alone):
        return False
    before = place.text[max(0, candidate.start - 1 - REACH) : candidate.start - 1].rstrip()
    after = place.text[candidate.end - 1 : candidate.end - 1 + REACH].lstrip()
    opens = not before or before[-1] in ".!?;,"
    if not opens and not (candidate.group.alone and before.split()[-1].lower() in _ARTICLES):
        return False
    return not after or after[0] in ",.;" or after.split()[0].lower() in _AT_HOME
