"""Look at one text: fold it, find candidates in every reading of it, judge them. Pure; Presidio stands around it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from policy.detect.automaton import Candidate, vocabulary
from policy.detect.context import judge
from policy.detect.couples import may_tell_of_couples
from policy.detect.disguise import read_plain, readings, spaced_letters
from policy.detect.fold import Views
from policy.detect.lexicon import lexicon
from policy.detect.own import OwnWords, excused, own_hit, softened
from policy.detect.place import Place
from policy.detect.segments import asked_of_partner, operators
from policy.detect.shorthand import fields_spelt_out, spelt_out
from policy.detect.structure import judge_structure
from policy.detect.verdict import Hit, Kind

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAMES_A_PERSON = re.compile(
    r"\s*(?:(?:pr[eé])?noms?(?:[ _]de)?(?:[ _](?:famille|naissance|usage))?|nom d['’]usage"
    r"|(?:first|last|sur|family|given|middle|legal)[ _]?names?)\s*[:=]",
    re.IGNORECASE,
)
_SHORTEST_DISGUISE = 3
_FEW = 16
"""Of more words than this no mask is asked here: a text may take only so long, and here nobody looks at the clock."""


def examine(kind: Kind, text: str, own: OwnWords | None = None) -> list[Hit]:
    """Return all hits in the text, from every reading of it; ``own`` holds the campaign's own words."""
    if kind == "value" and _NAMES_A_PERSON.match(text):
        return []  # A name alone is never an attribute; choosing people by their name is, and segments look for that.
    plain, views = read_plain(text, lexicon().signs)
    if kind in ("note", "value"):
        hits = _examined(kind, plain.text, views, own)
    else:
        split = _HUMP.sub("_", plain.text)
        hits = _examined(kind, split, Views(split), own) or _meant(kind, split, own)
        if kind == "segment":
            hits += operators(_one_for_one(split))
        if kind in ("column", "tag"):
            hits += asked_of_partner(_one_for_one(split))
        if split != plain.text:
            # Splitting camelCase shifts offsets; a name is short, so the whole of it is pointed at instead.
            hits = [replace(hit, start=0, end=len(plain.text)) for hit in hits]
    return [_as_written(hit, *plain.span(hit.start, hit.end)) for hit in hits]


def _meant(kind: Kind, text: str, own: OwnWords | None) -> list[Hit]:
    """Return the hits in a name as its author meant it; they point at the whole of it, for it is short."""
    if kind == "title":
        return []
    meant = fields_spelt_out(text) if kind == "segment" else spelt_out(text)
    if meant is None:
        return []
    return [replace(hit, start=0, end=len(text)) for hit in _examined(kind, meant, Views(meant), own)]


def are_plainly_innocent(texts: Sequence[str], own: OwnWords | None = None) -> bool:
    """Tell quickly whether none of several texts holds a word of the lexicon, read in one go.

    Between them stands what no word reaches across, and every reading looks at one character or one word at a time:
    what any of them holds, all together hold. Letters spaced out may run on into the next text, so those are doubted.
    A text that is read by itself may hold a few words that masks cover: "bureau de vote".
    """
    plain, views = read_plain(texts[0] if len(texts) == 1 else "\n".join(texts), lexicon().signs)
    if views.is_spaced or (own is not None and any(_forbidden(views, own))):
        return False
    found = _found(views)
    return not found or (len(texts) == 1 and len(found) <= _FEW and _are_masked(Place(plain.text, views.folded), found))


def _are_masked(place: Place, found: Sequence[Candidate]) -> bool:
    """Tell whether masks cover all that was found; nothing then is left to judge, of any kind, but who is a couple."""
    return all(place.is_masked(one) for one in found) and not may_tell_of_couples(place)


def _examined(kind: Kind, text: str, views: Views, own: OwnWords | None) -> list[Hit]:
    found = _found(views)
    if own is None:
        return _judged(kind, Place(text, views.folded), found)
    left, doubtful = excused(found, own, text, views.folded)
    judged = softened(_judged(kind, Place(text, views.folded), left), doubtful)
    return [*judged, *(own_hit(*one) for one in _forbidden(views, own))]


def _judged(kind: Kind, place: Place, found: list[Candidate]) -> list[Hit]:
    if not found:
        return []
    return list(judge(place, found) if kind == "note" else judge_structure(kind, place, found))


def _forbidden(views: Views, own: OwnWords) -> Iterator[tuple[str, int, int]]:
    """Yield the campaign's forbidden words in every reading of a text, with their places in it."""
    yield from own.forbidden(views.folded)
    if views.is_spaced:
        for start, end, joined in spaced_letters(views.folded):
            yield from ((category, start, end) for category, *_ in own.forbidden(joined))
    for reading, places in readings(views, repeated=True):
        for category, start, end in own.forbidden(reading):
            yield (category, start, end) if places is None else (category, places[start], places[end])


def _found(views: Views) -> list[Candidate]:
    words = vocabulary()
    found, repeated = words.candidates(views.folded)
    if views.is_spaced:
        for start, end, joined in spaced_letters(views.folded):
            found += [replace(one, start=start, end=end) for one in words.candidates(joined)[0]]
    if repeated or views.is_leet:
        known = {(one.group.id, one.start) for one in found}
        for reading, places in readings(views, repeated=repeated):
            for one in words.candidates(reading)[0]:
                there = one if places is None else replace(one, start=places[one.start], end=places[one.end])
                if there.end - there.start >= _SHORTEST_DISGUISE and (one.group.id, there.start) not in known:
                    known.add((one.group.id, there.start))
                    found.append(there)
    return found


def _one_for_one(text: str) -> str:
    # One character for one, so that the offsets of what the operators find stay those of the segment.
    return "".join(unicodedata.normalize("NFKD", character)[0] for character in text).lower()


def _as_written(hit: Hit, start: int, end: int) -> Hit:
    return hit if (start, end) == (hit.start, hit.end) else replace(hit, start=start, end=end)
