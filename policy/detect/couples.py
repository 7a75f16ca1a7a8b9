"""Tell who is bound to whom: "his husband", "her wife", two people of one sex said to be a couple."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from policy.detect.automaton import Candidate
from policy.detect.place import BASE, POSSESSIVES, REACH, Place
from policy.detect.proper_names import words_of
from policy.detect.verdict import Hit

_GENDERS = {b"le": "man", b"un": "man", b"ce": "man", b"la": "woman", b"une": "woman", b"cette": "woman"}
_ARTICLES = (b"un", b"une")
_TOLD_WITH_A_NAME = ("parents of one sex", "man bound to", "woman bound to")
_BOUND = {"woman": (b"pacsee", b"mariee", b"fiancee", b"remariee"), "man": (b"pacse", b"fiance", b"remarie")}
"""Who is bound to somebody, by the sex that the word shows; "marie" without its accent is a name."""
_BOUND_WORDS = tuple(word for words in _BOUND.values() for word in words)
_COUPLE, _LOVES, _GOES_OUT = "couple", "loves", "goes out"
_TELLING = frozenset((_COUPLE, _LOVES, _GOES_OUT, *_TOLD_WITH_A_NAME))
_TO = frozenset((b"avec", b"a", b"to"))
_TOGETHER = frozenset((b"et", b"and", b"avec", b"with"))
_OF = ([b"de"], [b"du"], [b"d"], [b"des"])
_AUXILIARIES = 3
_NEXT = frozenset(b"et and dont whose".split())
_DOUBTFUL_PARTNER = 0.6
_OTHERS_BEFORE, _OTHERS_AFTER = 3, 5
"""How many words around a couple may say that the two are relatives."""


def score_of_partner(place: Place, candidate: Candidate) -> tuple[float, str]:
    """Score "her wife" in French, where the possessive agrees with the partner: the subject must be looked for."""
    partner = candidate.group.partner
    before = place.folded[max(0, candidate.start - REACH) : candidate.start].split()[-3:]
    is_owned = not POSSESSIVES.isdisjoint(place.folded[candidate.start : candidate.end].split()[:1])
    following = place.folded[candidate.end : candidate.end + REACH].split()[:2]
    if is_owned and following[:1] in _OF and not words_of("pursuit").isdisjoint(following[1:]):
        return 0.0, ""  # "Sa femme de ménage", "sa copine de fac": nobody's wife, nobody's girlfriend.
    seen = place.spoken_of(candidate.start, family=not is_owned)
    found = BASE["sure"], f"{candidate.group.id}+subject"
    if before[-1:] == [b"et"] and (kin := place.kin.get(candidate.start - len(b"et ") - 1)):
        # "Elle loge son fils et sa copine": his. "Son fils et son mari": who speaks of them would tell.
        doubtful = _DOUBTFUL_PARTNER if not seen else 0.0
        return (found if seen == partner else (doubtful, found[1])) if kin == partner else (0.0, "")
    beside = len(before) == len(("le", "dentiste", "et")) and before[-1] == b"et" and _GENDERS.get(before[0])
    return found if (beside or seen or (not is_owned and partner)) == partner else (0.0, "")


class _Said:
    """Where a text says "married" and "lives with": of two people the nearest such word decides."""

    def __init__(self, place: Place) -> None:
        said = [(start, end) for meaning, start, end in place.surroundings if meaning == _COUPLE]
        self._place = place
        self._starts, self._ends = sorted(start for start, _ in said), sorted(end for _, end in said)
        self._begun: dict[int, list[int]] = {}
        for start, end in said:
            self._begun.setdefault(end, []).append(start)

    def of_both(self, start: int, end: int, last: int) -> bool:
        """Tell whether it is said, in their sentence, behind two names or before them; the first ends at ``end``."""
        behind, before = bisect_left(self._starts, end), bisect_right(self._ends, start)
        at = self._starts[behind] if behind < len(self._starts) else last + REACH
        until = self._ends[before - 1] if before else start - REACH
        return (at < last + REACH and self._is_one_sentence(end, at)) or (
            start - until < REACH and self._is_one_sentence(until, start)
        )

    def between(self, end: int, begin: int) -> bool:
        """Tell whether it is said between two names, of the one who stands before: "s'est", "va se" may come first."""
        return any(self._is_said(end, at) for at in self._begun.get(begin - 1, ()))

    def _is_said(self, end: int, at: int) -> bool:
        gap = self._place.folded[end:at].split() if end < at < end + REACH else None
        return gap is not None and len(gap) <= _AUXILIARIES and _NEXT.isdisjoint(gap)

    def _is_one_sentence(self, start: int, end: int) -> bool:
        return "." not in self._place.text[start - 1 : end - 1]


def may_tell_of_couples(place: Place) -> bool:
    """Tell whether a text has any of the words without which nobody in it is said to be a couple."""
    return any(meaning in _TELLING for meaning, *_ in place.surroundings) or any(
        word in place.folded for word in _BOUND_WORDS
    )


def couples(place: Place) -> Iterator[Hit]:
    """Yield a hit where two people of the same sex are said to be a couple: "Paul and Marc are married"."""
    if not may_tell_of_couples(place):
        return
    for sex, start, end in place.subjects:
        before = place.folded[max(0, start - REACH) : start].split()[-2:]
        if len(before) > 1 and before[0] in _BOUND[sex] and before[1] in _TO:
            yield _hit(start, end)
    said = _Said(place)
    for (sex, start, end), (other, begin, last) in pairwise(place.subjects):
        joined = place.folded[end:begin].strip() in _TOGETHER and said.of_both(start, end, last)
        if sex == other and (joined or said.between(end, begin)) and not _are_relatives(place, start, last):
            yield _hit(start, last)
    yield from _nameless(place)
    yield from _named(place)


def _named(place: Place) -> Iterator[Hit]:
    """Yield a hit for "Paul's husband", and for "the mothers of Lina"; several children have many mothers."""
    ends = {(meaning, end) for meaning, _, end in place.surroundings if meaning in _TOLD_WITH_A_NAME}
    if not ends:
        return
    for sex, start, end in place.subjects:
        is_one_child = ("parents of one sex", start - 1) in ends and place.folded[end : end + 4] != b" et "
        if is_one_child or (f"{sex} bound to", start - 1) in ends:
            yield _hit(start, end)


def _nameless(place: Place) -> Iterator[Hit]:
    """Yield a hit where somebody is bound to another of their sex who has no name: "she is going out with a nurse"."""
    for meaning, start, end in place.surroundings:
        following = place.folded[end : end + REACH].split()[:2]
        if meaning not in (_LOVES, _GOES_OUT) or not following or following[0] not in _ARTICLES:
            continue
        seen = place.spoken_of(start, family=True)
        is_somebody = meaning == _LOVES or not words_of("somebody").isdisjoint(following[1:])
        if seen == _GENDERS[following[0]] and is_somebody:
            yield _hit(start, end)


def _hit(start: int, end: int) -> Hit:
    return Hit("sexual_orientation", "forbidden.sexual_orientation", start - 1, end - 1, 0.9, "couple")


def _are_relatives(place: Place, start: int, end: int) -> bool:
    """Tell whether two people are said to be brothers, mother and daughter, or colleagues; "their son" says no such."""
    before = place.folded[max(0, start - REACH) : start].split()[-_OTHERS_BEFORE:]
    after = place.folded[end : end + REACH].split()[:_OTHERS_AFTER]
    related = words_of("relatives")
    return any(
        word in related and not {b"leur", b"leurs", b"their"} & set(words[max(0, at - 1) : at])
        for words in (before, after)
        for at, word in enumerate(words)
    )
