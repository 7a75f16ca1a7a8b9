"""Cut a file into chunks: the same file is always cut at the same rows."""

from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Final, NamedTuple

from files.plan import Plan
from files.reading import Table
from files.rows import RowData
from files.telling import Telling
from kernel.identity import EVERYWHERE, Stretch

_PIECE: Final = 500
"""Rows whose cells are held at once: a chunk's would be in no cache any more when they are understood."""

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
    told, stretches = Telling(), _Stretches(table)

    def unreadable(number: int, rule: str) -> None:
        told.unreadable(number, rule)

    rows = table.rows(unreadable)
    for chunk in count():
        ours = wanted(chunk)
        table.passing = not ours
        taken, read = _take(rows, size, plan if ours else None)
        if not taken and not told.lines:
            return
        stretch = stretches.next()
        if ours:
            yield Chunk(chunk, read, told, stretch if plan.public_order else EVERYWHERE)
        told = Telling()


def _take(rows: Iterator[tuple[int, list[str]]], size: int, plan: Plan | None) -> tuple[int, Rows]:
    """Take up to ``size`` rows; return how many there were and, with a plan, what they say."""
    taken, read = 0, Rows()
    while cells := list(islice(rows, min(_PIECE, size - taken))):
        taken += len(cells)
        if plan is not None:
            understood = plan.read_rows([values for _, values in cells])
            read += zip([number for number, _ in cells], understood, strict=True)
    return taken, read


class _Stretches:
    """Where the ids of each chunk are drawn: in the part of all ids that is its part of the file, by bytes."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._begun = 0
        self._last = EVERYWHERE

    def next(self) -> Stretch:
        """Return the stretch of the chunk that was just read.

        Where less than a chunk is left it is that of all the rest too: in a sliver of its own a row or two would be
        told by their ids, and in one as long as any other they would lie thinner than those before. So would the rows
        of a chunk that was read ahead with the one before it, as packed files are: they share its stretch.
        """
        first, end, whole = self._begun, self._table.consumed, self._table.total_bytes
        if whole - end < end - first:
            self._last = Stretch.of(first, whole, whole)
        elif end > first:
            self._last = Stretch.of(first, end, whole)
            self._begun = end
        return self._last
