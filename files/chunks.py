"""Cut a file into chunks: the same file is always cut at the same rows."""

from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import NamedTuple

from files.plan import Plan
from files.reading import Table
from files.rows import RowData
from files.telling import Telling
from kernel.identity import EVERYWHERE, Stretch

Rows = list[tuple[int, RowData]]
"""Rows by their numbers in the file."""


class Chunk(NamedTuple):
    """Rows of one processing, and what is told of them."""

    number: int
    rows: Rows
    told: Telling
    stretch: Stretch
    """Where the ids of its newcomers are drawn: near each other, they share pages of a large base (docs/adr/0021)."""

    def __repr__(self) -> str:
        """Tell which it is, and nothing of its rows."""
        return f"Chunk({self.number}, {len(self.rows)} rows)"


def cut(table: Table, plan: Plan, size: int, wanted: Callable[[int], bool]) -> Iterator[Chunk]:
    """Yield the wanted chunks of ``size`` rows that can be read; the others are passed over."""
    told, begun, longest = Telling(), 0, 0

    def unreadable(number: int, rule: str) -> None:
        told.unreadable(number, rule)

    rows = table.rows(unreadable)
    for chunk in count():
        ours = wanted(chunk)
        table.passing = not ours
        cells = list(islice(rows, size))
        if not cells and not told.lines:
            return
        end = table.consumed
        longest = max(longest, end - begun)
        if ours:
            read = plan.read_rows([values for _, values in cells])
            numbered = [(number, row) for (number, _), row in zip(cells, read, strict=True)]
            # As long as any before: few rows at the end of a file are not to be told by where their ids lie.
            stretch = Stretch.of(max(0, end - longest), end, table.total_bytes)
            yield Chunk(chunk, numbered, told, stretch if plan.profile.public_order else EVERYWHERE)
        told, begun = Telling(), end
