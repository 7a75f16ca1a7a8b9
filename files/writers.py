"""Write lines to a file that leaves: CSV, a workbook, or one JSON object a line, in constant memory.

Lines are told by column, and go to a binary stream that is only written forward. No writer makes a file of its own:
a temporary one would hold in clear what is sealed everywhere else.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, Protocol

import orjson

from files.workbook_writer import Stream, WorkbookWriter

__all__ = ["CsvWriter", "Format", "Line", "NdjsonWriter", "Stream", "Writer", "disarmed", "open_writer"]

Line = Mapping[str, str]
"""What one row holds, by column; a column that is not named is empty, a name that is no column is left out."""

_FORMULA: Final = re.compile(r'(^|[;,\t\r\n])([ "]*[=+\-@＝＋－＠])')  # noqa: RUF001 - the wide signs compute too
_PARTED: Final = "\x1e"
# The same for a row, a character of its own before each cell: whatever is no telephone number and may compute. Every
# alternative stands behind the one set of separators, so that the library looks for these only.
_SUSPECT: Final = re.compile(
    r'[;,\t\r\n\x1e](?=[ "=+\-@＝＋－＠])(?:[ "]*[=\-@＝＋－＠]|(?<!\x1e)[ "]*\+'  # noqa: RUF001
    r'|(?<=\x1e)(?:[ "]+\+|\+(?!\d{4,15}(?: \| \+\d{4,15})*(?:\x1e|\Z))))',
    re.ASCII,
)
_PHONES: Final = re.compile(r"\+\d{4,15}( \| \+\d{4,15})*", re.ASCII)


class Writer(Protocol):
    """What writes one file; until it has finished, the file is a part and no file."""

    def write(self, lines: Iterable[Line]) -> None:
        """Write lines, in their order."""

    def finish(self) -> None:
        """Write what stands at the end. The stream stays open: it is the caller's."""


class Format(StrEnum):
    """The kinds of file that can be written."""

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"


def open_writer(kind: str, columns: Sequence[str], out: Stream) -> Writer:
    """Begin a file of these columns. Raises ValueError for a kind that is none of ``Format``."""
    return _WRITERS[Format(kind)](tuple(columns), out)


class CsvWriter:
    """Comma separated, UTF-8, one header; what a spreadsheet would compute is disarmed."""

    def __init__(self, columns: Sequence[str], out: Stream) -> None:
        self._columns, self._out = columns, out
        self._put([columns])

    def write(self, lines: Iterable[Line]) -> None:
        """Write lines, in their order."""
        self._put(_disarmed_row([line.get(name, "") for name in self._columns]) for line in lines)

    def finish(self) -> None:
        """Leave it as it is: a list of lines has no end of its own."""

    def _put(self, rows: Iterable[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        # RFC 4180; and only a cell with a character of the line end is quoted, so both are part of it.
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        self._out.write(text.getvalue().encode())


class NdjsonWriter:
    """One JSON object a line with every column, as text; programs compute nothing, so values stand as they are."""

    def __init__(self, columns: Sequence[str], out: Stream) -> None:
        self._columns, self._out = columns, out

    def write(self, lines: Iterable[Line]) -> None:
        """Write lines, in their order."""
        rows = ({name: line.get(name, "") for name in self._columns} for line in lines)
        self._out.write(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))

    def finish(self) -> None:
        """Leave it as it is: a list of lines has no end of its own."""


_WRITERS: Final[Mapping[Format, Callable[[Sequence[str], Stream], Writer]]] = {
    Format.CSV: CsvWriter,
    Format.XLSX: WorkbookWriter,
    Format.NDJSON: NdjsonWriter,
}


def _disarmed_row(cells: list[str]) -> list[str]:
    """Disarm the cells of a row, which are looked at as one text first: nearly no row has any that would compute."""
    told = _PARTED + _PARTED.join(filter(None, cells))
    return list(map(disarmed, cells)) if _SUSPECT.search(told) else cells


def disarmed(value: str) -> str:
    """Keep a spreadsheet from computing a value, wherever it parts cells; phone numbers in E.164 stay as they are."""
    return value if _PHONES.fullmatch(value) else _FORMULA.sub(r"\1'\2", value)
