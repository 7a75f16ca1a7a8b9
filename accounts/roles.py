"""The roles of the staff: the table of who may do what, read from roles.toml, and the page made of it.

Written to docs/roles.md by ``python -m accounts.roles > docs/roles.md``.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from accounts.scopes import AUDIT_READ, STAFF_SCOPES
from kernel.errors import Misconfigured, NotFound

DPO = "dpo"
CANVASSER = "canvasser"
CANVASSING = frozenset({"canvassing", "phone_canvassing", "staff_account"})
LOG_READERS = frozenset({DPO, "auditor"})
_DECIDES = ":decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role: what it is for, what it may do, for which purposes, and whether it takes four eyes to give it."""

    id: str
    label_fr: str
    label_en: str
    does_fr: str
    does_en: str
    four_eyes: bool
    scopes: frozenset[str]
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Roles:
    """The whole table."""

    roles: Mapping[str, Role]
    scopes: Mapping[str, tuple[str, str]]
    """Each scope with its French and its English label."""


@cache
def roles() -> Roles:
    """Return the table of this version. Raises Misconfigured when it breaks a separation of duties."""
    return read_roles((Path(__file__).parent / "roles.toml").read_text(encoding="utf-8"))


def role_of(name: str) -> Role:
    """Return a role. Raises NotFound."""
    found = roles().roles.get(name)
    if found is None:
        message = f"no such role; there are {', '.join(roles().roles)}"
        raise NotFound(message)
    return found


def read_roles(text: str) -> Roles:
    """Read a table. Raises Misconfigured when it breaks a separation of duties."""
    told = tomllib.loads(text)
    found = {
        name: Role(
            id=name,
            scopes=_given(name, {scope: row["roles"] for scope, row in told["scope"].items()}),
            purposes=_given(name, told["purposes"]),
            **words,
        )
        for name, words in told["role"].items()
    }
    _check(told, found)
    labels = {scope: (row["label_fr"], row["label_en"]) for scope, row in told["scope"].items()}
    return Roles(MappingProxyType(found), MappingProxyType(labels))


def _given(role: str, rows: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(name for name, holders in rows.items() if role in holders)


def _check(told: Mapping[str, Any], found: Mapping[str, Role]) -> None:
    """Refuse what no edit of the data may bring about: these are the duties that are kept apart."""
    holders = {name for row in told["scope"].values() for name in row["roles"]}.union(*told["purposes"].values())
    faults = {
        "a role that is not described": bool(holders - found.keys()),
        "a scope that is not the staff's": not set(told["scope"]) <= STAFF_SCOPES,
        "a data protection officer who decides": any(scope.endswith(_DECIDES) for scope in found[DPO].scopes),
        "a canvasser beyond canvassing": not found[CANVASSER].purposes <= CANVASSING,
        "another reader of the log": {one.id for one in found.values() if AUDIT_READ in one.scopes} != LOG_READERS,
    }
    for fault, is_so in faults.items():
        if is_so:
            message = f"roles.toml: {fault}"
            raise Misconfigured(message)


def markdown() -> str:
    """Write the page: the roles, and the table of scopes and purposes."""
    return "\n".join(_lines(roles()))


def _lines(table: Roles) -> Iterator[str]:
    yield "# Who may do what"
    yield ""
    yield "Generated from `accounts/roles.toml`; a test compares, and another asks every route as every role. To"
    yield "write it again: `python -m accounts.roles > docs/roles.md`"
    yield ""
    yield "| role | rôle | ce qu'il fait | what it does | four eyes to give it |"
    yield "| --- | --- | --- | --- | --- |"
    for one in table.roles.values():
        yield f"| `{one.id}` | {one.label_fr} | {one.does_fr} | {one.does_en} | {'yes' if one.four_eyes else ''} |"
    yield ""
    yield "## Scopes"
    yield ""
    yield from _matrix("scope | droit", table, {f"`{name}` | {told[0]}": name for name, told in table.scopes.items()})
    yield "## Purposes"
    yield ""
    purposes = sorted({purpose for one in table.roles.values() for purpose in one.purposes})
    yield from _matrix("purpose", table, {f"`{name}`": name for name in purposes})


def _matrix(head: str, table: Roles, rows: Mapping[str, str]) -> Iterator[str]:
    yield f"| {head} | " + " | ".join(table.roles) + " |"
    yield "|" + " --- |" * (head.count("|") + 1 + len(table.roles))
    for label, name in rows.items():
        marks = ("oui" if name in one.scopes | one.purposes else "" for one in table.roles.values())
        yield f"| {label} | " + " | ".join(marks) + " |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(markdown())
