"""Whether a contact, as the purpose may see it, is meant by the clauses of a selection. Patterns run in linear time."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

import re2  # type: ignore[import-untyped]  # it ships no types

from contacts.reveal import Revealed
from kernel.errors import Invalid
from policy.birth import birthday, read_birth
from policy.selection import AGE, PLACES, Clause, field_behind

NARROWING = frozenset({"category", "commune", "polling_station"})
"""Columns by which the database narrows before anything is opened, also for a purpose that is not shown them."""
_LONGEST = 200
_MEMORY = 1 << 20
Meant = Callable[[Revealed], bool]


def check_pattern(pattern: str) -> None:
    """Raise Invalid for a pattern that is none, or too long or large to be searched for."""
    _compiled(pattern)


def meant_by(clauses: Sequence[Clause], today: date) -> Meant:
    """Return what tells whether all clauses hold of a contact that the database chose; of one withheld none does."""
    tests = [_test(one, today) for one in clauses if one.field not in NARROWING]

    def meant(contact: Revealed) -> bool:
        return contact.withheld is None and all(test(contact) for test in tests)

    return meant


def _test(clause: Clause, today: date) -> Meant:
    agrees = _agrees(clause, today)
    return lambda contact: any(agrees(value) for value in _values(contact, clause))


def _agrees(clause: Clause, today: date) -> Callable[[str], bool]:
    if clause.field == AGE:
        return partial(_has_age, clause=clause, today=today)
    if clause.operator == "matches":
        pattern = _compiled(clause.values[0])
        return lambda value: pattern.search(value) is not None
    wanted = {value.casefold() for value in clause.values}
    return lambda value: value.casefold() in wanted


def _values(contact: Revealed, clause: Clause) -> Iterable[str]:
    if clause.field == "tag":
        return contact.tags
    name = field_behind(clause)
    values = [one.value for one in contact.data if one.field == name]
    return [_part(value, clause.field) for value in values] if clause.field in PLACES else values


def _part(address: str, part: str) -> str:
    told = json.loads(address).get(part)
    return "" if told is None else str(told)


def _has_age(value: str, *, clause: Clause, today: date) -> bool:
    """Tell whether somebody surely has an age; an unknown birth date has none."""
    born = read_birth(value, today)
    if born is None:
        return False
    bound = int(clause.values[0])
    return birthday(born[1], bound) <= today if clause.operator == "from" else birthday(born[0], bound + 1) > today


def _compiled(pattern: str) -> Any:  # noqa: ANN401 - a pattern of re2
    if len(pattern) > _LONGEST:
        raise Invalid(f"a pattern has at most {_LONGEST} characters")
    options = re2.Options()
    options.max_mem, options.log_errors, options.case_sensitive = _MEMORY, False, False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        raise Invalid("the pattern cannot be read; look-around and back-references have no place in it") from None
