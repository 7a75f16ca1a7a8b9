"""Read a file one row at a time: wrapping, encoding, separator, quoting and line ends detected.

Rows are numbered as a spreadsheet numbers them: the header is row 1 and blank rows count. Messages name rows and
columns by number, never by content: a file without a header has a person in its first row.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Final, TextIO

from files.container import Unwrapped, Wrapped, size_of, wrapping_of
from files.encoding import Readable, detect_encoding
from files.header import checked_header
from files.workbook import Sheet, open_workbook
from kernel.errors import Invalid

SEPARATORS: Final = (";", ",", "\t", "|")
SAMPLE: Final = 1 << 16
"""Characters looked at to tell the separator."""
_ENDLESS: Final = "field larger than field limit"
"""What the reader says of a cell too long; we say it of a row with too many lines."""
LINES_PER_ROW: Final = 10_000
"""Lines one row may span, by line ends within quotes. A file of one endless row must not fill the memory."""

_BLOCK: Final = 1 << 16
"""Half of what a cell may have: a cell that is too long spans such a block whole."""
_LONE: Final = re.compile(r'[^"]"[^"]')
"""A quotation mark that is not one of two."""

Unreadable = Callable[[int, str], None]
"""Told the number of a row that could not be read and the rule: `file.columns`, `file.quoting` or `file.cell`."""


class Delimited:
    """A text file whose encoding, separator and header are known; each call of `rows` reads it anew."""

    __slots__ = ("_file", "encoding", "header", "passing", "separator", "source", "total_bytes")

    def __init__(self, source: Readable, *, encoding: str, separator: str, header: tuple[str, ...]) -> None:
        self.source = source
        self.encoding = encoding
        self.separator = separator
        self.header = header
        self.total_bytes = size_of(source)
        self.passing = False
        """Set while rows are only counted: what surely is a row comes without its cells, at a tenth of the cost."""
        self._file: Unwrapped | None = None

    @property
    def consumed(self) -> int:
        """Tell how many bytes of the file have been read, for a progress bar."""
        return 0 if self._file is None else self._file.consumed

    def rows(self, unreadable: Unreadable) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the cells of each row that has as many cells as the header.

        A row that has not is told to `unreadable` and passed over; so is each line that a quotation mark never closed
        takes along. Raise `Invalid` when the rest of the file cannot be trusted: a cell without end within quotation
        marks, or bytes changed since the file was opened.
        """
        with Unwrapped(self.source) as self._file, _text(self._file, self.encoding) as text:
            yield from self._rows(text, unreadable)

    def _rows(self, text: TextIO, unreadable: Unreadable) -> Iterator[tuple[int, list[str]]]:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        number, width = 0, len(self.header)
        headless = True
        while True:
            number += 1
            lines.begin()
            try:
                if self.passing and not headless and lines.pass_over(self.separator, width):
                    yield number, []
                    continue
                cells = next(reader, None)
            except csv.Error as error:
                rule = _rule_of(error, lines, number)
                for taken in range(number, number + lines.taken):
                    unreadable(taken, rule)
                number += lines.taken - 1
                reader = csv.reader(lines, delimiter=self.separator, strict=True)
                continue
            except UnicodeDecodeError:
                raise Invalid(f"row {number}: bytes that are not {self.encoding}") from None
            if cells is None:
                return
            if headless or not cells:
                headless = headless and not any(cells)
            elif len(cells) == width or _trimmed(cells, width):
                yield number, cells
            elif any(cells):
                unreadable(number, "file.columns")


Table = Delimited | Sheet
"""A file whose columns are known; each call of `rows` reads it anew."""


def open_table(source: Readable, *, encoding: str | None = None, separator: str | None = None) -> Table:
    """Open a delimited file, plain or in an archive, or a workbook; what is not named is detected.

    Raise `Invalid` when it cannot be read without doubt.
    """
    if wrapping_of(source) == "workbook":
        return open_workbook(source)
    found = detect_encoding(Wrapped(source), encoding)
    with Unwrapped(source) as file, _text(file, found) as text:
        sample = text.read(SAMPLE)
    # Not splitlines(): it would also cut at characters that end no line of a file.
    lines = list(io.StringIO(sample, newline=""))
    whole = len(sample) < SAMPLE
    separator = separator or max(SEPARATORS, key=lambda candidate: _agreement(lines, candidate, whole=whole))
    table = Delimited(source, encoding=found, separator=separator, header=_header(lines, separator, whole=whole))
    _check_cells(table)
    return table


class _Lines:
    """The lines of a text, counted, so that one row never takes them all."""

    __slots__ = ("held", "line", "taken", "text")

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.held = self.line = ""
        self.taken = 0
        """Lines of this row so far."""

    def begin(self) -> None:
        """Begin a row."""
        self.taken = 0

    def pass_over(self, separator: str, width: int) -> bool:
        """Take a line that is a whole row of this width, whatever is in it; hold one that may not be for the reader."""
        line = self.held = next(self.text, "")
        if len(line) > csv.field_size_limit() or not (
            _each_quoted(line, separator, width) if '"' in line else 0 < line.count(separator) == width - 1
        ):
            return False
        self.held = ""
        return True

    def __iter__(self) -> Iterator[str]:
        while line := self.held or next(self.text, ""):
            self.held, self.line = "", line
            self.taken += 1
            if self.taken > LINES_PER_ROW:
                raise csv.Error(_ENDLESS)
            yield line


def _each_quoted(line: str, separator: str, width: int) -> bool:
    """Tell whether a line surely is a row of cells each within quotation marks, and no other mark in it."""
    between = f'"{separator}"'
    whole = line.rstrip("\r\n")
    return (
        whole.count(between) == width - 1
        and whole.count('"') == 2 * width
        and whole[:1] == whole[-1:] == '"'
        # Neither mark at an end belongs to what stands between two cells: with them, all marks are accounted for.
        and not (whole.startswith(between) or whole.endswith(between))
    )


def _text(file: Unwrapped, encoding: str) -> TextIO:
    return io.TextIOWrapper(io.BufferedReader(file), encoding=encoding, newline="")


def _trimmed(cells: list[str], width: int) -> bool:
    """Take off the empty cell that a separator at the end of each line makes."""
    if len(cells) != width + 1 or cells[-1]:
        return False
    del cells[-1]
    return True


def _rule_of(error: csv.Error, lines: _Lines, number: int) -> str:
    """Name what is wrong with a row. Raise `Invalid` where nobody could tell what is a row after it."""
    # The module tells its errors apart by their words only.
    if _ENDLESS not in str(error):
        return "file.quoting"
    if lines.taken == 1 and '"' not in lines.line:
        return "file.cell"
    longest = csv.field_size_limit()
    raise Invalid(f"row {number}: a quotation mark is opened and never closed, or a cell has more than {longest} signs")


def _check_cells(table: Delimited) -> None:
    """Raise `Invalid` for a cell without end within quotation marks, before any row is used.

    Such a cell spans a block without one mark that closes; only a file with such a block is read twice.
    """
    quoted = suspicious = False
    with Unwrapped(table.source) as file, _text(file, table.encoding) as text:
        while piece := text.read(_BLOCK):
            marked = '"' in piece
            quoted |= marked
            suspicious |= len(piece) == _BLOCK and not (marked and _LONE.search(piece))
    if quoted and suspicious:
        for _ in table.rows(lambda _number, _rule: None):
            pass


def _records(lines: list[str], separator: str) -> Iterator[list[str]]:
    """Yield the records of the sample that are not blank; one that cannot be read is an empty list."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            yield []
            continue
        if cells is None:
            return
        if any(cells):
            yield cells


def _agreement(lines: list[str], separator: str, *, whole: bool) -> tuple[float, int]:
    """Measure how well a separator explains the sample: the share of rows as wide as the header, then that width."""
    widths = [len(cells) for cells in _records(lines, separator)]
    if not whole and len(widths) > 1:
        # The sample stops within this one.
        del widths[-1]
    if not widths or widths[0] < 2:  # noqa: PLR2004 - one column is what any other separator would show
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def _header(lines: list[str], separator: str, *, whole: bool) -> tuple[str, ...]:
    if not whole:
        # The sample stops within this one.
        del lines[-1]
        if not any(map(str.strip, lines)):
            raise Invalid(f"the first row is longer than {SAMPLE} characters")
    return checked_header(next(_records(lines, separator), []))
