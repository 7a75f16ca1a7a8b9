"""Read whom the rows of a leaked file are about, in the order in which they stand: by contact id, else by an address.

Only so many rows are read as prove something: what comes after them adds nothing.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Final
from uuid import UUID

from files.encoding import Readable
from files.reading import open_table
from kernel.errors import Invalid

MOST: Final = 20_000
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_KINDS: Final = (
    ("id", _UUID),
    ("email", re.compile(r"'?[^\s@|]+@[^\s@|]+( \| .*)?")),
    ("phone", re.compile(r"'?\+?[0-9][0-9 .()/-]{8,20}( \| .*)?", re.ASCII)),
)
_OBJECT: Final = b"{"
_LONGEST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Leaked:
    """The rows of a file: who they are about is said by ``kind``, ``id``, ``email`` or ``phone``, each told once."""

    kind: str
    values: tuple[str, ...] = field(repr=False)

    def ids(self) -> list[UUID]:
        """Return the contact ids that the rows bear, if they bear any."""
        return [UUID(value) for value in self.values] if self.kind == "id" else []


def read_leaked(file: Readable) -> Leaked:
    """Read a list, workbook or file of JSON lines. Raises Invalid where no column says whom a row is about."""
    rows = list(islice(_rows(file), MOST))
    for kind, form in _KINDS:
        columns = list(zip(*rows, strict=True))
        found = [sum(form.fullmatch(cell) is not None for cell in column) for column in columns]
        if found and 2 * (most := max(found)) > len(rows):
            cells = columns[found.index(most)]
            told = (cell.lstrip("'").partition(" | ")[0] for cell in cells if form.fullmatch(cell))
            return Leaked(kind, tuple(dict.fromkeys(told)))
    raise Invalid("no column of the file holds contact ids, e-mail addresses or telephone numbers")


def _rows(file: Readable) -> Iterator[Sequence[str]]:
    """Yield the cells of each row; the first is one too, where the file has lost its header."""
    with file.open("rb") as raw:
        if raw.read(1) == _OBJECT:
            raw.seek(0)
            yield from _objects(raw)
            return
    table = open_table(file)
    yield table.header
    yield from (cells for _, cells in table.rows(lambda *_: None))


def _objects(lines: BinaryIO) -> Iterator[Sequence[str]]:
    """Yield the values of each line's object, by the names of the first. Raises Invalid for what is no such line."""
    names: list[str] | None = None
    while line := lines.readline(_LONGEST):
        try:
            told = json.loads(line)
            names = names or list(told)
            yield [str(told.get(name, "")) for name in names]
        except (ValueError, AttributeError):
            raise Invalid("the file begins like JSON lines, and a line of it is none") from None
