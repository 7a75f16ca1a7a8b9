"""Tell from its name alone what a column, a custom field or a tag would hold, and whether it may exist.

The vendor map (policy/lexicon/names.toml) knows what campaign tools call things; what it does not know goes through
the detector's lexicon as a column. Verdicts are cheap enough to ask for each header of each file.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from policy.detect.examine import examine
from policy.detect.fold import fold
from policy.detect.own import OwnWords
from policy.detect.verdict import conclude

Verdict = Literal["free", "refuse", "conditional", "drop", "short_lived"]

_CLASSES: dict[str, Verdict] = {"B": "refuse", "C": "conditional", "M": "drop", "T": "short_lived"}
_SMALL = frozenset(("de", "du", "des", "d", "la", "le", "les", "l", "au", "aux", "a", "of", "the", "dans", "in", "sur"))
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORTEST_SLIP = 7
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NameVerdict:
    """Say what becomes of a name, and by which rule; the category is set for forbidden attributes only."""

    verdict: Verdict
    category: str | None = None
    rule: str | None = None


FREE = NameVerdict("free")


@dataclass(frozen=True, slots=True)
class _Map:
    exact: dict[str, NameVerdict]
    starts: dict[str, NameVerdict]
    slips: dict[str, str]
    """Each refused name with one letter left out, to the name: the index of misspellings."""
    prefixes: frozenset[str]
    suffixes: frozenset[str]
    free: frozenset[str]


@lru_cache(maxsize=4096)
def name_verdict(name: str, own: OwnWords | None = None) -> NameVerdict:
    """Return the verdict on a name of a column, custom field or tag.

    Case, accents, separators, vendor prefixes, plurals, word order and one slip in a long word do not matter.
    A name too long or unreadable is refused as ``name.unreadable``: what could not be looked at cannot be allowed.
    ``own`` holds the campaign's own words.
    """
    try:
        words = _words(name) if len(name) <= _LONGEST_NAME else None
    except UnicodeEncodeError:
        words = None
    if words is None:
        return NameVerdict("refuse", None, "name.unreadable")
    return _mapped(words) or _described(name, own)


def _mapped(words: tuple[str, ...]) -> NameVerdict | None:
    names = _map()
    for candidate in _stripped(words):
        for key in _keys(candidate):
            if key in names.free:
                return FREE
            if key in names.exact:
                return names.exact[key]
    core = next(iter(tuple(_stripped(words))[::-1]), words)
    if core and core[0] in names.starts:
        return names.starts[core[0]]
    return _misspelt("".join(core))


def _described(name: str, own: OwnWords | None) -> NameVerdict:
    detection = conclude(examine("column", name, own))
    if not detection.hits:
        return FREE
    first = detection.hits[0]
    verdict: Verdict = "conditional" if detection.decision == "conditional" else "refuse"
    return NameVerdict(verdict, first.category, first.rule)


def _words(name: str) -> tuple[str, ...]:
    return tuple(fold(_HUMP.sub(" ", name)).decode("latin-1").split())


def _stripped(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the name as it is, then with ever fewer vendor prefixes, suffixes and numbers around it."""
    yield words
    names = _map()
    while len(words) > 1 and (words[-1] in names.suffixes or words[-1].isdigit()):
        words = words[:-1]
        yield words
    while len(words) > 1 and words[0] in names.prefixes:
        words = words[1:]
        yield words


def _keys(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the ways of comparing a name: as written without separators, then singular in alphabetical order."""
    joined = "".join(words)
    yield joined
    yield joined.rstrip("0123456789")
    yield " ".join(sorted(_singular(word) for word in words if word not in _SMALL))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word  # noqa: PLR2004 - "ids" is the shortest plural


def _misspelt(joined: str) -> NameVerdict | None:
    """Find a refused name one letter away: left out, added or exchanged."""
    if len(joined) < _SHORTEST_SLIP:
        return None
    names = _map()
    for shorter in (joined, *_one_less(joined)):
        known = names.slips.get(shorter)
        if known is not None and abs(len(known) - len(joined)) <= 1:
            return names.exact[known]
    return None


def _one_less(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


@cache
def _map() -> _Map:
    table = tomllib.loads((files("policy") / "lexicon" / "names.toml").read_text(encoding="utf-8"))
    exact: dict[str, NameVerdict] = {}
    starts: dict[str, NameVerdict] = {}
    slips: dict[str, str] = {}
    for entry in table["names"]:
        verdict = NameVerdict(_CLASSES[entry["class"]], entry.get("category"), entry["rule"])
        starts.update(dict.fromkeys(entry.get("starts", ()), verdict))
        for words in map(_words, entry["names"]):
            exact.update(dict.fromkeys(_keys(words), verdict))
            _index_slips(slips, "".join(words), verdict)
    return _Map(exact, starts, slips, *(_folded(table, part) for part in ("prefixes", "suffixes", "free")))


def _index_slips(slips: dict[str, str], joined: str, verdict: NameVerdict) -> None:
    if verdict.verdict == "refuse" and len(joined) >= _SHORTEST_SLIP:
        slips.update(dict.fromkeys((joined, *_one_less(joined)), joined))


def _folded(table: dict[str, Any], part: str) -> frozenset[str]:
    return frozenset("".join(_words(word)) for word in table[part])
