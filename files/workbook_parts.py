"""Look at every part of a workbook before anything is loaded: none may be damaged, hostile, or too wide to be held.

A reader holds a sheet as one whole rectangle. Two cells far apart, in a few kilobytes, would be one of gigabytes.
"""

import re
import zipfile
import zlib
from functools import lru_cache
from string import digits
from typing import IO, Final
from xml.parsers import expat

from files.container import check_growth, opened_archive, size_of
from files.encoding import Readable
from kernel.errors import Invalid

LARGEST: Final = 1 << 24
"""Cells in the rectangles of all sheets: they take half a gigabyte."""
_PIECE: Final = 1 << 20
_LETTERS: Final = re.compile(r"[A-Z]{1,3}", re.ASCII | re.IGNORECASE)
_ROW: Final = re.compile(r"\d{1,7}", re.ASCII)
_CELLS: Final = b"sheetData"
"""Where the cells of a sheet stand: what is no XML and holds it was spoilt on purpose."""
# A password makes RuntimeError, a packing that zipfile does not know NotImplementedError, a bad place ValueError.
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def check_parts(source: Readable) -> None:
    """Raise `Invalid` for a workbook that is damaged, declares entities, or unfolds or reaches beyond measure."""
    packed, grown, cells = size_of(source), 0, 0
    try:
        with source.open("rb") as file, opened_archive(file) as archive:
            for info in archive.infolist():
                part = _Part()
                with archive.open(info) as stream:
                    grown = _read(part, stream, grown, packed)
                cells += part.cells
                if cells > LARGEST:
                    raise Invalid(f"the workbook spans more than {LARGEST} cells: save the sheet as CSV")
    except _DAMAGED:
        raise Invalid("the workbook is damaged, or has a password") from None


def _read(part: "_Part", stream: IO[bytes], grown: int, packed: int) -> int:
    while piece := stream.read(_PIECE):
        grown += len(piece)
        check_growth(grown, packed)
        part.take(piece, last=False)
    part.take(b"", last=True)
    return grown


class _Part:
    """One part, read as it comes: how far its cells reach."""

    def __init__(self) -> None:
        self._parser: expat.XMLParserType | None = expat.ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = _refuse_entities
        self._parser.StartElementHandler = self._start
        self._tail = b""
        self._row, self._column = 0, 0
        self._last_row, self._last_column = 0, 0

    @property
    def cells(self) -> int:
        """Return the size of the rectangle that holds every cell."""
        return self._last_row * self._last_column

    def take(self, piece: bytes, *, last: bool) -> None:
        """Read on. What is no XML, such as a picture, is no sheet."""
        if self._parser is not None:
            try:
                self._parser.Parse(piece, last)
            except expat.ExpatError:
                self._parser = None
        if self._parser is None and _CELLS in self._tail + piece:
            raise Invalid("the workbook is damaged: save it anew, or save the sheet as CSV")
        self._tail = (self._tail + piece)[-len(_CELLS) :]

    def _start(self, name: str, attributes: list[str]) -> None:
        # Most elements are neither, and there are three to a cell.
        kind = name if ":" not in name else name.rpartition(":")[2]
        if kind == "c":
            self._cell(attributes[1] if attributes[:1] == ["r"] else _named(attributes, "r"))
        elif kind == "row":
            given = _named(attributes, "r")
            self._row = int(given) if _ROW.fullmatch(given) else self._row + 1
            self._column = 0

    def _cell(self, place: str) -> None:
        letters = place.rstrip(digits)
        row, column = place[len(letters) :], _column(letters)
        if column and _ROW.fullmatch(row):
            self._column, self._row = column, int(row)
        else:
            self._column += 1
        self._last_column = max(self._last_column, self._column)
        self._last_row = max(self._last_row, self._row)


def _named(attributes: list[str], name: str) -> str:
    return next((value for key, value in zip(attributes[::2], attributes[1::2], strict=True) if key == name), "")


@lru_cache(1 << 10)
def _column(letters: str) -> int:
    """Return the number of a column, none for what is no name of one."""
    number = 0
    for letter in letters.upper() if _LETTERS.fullmatch(letters) else "":
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _refuse_entities(*_: object) -> None:
    raise Invalid("the workbook declares entities of its own, as no spreadsheet does: it is not read")
