"""Read the one sheet of an .xlsx workbook a row at a time, as a delimited file is read.

Cells are the values that were stored: no formula is computed, no link is followed. A date becomes ISO, a whole number
loses the point a spreadsheet gives it.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from files.container import size_of
from files.encoding import Readable
from files.header import WIDEST, checked_header
from files.workbook_parts import check_parts
from kernel.errors import Invalid

Cell = int | float | str | bool | time | date | datetime | timedelta

LONGEST: Final = 1 << 20
"""Characters a cell may have: a spreadsheet itself takes 32,767."""


class Sheet:
    """The only sheet with cells of a workbook."""

    __slots__ = ("_read", "_sheet", "header", "passing", "total_bytes")

    encoding = "utf-8"

    def __init__(self, source: Readable, sheet: CalamineSheet, header: tuple[str, ...]) -> None:
        self.header = header
        self.total_bytes = size_of(source)
        self.passing = False
        """Set while rows are only counted: here they are looked at all the same, for a blank one counts as none."""
        self._sheet = sheet
        self._read = 0

    @property
    def consumed(self) -> int:
        """Tell how many bytes the rows read so far may have taken."""
        return self.total_bytes * self._read // _height(self._sheet)

    def rows(self, unreadable: Callable[[int, str], None]) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the cells of each row that is not blank; one with a cell of a mebibyte is told."""
        headless, width = True, len(self.header)
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            self._read = number
            if headless:
                headless = not any(_said(one) for one in cells)
            elif any(texts := [_said(one) for one in cells[:width]]):
                if any(len(one) > LONGEST for one in texts):
                    unreadable(number, "file.cell")
                else:
                    yield number, texts


def open_workbook(source: Readable) -> Sheet:
    """Open a workbook. Raise `Invalid` for one that is damaged, hostile, or has not one sheet with cells."""
    check_parts(source)
    try:
        with source.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
        sheets = [sheet for name in book.sheet_names if _height(sheet := book.get_sheet_by_name(name))]
    except (CalamineError, ValueError, OSError):
        raise Invalid("the workbook is damaged: save it anew, or save the sheet as CSV") from None
    if len(sheets) != 1:
        raise Invalid(f"the workbook has {len(sheets)} sheets with cells: keep one")
    if sheets[0].width > WIDEST:
        raise Invalid(f"the file has more than {WIDEST} columns")
    return Sheet(source, sheets[0], _header(sheets[0]))


def _height(sheet: CalamineSheet) -> int:
    """Count the rows down to the last one with cells."""
    return 0 if sheet.end is None else sheet.end[0] + 1


def _header(sheet: CalamineSheet) -> tuple[str, ...]:
    for cells in sheet.iter_rows():
        texts = [_said(one) for one in cells]
        if any(texts):
            while not texts[-1]:
                texts.pop()
            return checked_header(texts)
    return checked_header([])


def _said(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return str(cell)
