"""Propose what becomes of each column of a file of no known kind: by its name, then by a sample of its values.

Pure. What the law refuses is refused here as at the import itself; only what neither name nor values tell is left to a
person. Nothing of the sample is kept or repeated.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, Final, Literal

from files import cells
from files.plan import OBJECTION
from files.profiles import PLAIN, Profile, flags_of, fold, load_profile, profile_names
from files.reading import Table
from files.rows import REPEATED
from kernel.errors import Invalid
from policy.names import name_verdict
from policy.words import Reader

SAMPLE: Final = 200
"""Rows that are looked at."""
_MOSTLY: Final = 0.8
"""Share of a column's values that have a form before the column is taken to be of it."""
_SUSPECT: Final = 0.05
"""Share of a column's values that the screen refuses before the whole column is."""
_FRENCH_PHONE: Final = re.compile(r"(?:\+33|0033|33|0)?\s?[1-9](?:[\s.\-]?\d{2}){4}", re.ASCII)
_POSTCODE: Final = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|97|98)\d{3}", re.ASCII)
_FOREIGN_BIRTH: Final = re.compile(r"99[1-5]\d\d", re.ASCII)
"""INSEE's codes of foreign countries: in a list of persons they say where somebody was born."""
_BIRTH_YEARS: Final = ("1900", "2015")
_STREET: Final = re.compile(
    r"\b(?:rue|avenue|av|boulevard|bd|bld|place|chemin|impasse|allée|allee|route|quai|cours|square)\b", re.IGNORECASE
)
_WEBSITE: Final = re.compile(r"https?://|www\.", re.IGNORECASE)

_MOST: Final = 2_000
"""Columns about which anybody is asked."""

Decision = Literal["kept", "objection", "flag", "dropped", "refused"]
Because = Literal["name", "values", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What may become of a column, and whether a person should be asked."""

    position: int
    decision: Decision
    field: str | None = None
    """The field that would keep it, the channel an objection closes, or what a flag says."""
    rule: str | None = None
    because: Because
    sure: bool
    confidence: float = 1.0
    """The share of the values that have the form of the field; 1 where a name or the law told."""
    named: bool = True
    """Whether the column has a name: nobody can say what one without is."""


def word_of(one: Proposal) -> str | None:
    """Return a proposal as somebody would say it: a field, `objection.` and a channel, or nothing to leave it out."""
    if one.decision == "objection" and one.field:
        return OBJECTION + one.field
    return one.field if one.decision == "kept" else None


def propose_columns(table: Table, reader: Reader) -> tuple[Proposal, ...]:
    """Propose a fate for each column, in order; a field that holds one value is proposed once, to its surest column.

    Raise `Invalid` when the first row is a person and no names of columns, or has more than anybody can tell.
    """
    if len(table.header) > _MOST:
        raise Invalid(f"a file of no known kind has at most {_MOST} columns")
    if any(_is_of_a_person(name) for name in table.header):
        raise Invalid("the first row holds a person and no names of columns: add them")
    rows = [values for _, values in islice(table.rows(lambda _number, _rule: None), SAMPLE)]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.header)
    found = [_propose(at, name, columns[at], reader) if name else _nameless(at) for at, name in enumerate(table.header)]
    taken: set[str] = set()
    kept = {at: _once(found[at], taken) for at in sorted(range(len(found)), key=lambda at: not found[at].sure)}
    return tuple(kept[at] for at in range(len(found)))


def _is_of_a_person(name: str) -> bool:
    return any(
        (cells.email(name), cells.day_first(name), *(form.fullmatch(name) for form in (_FRENCH_PHONE, _POSTCODE)))
    )


def _nameless(at: int) -> Proposal:
    return Proposal(position=at, decision="dropped", rule="field.unknown", because="nothing", sure=True, named=False)


def _propose(at: int, name: str, values: Sequence[str], reader: Reader) -> Proposal:
    verdict = name_verdict(name, reader.own)
    if verdict.verdict == "refuse":
        return Proposal(position=at, decision="refused", rule=verdict.rule, because="name", sure=True)
    said = [value.strip() for value in values if value.strip()]
    if rule := _forbidden(name, said, reader):
        return Proposal(position=at, decision="refused", rule=rule, because="values", sure=True)
    if known := _known(fold(name)):
        return Proposal(position=at, because="name", sure=True, **known)
    if verdict.rule and verdict.verdict in {"drop", "short_lived"}:
        return Proposal(position=at, decision="dropped", rule=verdict.rule, because="name", sure=True)
    for field, has_form, sure in _FORMS:
        share = sum(1 for value in said if has_form(value)) / len(said) if said else 0.0
        if share >= _MOSTLY:
            told: dict[str, Any] = {"because": "values", "sure": sure, "confidence": round(share, 2)}
            return Proposal(position=at, decision="kept", field=field, **told)
    return Proposal(
        position=at,
        decision="dropped",
        rule="field.unknown",
        because="nothing",
        sure=not said,
        confidence=0.0 if said else 1.0,
    )


def _forbidden(name: str, said: Sequence[str], reader: Reader) -> str | None:
    """Return the rule that refuses a column by what stands in it: the screen's, or that of birth places."""
    if any(map(_FOREIGN_BIRTH.fullmatch, said)):
        return "matrix.birthplace"
    found = [answer.rules for value in said if (answer := reader.value(name, value)).rules]
    return found[0][0][0].id if said and len(found) > _SUSPECT * len(said) else None


def _known(name: str) -> dict[str, Any] | None:
    """Return what a column of this folded name is in a known kind of file, the plain list first."""
    if flag := dict(flags_of(load_profile(PLAIN))).get(name):
        return {"decision": "flag", "field": flag}
    for profile in _profiles():
        if channel := next((channel for channel, names in profile.objections.items() if name in names), None):
            return {"decision": "objection", "field": channel}
        if rule := next((rule for rule, names in profile.dropped.items() if name in names), None):
            return {"decision": "dropped", "rule": rule}
        for field, aliases in profile.columns.items():
            if (name,) in aliases and field != "external_id":
                return {"decision": "kept", "field": field}
    return None


@cache
def _profiles() -> tuple[Profile, ...]:
    """Return the kinds that tell of any list: not those of one category, as the roll is."""
    told = (load_profile(name) for name in (PLAIN, *(one for one in profile_names() if one != PLAIN)))
    return tuple(one for one in told if not (one.refused or one.category) and one.about == "persons")


def _once(proposed: Proposal, taken: set[str]) -> Proposal:
    """Leave a field that holds one value to the column that had it first."""
    if proposed.decision != "kept" or proposed.field is None or proposed.field in REPEATED:
        return proposed
    if proposed.field in taken:
        left_out: dict[str, Any] = {"decision": "dropped", "field": None, "rule": "field.unknown"}
        return replace(proposed, **left_out, sure=False, confidence=0.0)
    taken.add(proposed.field)
    return proposed


def _is_birth(value: str) -> bool:
    read = cells.day_first(value) or ""
    first, last = _BIRTH_YEARS
    return first <= read[:4] <= last


_FORMS: Final[tuple[tuple[str, Callable[[str], object], bool], ...]] = (
    ("email", cells.email, True),
    ("phone", _FRENCH_PHONE.fullmatch, True),
    ("address.postcode", _POSTCODE.fullmatch, False),
    ("birth_date", _is_birth, False),
    ("sex", cells.sex, False),
    ("website", _WEBSITE.match, False),
    ("address.street", _STREET.search, False),
)
"""Fields by the form of their values, and whether the form alone is enough: five figures may also be a commune."""
