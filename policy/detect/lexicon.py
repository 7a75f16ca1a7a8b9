"""Read the lexicon: what is said, what only looks the same, and the cues that tell them apart.

One TOML file a category, one for the cues they share. The digest of all files goes where a decision is recorded,
so that it can later be said which vocabulary decided.
"""

import hashlib
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kernel.errors import Misconfigured
from policy.detect.inflect import Inflection

Strength = Literal["sure", "likely", "weak"]
Sort = Literal["lemma", "slang", "abbreviation", "proxy", "structure"]
VERSION = "5"
"""Raise it whenever the rules in code change; the digest covers the data."""

CATEGORIES = (
    "religion", "ethnic_origin", "health", "sexual_orientation", "trade_union", "criminal_record",
    "philosophical_belief", "genetic_biometric", "political_opinion",
)  # fmt: skip
_FILES = (*CATEGORIES, "cues")
_EXAMPLES = b"\n[examples]\n"
"""What stands behind it in a file is for the tests: it is neither parsed nor part of the digest."""
_SETS = ("surnames", "real_words", "trades_excuse", "column_words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Hold words of one category that behave alike."""

    id: str
    category: str
    sort: Sort
    strength: Strength
    inflect: Inflection
    words: tuple[str, ...]
    anchors: tuple[str, ...] = ()
    """Words one of which must stand in the same sentence for the others to count."""
    alone: bool = False
    structure_only: bool = False
    partner: Literal["", "man", "woman"] = ""
    organisation: bool = False
    """Names of organisations: a title of the campaign's own may bear them, for they say nothing of a person there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Hold the whole vocabulary, and the digest of the files it came from."""

    groups: tuple[Group, ...]
    masks: tuple[str, ...]
    surnames: frozenset[str]
    cues: dict[str, tuple[str, ...]]
    signs: dict[str, str]
    """Emoji, each with the words it stands for."""
    real_words: frozenset[str]
    """Words of the language that a slip of the pen would make of a term; they are no slip."""
    abbreviations: dict[str, str]
    """Shorthand in the names of columns, each with the words it stands for."""
    column_words: frozenset[str]
    """Words of which names of columns are made, and which tell nothing by themselves."""
    neutral: dict[str, str]
    """What may be written instead, in French, by category."""
    trades_excuse: frozenset[str]
    digest: str


def lexicon() -> Lexicon:
    """Return the vocabulary, read once. Raises Misconfigured when a file is missing or malformed."""
    if not _known:
        _known.append(read_lexicon())
    return _known[0]


_known: list[Lexicon] = []


def neutral_wording(category: str) -> str | None:
    """Return in French what may be written instead of a forbidden attribute, if the lexicon knows its category."""
    return lexicon().neutral.get(category)


def adopt(kept: Lexicon) -> None:
    """Take the vocabulary of these very files from where it is kept: to parse them again takes longer."""
    _known[:] = [kept]


def read_lexicon() -> Lexicon:
    """Read the vocabulary from its files. Raises Misconfigured when one is missing or malformed."""
    tables = {name: parsed(name, raw) for name, raw in _raw().items()}
    cues = tables.pop("cues")
    return Lexicon(
        groups=tuple(group for name, table in tables.items() for group in _groups(name, table)),
        masks=tuple(mask for table in (*tables.values(), cues) for mask in table.get("masks", ())),
        surnames=frozenset(name for table in tables.values() for name in table.get("surnames", ())),
        cues={name: tuple(words) for name, words in cues["cues"].items()},
        signs=cues["signs"],
        real_words=frozenset(cues["real_words"]),
        abbreviations=cues["abbreviations"],
        column_words=frozenset(cues["column_words"]),
        neutral={name: table["neutral_fr"] for name, table in tables.items()},
        trades_excuse=frozenset(name for name, table in tables.items() if table["trades_excuse"]),
        digest=digest(),
    )


def packed(whole: Lexicon) -> dict[str, Any]:
    """Return a vocabulary as JSON has it."""
    sets = {name: sorted(getattr(whole, name)) for name in _SETS}
    return {**asdict(whole), **sets}


def unpacked(kept: dict[str, Any]) -> Lexicon:
    """Return the vocabulary that was packed."""
    groups = tuple(
        Group(**{**group, "words": tuple(group["words"]), "anchors": tuple(group["anchors"])})
        for group in kept["groups"]
    )
    sets = {name: frozenset(kept[name]) for name in _SETS}
    cues = {name: tuple(words) for name, words in kept["cues"].items()}
    return Lexicon(**{**kept, **sets, "groups": groups, "masks": tuple(kept["masks"]), "cues": cues})


@cache
def digest() -> str:
    """Return the digest of the vocabulary's files."""
    whole = hashlib.sha256()
    for name, raw in _raw().items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(raw).digest())
    return whole.hexdigest()


@cache
def lexicon_version() -> str:
    """Return the version of the rules and the digest of the vocabulary, as one word to record with a decision."""
    return f"{VERSION}-{digest()[:16]}"


def parsed(name: str, raw: bytes) -> dict[str, Any]:
    """Return the table in a file of the lexicon. Raises Misconfigured, naming the file, when it does not parse."""
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except ValueError as error:
        raise Misconfigured(f"the lexicon file {name}.toml does not parse: {error}") from None


def _raw() -> dict[str, bytes]:
    root = files("policy") / "lexicon"
    return {name: (root / f"{name}.toml").read_bytes().partition(_EXAMPLES)[0] for name in _FILES}


def _groups(category: str, table: dict[str, Any]) -> list[Group]:
    return [
        Group(
            id=f"{category}.{number}",
            category=category,
            sort=terms["sort"],
            strength=terms["strength"],
            inflect=terms.get("inflect", "none"),
            words=tuple(terms["words"]),
            anchors=tuple(terms.get("anchors", ())),
            alone=terms.get("alone", False),
            structure_only=terms.get("structure_only", False),
            partner=terms.get("partner", ""),
            organisation=terms.get("organisation", False),
        )
        for number, terms in enumerate(table["terms"], start=1)
    ]
