"""Look at one text: fold it, find candidates in every reading of it, judge them. Pure; Presidio stands around it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from policy.detect.automaton import Candidate, vocabulary
from policy.detect.context import Place, judge
from policy.detect.disguise import plain_of, readings, spaced_letters
from policy.detect.fold import Views
from policy.detect.lexicon import lexicon
from policy.detect.segments import operators
from policy.detect.structure import judge_structure
from policy.detect.verdict import Hit, Kind

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAMES_A_PERSON = re.compile(
    r"\s*(?:(?:pr[eé])?noms?(?:[ _]de)?(?:[ _](?:famille|naissance|usage))?|nom d['’]usage"
    r"|(?:first|last|sur|family|given|middle|legal)[ _]?names?)\s*[:=]",
    re.IGNORECASE,
)
_SHORTEST_DISGUISE = 3


def examine(kind: Kind, text: str) -> list[Hit]:
    """Return all hits in the text, from every reading of it."""
    if kind == "value" and _NAMES_A_PERSON.match(text):
        return []  # A name alone is never an attribute; choosing people by their name is, and segments look for that.
    plain = plain_of(text, lexicon().signs)
    if kind in ("note", "value"):
        hits = _examined(kind, plain.text)
    else:
        split = _HUMP.sub("_", plain.text)
        hits = _examined(kind, split)
        if kind == "segment":
            hits += operators(_one_for_one(split))
        if split != plain.text:
            # Splitting camelCase shifts offsets; a name is short, so the whole of it is pointed at instead.
            hits = [replace(hit, start=0, end=len(plain.text)) for hit in hits]
    return [_as_written(hit, *plain.span(hit.start, hit.end)) for hit in hits]


def is_plainly_innocent(text: str) -> bool:
    """Tell quickly whether a note or value holds no word of the lexicon in any reading: most do not."""
    plain = plain_of(text, lexicon().signs)
    return not _found(Views(plain.text))


def are_plainly_innocent(texts: Sequence[str]) -> bool:
    """Tell quickly whether none of several texts holds a word of the lexicon, read in one go.

    Between them stands what no word reaches across, and every reading looks at one character or one word at a time:
    what any of them holds, all together hold. Letters spaced out may run on into the next text, so those are doubted.
    """
    views = Views(plain_of("\n".join(texts), lexicon().signs).text)
    return not views.is_spaced and not _found(views)


def _examined(kind: Kind, text: str) -> list[Hit]:
    views = Views(text)
    found = _found(views)
    if not found:
        return []
    place = Place(text, views.folded)
    return list(judge(place, found) if kind == "note" else judge_structure(kind, place, found))


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
