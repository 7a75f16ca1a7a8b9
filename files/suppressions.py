"""Bring a suppression file in: whoever it names objected. Nobody becomes a contact by it, and only hashes are kept.

A row that names nobody is told by its number and the others hold. Brought in twice a day, a file adds nothing.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from audit.register import Register
from consent.channels import ALL, ANY_PURPOSE
from consent.oppositions import NewOpposition, forms
from eligibility.oppose import oppose
from files.cells import day_first
from files.profiles import PLAIN, fold, load_profile
from files.reading import Table, open_table
from kernel.actor import Actor
from kernel.errors import Invalid
from policy.draft import Datum

CHUNK: Final = 1_000
_MOST_TOLD = 20
_PERSONS: Final = frozenset({"email", "phone", "last_name", "first_names", "birth_date"})
_ADDRESS: Final = "address."


@dataclass(frozen=True, slots=True)
class Suppressed:
    """How many rows name somebody, how many entries were kept of them, and which rows name nobody."""

    rows: int
    entries: int
    nobody: int
    first_of_nobody: tuple[int, ...]
    """The numbers of the first of these rows, as a spreadsheet numbers them."""


def bring_suppressions(
    register: Register, actor: Actor, purpose: str, path: Path, *, to: str = ANY_PURPOSE, channel: str = ALL
) -> Suppressed:
    """Keep an opposition for every row, to a purpose or all, and a channel or all. Raises Invalid."""
    table = open_table(path)
    nobody: list[int] = []
    rows = entries = 0
    oppositions = _oppositions(table, nobody, to, channel)
    while chunk := list(islice(oppositions, CHUNK)):
        with register.open(actor, purpose) as processing:
            entries += oppose(processing, chunk)
        rows += len(chunk)
    return Suppressed(rows, entries, len(nobody), tuple(nobody[:_MOST_TOLD]))


def _oppositions(table: Table, nobody: list[int], to: str, channel: str) -> Iterator[NewOpposition]:
    known = _known()
    places = [(place, name) for place, column in enumerate(table.header) if (name := known.get(fold(column)))]
    if not {"email", "phone", "last_name"} & {name for _, name in places}:
        raise Invalid("the first row names a column of e-mails (email), of numbers (phone), or of names (nom, prénom)")
    for number, cells in table.rows(lambda row, _rule: nobody.append(row)):
        data = _data([(name, cells[place].strip()) for place, name in places])
        if forms(data):
            yield NewOpposition(data=data, purpose=to, channel=channel)
        else:
            nobody.append(number)


@cache
def _known() -> dict[str, str]:
    """Return what a column names persons by, as in any plain list; a column "sms" is one of numbers here."""
    columns = load_profile(PLAIN).columns.items()
    wanted = [(name, aliases) for name, aliases in columns if name in _PERSONS or name.startswith(_ADDRESS)]
    return {alias[0]: name for name, aliases in wanted for alias in aliases if len(alias) == 1} | {"sms": "phone"}


def _data(told: Sequence[tuple[str, str]]) -> tuple[Datum, ...]:
    plain = [(name, text) for name, text in told if text and not name.startswith(_ADDRESS)]
    data = [(name, day_first(text) or "" if name == "birth_date" else text) for name, text in plain]
    address = {name.removeprefix(_ADDRESS): text for name, text in told if text and name.startswith(_ADDRESS)}
    if address:
        data.append(("address", json.dumps(address, ensure_ascii=False)))
    return tuple(data)
