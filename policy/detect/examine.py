"""Look at one text: fold it, find candidates in every view of it, judge them. Pure; Presidio stands around it."""

import re
import unicodedata

from policy.detect.automaton import Candidate, candidates
from policy.detect.context import Place, judge
from policy.detect.fold import fold, plain_of_leet, spaced_letters
from policy.detect.segments import operators
from policy.detect.verdict import Hit, Kind

MAX_CANDIDATES = 500
"""More words of the lexicon than this in one text is no note: the budget of work ends here."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAMES_A_PERSON = re.compile(
    r"\s*(?:(?:pr[eé])?noms?(?:[ _]de)?(?:[ _](?:famille|naissance|usage))?|nom d['’]usage"
    r"|(?:first|last|sur|family|given|middle|legal)[ _]?names?)\s*[:=]",
    re.IGNORECASE,
)
_SHORTEST_LEET = 4


class TooMuch(Exception):  # noqa: N818 - it says what the text is, and never leaves the package
    """Say that a text holds more candidates than the budget of work allows."""


def gate(text: str) -> tuple[bytes, list[Candidate]]:
    """Return the folded text and what could be forbidden in it; an empty list settles the matter at once."""
    folded = fold(text)
    found = candidates(folded)
    leet = plain_of_leet(text)
    if leet is not None:
        known = {(one.group.id, one.start) for one in found}
        found += [one for one in candidates(leet) if _is_news(one, known)]
    for start, end, joined in spaced_letters(folded):
        found += [Candidate(one.group, start, end) for one in candidates(joined)]
    if len(found) > MAX_CANDIDATES:
        raise TooMuch
    return folded, found


def examine(kind: Kind, text: str) -> list[Hit]:
    """Return all hits in the text, from every view of it."""
    if kind == "value" and _NAMES_A_PERSON.match(text):
        return []  # A name alone is never an attribute; choosing people by their name is, and segments look for that.
    if kind in ("note", "value"):
        return _examined(kind, text)
    split = _HUMP.sub("_", text)
    hits = _examined(kind, split)
    if kind == "segment":
        hits += operators(_plain(split))
    return hits if split == text else [_moved(hit, text) for hit in hits]


def suspicious(kind: Kind, text: str) -> bool:
    """Tell quickly whether the text needs an examination at all."""
    if kind in ("note", "value"):
        return bool(gate(text)[1])
    return True


def _examined(kind: Kind, text: str) -> list[Hit]:
    folded, found = gate(text)
    return list(judge(Place(kind, text, folded), found)) if found else []


def _is_news(candidate: Candidate, known: set[tuple[str, int]]) -> bool:
    return candidate.end - candidate.start >= _SHORTEST_LEET and (candidate.group.id, candidate.start) not in known


def _plain(text: str) -> str:
    # One character for one, so that the offsets of what the operators find stay those of the segment.
    return "".join(unicodedata.normalize("NFKD", character)[0] for character in text).lower()


def _moved(hit: Hit, text: str) -> Hit:
    # Splitting camelCase shifts offsets; a name is short, so the whole of it is pointed at instead.
    return Hit(hit.category, hit.rule, 0, len(text), hit.score, hit.reason)
