"""What a consent flag of another tool means here: opt-outs hold, opt-ins are only claimed, false is no refusal."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from kernel.errors import Misconfigured, NotFound
from policy.pack import Content, Table

Effect = Literal[
    "claimed", "refused", "withdrawn", "objection", "unusable", "request", "no_disclosure", "anonymous", "unknown"
]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
_ANY = "*"
_YES = frozenset({"1", "yes", "oui", "on", "x", "y", "t"})
_NOTHING = frozenset({"", "false", "0", "no", "none", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one value of a flag comes to."""

    effect: Effect
    channels: tuple[str, ...] = ()
    """Empty where the file itself names the channel, or where it means all."""
    dated: bool = False
    """Whether the value is the day it holds from."""
    right: str | None = None


UNKNOWN = Meaning(effect="unknown")
Flags = Mapping[tuple[str, str], Mapping[str, Meaning]]


def meaning_of(vendor: str, field: str, value: str) -> Meaning:
    """Tell what a value of a vendor's flag means; what is not named means nothing. Raises NotFound for no such flag."""
    values = flags().get((vendor, field))
    if values is None:
        raise NotFound("no such flag of this vendor")
    word = value.strip().casefold()
    if word in values:
        return values[word]
    if word in _NOTHING:
        return UNKNOWN
    return values.get(_ANY) or (values.get("true", UNKNOWN) if word in _YES else UNKNOWN)


@cache
def flags() -> Flags:
    """Return the table of this version."""
    return read_flags((Path(__file__).parent / "vendor_flags.toml").read_text(encoding="utf-8"))


def read_flags(text: str) -> Flags:
    """Read a table of flags. Raises Misconfigured."""
    found: dict[tuple[str, str], Mapping[str, Meaning]] = {}
    head = Table("vendor_flags.toml", "flags", tomllib.loads(text))
    for table in head.tables("flag"):
        name = table.words("vendor"), table.words("field")
        if name in found:
            raise Misconfigured(f"vendor_flags.toml: {'.'.join(name)}: said twice")
        found[name] = MappingProxyType(
            {str(value): _meaning(table, str(value), told) for value, told in table.mapping("values").items()}
        )
        table.close()
    head.close()
    return MappingProxyType(found)


def _meaning(table: Table, value: str, told: object) -> Meaning:
    if not isinstance(told, dict):
        table.fail("values", f"{value} is no table")
    content: Content = told
    inner = Table(table.file, f"values.{value}", content)
    meaning = Meaning(
        effect=inner.one_of("effect", EFFECTS),
        channels=inner.optional_listed("channels"),
        dated=inner.flag("dated", default=False),
        right=inner.optional_words("right"),
    )
    inner.close()
    return meaning
