"""Profiles: what the columns of a known kind of file mean, as data in profiles/*.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, Literal

from kernel.errors import Invalid, Misconfigured, NotFound
from policy.names import name_verdict
from policy.vendor_flags import flags

_FOLDER: Final = Path(__file__).parent / "profiles"
PLAIN: Final = "generic"
"""The profile of lists that no tool made."""
_SIGNS: Final = re.compile(r"[\W_\u02b0-\u02ff]+")
"""What does not count in a name; some apostrophes are letters to Unicode."""
_NUMBER: Final = re.compile(r"\bn\s?[°º]", re.IGNORECASE)
_COUNTED: Final = re.compile(r"\d+\s*[.):\-]\s*(?=\D)")
_BEGINNING: Final = re.compile(r".*[\W_]", re.DOTALL)

Names = Mapping[str, tuple[str, ...]]
"""Meaning to the folded names of the columns that have it."""

Aliases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Meaning to the columns that have it, in order of preference; several columns in one alias are read as one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A kind of file. Names of columns are folded: case, accents and signs do not count."""

    name: str
    label_fr: str
    label_en: str
    needs_election: bool
    """Whether its data may only be held for one election, to be named at import."""
    dates: Literal["day_first", "month_first"]
    signatures: tuple[tuple[str, ...], ...]
    """Sets of names; a file is of this kind when it has all of one set."""
    vendor: str = ""
    """Under which the table of flags knows its maker; the profile's own name unless it is another."""
    category: str | None = None
    """The category of person its rows describe, when the file alone tells."""
    origin: str | None = None
    excel_apostrophe: bool = False
    """Whether values carry the apostrophe that keeps a spreadsheet from computing them."""
    permits: tuple[str, ...] = ()
    """Rules on names that do not bind the columns named here: they ask for just this kind of file."""
    public_order: bool = False
    """Whether anybody may know the order of its rows, so that ids may tell of it (docs/adr/0021)."""
    refused: str | None = None
    """The rule by which such a file is refused whole."""
    external: tuple[str, tuple[str, ...]] | None = None
    """The system and the fields that make its identifier."""
    columns: Aliases = field(default_factory=dict)
    dropped: Names = field(default_factory=dict)
    objections: Names = field(default_factory=dict)
    flags: Names = field(default_factory=dict)
    """A vendor's consent flag to the columns it stands in here, where they are called otherwise."""
    channels: Names = field(default_factory=dict)
    """A channel to the words by which a cell names it."""
    about: Literal["persons", "consents"] = "persons"
    """Whether a row is a person, or what a person who is named by an identifier said of channels."""
    voids: Mapping[str, str] = field(default_factory=dict)
    """A column to the column that says its value does not work."""

    def matches(self, header: Sequence[str]) -> bool:
        """Say whether a header is of this kind."""
        return self.signs(set(map(fold, header)))

    def signs(self, names: set[str]) -> bool:
        """Say whether folded names are those this kind is known by."""
        return any(names >= set(signature) for signature in self.signatures)

    @property
    def known(self) -> frozenset[str]:
        """Every folded name this profile gives a meaning to."""
        aliases = [alias for group in self.columns.values() for alias in group]
        groups = [*aliases, *self.dropped.values(), *self.objections.values(), *self.signatures]
        flagged = frozenset(name for name, _ in flags_of(self))
        return frozenset(name for group in groups for name in group) | frozenset(self.voids.values()) | flagged


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What kind of file a header seems to be; no name when it is of no known kind."""

    name: str | None
    confidence: float
    """The share of the columns that the profile knows."""
    explanation: str


def fold(name: str) -> str:
    """Reduce the name of a column to its letters and figures, lower case, without accents."""
    words = _NUMBER.sub("numero ", name).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return _SIGNS.sub("", bare)


def flags_of(profile: Profile) -> tuple[tuple[str, str], ...]:
    """List the consent flags of a profile's vendor: the folded name of the column, and the flag."""
    own = (flag for maker, flag in flags() if maker == profile.vendor)
    return tuple((name, flag) for flag in own for name in profile.flags.get(flag, (fold(flag),)))


@cache
def profile_names() -> tuple[str, ...]:
    """List the profiles there are."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def load_profile(name: str) -> Profile:
    """Load a profile. Raise `NotFound` for a name there is not."""
    if name not in profile_names():
        raise NotFound(f"no such profile; there are {', '.join(profile_names())}")
    return read_profile((_FOLDER / f"{name}.toml").read_text("utf-8"))


def read_profile(content: str) -> Profile:
    """Read a profile's TOML. Raise `Misconfigured` when a key is missing or unknown."""
    raw: dict[str, Any] = tomllib.loads(content)
    raw["columns"] = {
        meaning: tuple(tuple(map(fold, alias.split("+"))) for alias in aliases)
        for meaning, aliases in raw.get("columns", {}).items()
    }
    for table in ("dropped", "objections", "flags", "channels"):
        raw[table] = {meaning: tuple(dict.fromkeys(map(fold, names))) for meaning, names in raw.get(table, {}).items()}
    raw.setdefault("vendor", raw.get("name", ""))
    raw["voids"] = {fold(column): fold(mark) for column, mark in raw.get("voids", {}).items()}
    raw["signatures"] = tuple(tuple(map(fold, names)) for names in raw.get("signatures", ()))
    if "external" in raw:
        raw["external"] = (raw["external"]["system"], tuple(raw["external"]["parts"]))
    raw["permits"] = tuple(raw.get("permits", ()))
    try:
        return Profile(**raw)
    except TypeError as error:
        raise Misconfigured(f"profile {raw.get('name')}: {error}") from None


def bare_names(header: Sequence[str]) -> tuple[str, ...]:
    """Return names without the numbers or the words they all begin with, where only so a profile knows them.

    What the law refuses as it stands, a name or what they all begin with, stays so.
    """
    if _is_known(header):
        return tuple(header)
    for bare in (_without_numbers(header), _without_beginning(header)):
        if len(set(map(fold, bare))) == len(set(map(fold, header))) and _is_known(bare):
            return tuple(bare)
    return tuple(header)


def _safer(name: str, bare: str) -> str:
    """Return the bare name, unless the law refuses more of the whole one."""
    refused = name_verdict(name).verdict == "refuse" and name_verdict(bare).verdict != "refuse"
    return name if refused else bare


def _is_known(header: Sequence[str]) -> bool:
    names = set(map(fold, header))
    return any(load_profile(name).signs(names) for name in profile_names())


def _without_numbers(header: Sequence[str]) -> list[str]:
    return [_COUNTED.sub("", name, count=1) if _COUNTED.match(name) else name for name in header]


def _without_beginning(header: Sequence[str]) -> list[str]:
    named = [name for name in header if name]
    same = takewhile(lambda pair: pair[0] == pair[1], zip(min(named), max(named), strict=False))
    found = _BEGINNING.match("".join(letter for letter, _ in same))
    if found is None or name_verdict(found[0]).verdict == "refuse":
        return list(header)
    return [_safer(name, name.removeprefix(found[0])) for name in header]


def detect_profile(header: Sequence[str]) -> Detected:
    """Tell which profile a header is of: one whose signature it has, and that knows most of its columns."""
    names = [fold(name) for name in header]
    fitting = [profile for profile in map(load_profile, profile_names()) if profile.signs(set(names))]
    # A kind that is refused whole goes first: a financial export also holds what makes a people export.
    fitting.sort(key=lambda profile: (profile.refused is None, -_count(profile, names)))
    if not fitting:
        return Detected(name=None, confidence=0.0, explanation="the header is of no kind of file that is known")
    best = fitting[0]
    known = _count(best, names)
    explanation = f"{known} of {len(names)} columns are known to the profile {best.name}"
    return Detected(name=best.name, confidence=known / len(names), explanation=explanation)


def known_profile(header: Sequence[str]) -> str:
    """Return the profile that a header is of. Raises Invalid where there is none."""
    found = detect_profile(header)
    if found.name is None:
        raise Invalid(f"the kind of the file is not known: {found.explanation}; name a profile")
    return found.name


def _count(profile: Profile, names: Sequence[str]) -> int:
    known = profile.known
    return sum(name in known for name in names)
