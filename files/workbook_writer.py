"""Write a workbook of one sheet as it comes: every cell is a text, and nothing is held but the row at hand.

ECMA-376 part 1, 18.3: cells are inline strings under the format "text", so that no spreadsheet takes one for a formula,
neither when it opens the file nor when a person enters the cell anew.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol
from xml.sax.saxutils import escape

from kernel.errors import Invalid

ROWS: Final = 1 << 20
"""Rows a sheet may have, the header among them."""
WIDEST: Final = 1 << 14
LONGEST: Final = 32_767
"""Characters a cell may have."""

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET: Final = "xl/worksheets/sheet1.xml"

_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_SPREADSHEET}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
    '<sheets><sheet name="Contacts" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
    # Number format 49 is "@", text.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
# What XML cannot say is written as the format says it, and so is a text that looks like that (ST_Xstring, 22.9.2.19).
_UNSAYABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL: Final = re.compile("[&<>]")


class Stream(Protocol):
    """Where a file is written to, forward only."""

    def write(self, content: bytes, /) -> int:
        """Take some bytes."""


class WorkbookWriter:
    """A workbook that is written forward only, as the stream takes it."""

    def __init__(self, columns: Sequence[str], out: Stream) -> None:
        """Raise Invalid for more columns than a sheet has."""
        self._columns, self._rows, self._out = columns, 0, _Forward(out)
        self._opening = [f'<c r="{_letters(number)}' for number in range(len(columns))]
        self._archive = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, content in _PARTS.items():
            self._archive.writestr(zipfile.ZipInfo(name), _HEAD + content, zipfile.ZIP_DEFLATED)
        sheet = zipfile.ZipInfo(_SHEET)
        sheet.compress_type = zipfile.ZIP_DEFLATED
        self._sheet = self._archive.open(sheet, "w")
        if len(columns) > WIDEST:
            raise Invalid(f"a workbook has no more than {WIDEST} columns: choose CSV")
        self._put(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>')
        self._put(self._row(dict(zip(columns, columns, strict=True))))

    def write(self, lines: Iterable[Mapping[str, str]]) -> None:
        """Write lines, in their order. Raises Invalid, naming no value, for what does not fit into a sheet."""
        self._put("".join(map(self._row, lines)))

    def finish(self) -> None:
        """Write the end of the sheet and the list of parts, without which it is no workbook."""
        self._put("</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()

    def __del__(self) -> None:
        """Let go of a file that was not finished: what the archive still writes then goes nowhere."""
        self._out.write = len
        self._sheet.close()
        self._archive.close()

    def _put(self, text: str) -> None:
        self._sheet.write(text.encode())

    def _row(self, line: Mapping[str, str]) -> str:
        self._rows += 1
        number = self._rows
        if number > ROWS:
            raise Invalid(f"a workbook holds no more than {ROWS - 1} contacts: choose CSV")
        cells = [
            f'{opening}{number}" s="1" t="inlineStr"><is><t xml:space="preserve">{_text(value, name)}</t></is></c>'
            for opening, name in zip(self._opening, self._columns, strict=True)
            if (value := line.get(name))
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'


class _Forward:
    """A stream that is only written: the archive does not go back to it, whatever it could do."""

    def __init__(self, out: Stream) -> None:
        self.write: Callable[[bytes], int] = out.write

    def flush(self) -> None:
        """Leave it to whoever owns the stream."""

    def close(self) -> None:
        """Leave it open."""


def _text(value: str, column: str) -> str:
    if len(value) > LONGEST:
        raise Invalid(f"column {column}: a value is longer than a cell of a workbook holds: choose CSV")
    if value.isprintable() and "_x" not in value:
        return escape(value) if _SPECIAL.search(value) else value
    return escape(_UNSAYABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", value))


def _letters(number: int) -> str:
    """Return the name of a column: A to Z, AA to ZZ, AAA."""
    name, number = "", number + 1
    while number:
        number, left = divmod(number - 1, 26)
        name = chr(ord("A") + left) + name
    return name
