"""What was written is read by our own reader, cell by cell; and no spreadsheet computes any of it."""

import csv
import json
import tracemalloc
import zipfile
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files import workbook_writer
from files.reading import open_table
from files.writers import Format, disarmed, open_writer
from kernel.errors import Invalid

COLUMNS = ("id", "last_name", "note")
WORDS = [
    "Lefèvre & fils <3",
    "d’Été, l'hiver",
    'dit "le Grand"',
    "une\nligne\tpuis \r une autre",
    "  des blancs  ",
    "=1+1",
    '="a"',
    "_x0041_ tel quel",
    "a\x0bb\x01",
    "漢字 😀",
    "+33639980102",
    "0012",
    "",
]


def written(kind: Format, rows: Sequence[Sequence[str]], columns: Sequence[str] = COLUMNS) -> bytes:
    out = BytesIO()
    writer = open_writer(kind, columns, out)
    half = len(rows) // 2
    for part in (rows[:half], rows[half:]):
        writer.write(dict(zip(columns, row, strict=True)) for row in part)
    writer.finish()
    return out.getvalue()


def read_back(kind: Format, content: bytes) -> list[list[str]]:
    if kind is Format.NDJSON:
        return [list(json.loads(line).values()) for line in content.decode().split("\n")[:-1]]
    with TemporaryDirectory() as folder:
        path = Path(folder, f"a.{kind}")
        path.write_bytes(content)
        table = open_table(path)
        assert table.header == COLUMNS
        return [cells for _, cells in table.rows(_unreadable)]


def _unreadable(row: int, rule: str) -> None:
    pytest.fail(f"row {row}: {rule}")


ROWS = [[str(number), word, word[::-1]] for number, word in enumerate(WORDS)]


@pytest.mark.parametrize("kind", Format)
def test_every_value_comes_back_as_it_was(kind: Format) -> None:
    armed = disarmed if kind is Format.CSV else str
    assert read_back(kind, written(kind, ROWS)) == [[armed(cell) for cell in row] for row in ROWS]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6), st.sampled_from(Format))
def test_any_text_comes_back(rows: list[tuple[str, str]], kind: Format) -> None:
    told = [[f"n{number}", *row] for number, row in enumerate(rows)]
    armed = disarmed if kind is Format.CSV else str
    back = read_back(kind, written(kind, told))
    assert back == [[armed(cell) for cell in row] for row in told]


@given(st.lists(st.text(st.sampled_from('=+-@＝a1 ";,\t\n|'), max_size=8), min_size=1, max_size=3))  # noqa: RUF001
def test_no_cell_of_a_list_begins_like_a_formula_whatever_parts_the_cells(values: list[str]) -> None:
    content = written(Format.CSV, [["n", values[0], values[-1]]]).decode()
    for separator in (",", ";", "\t"):
        for line in content.splitlines()[1:]:
            for cell in line.split(separator):
                bare = cell.lstrip(' "')
                assert not bare.startswith(("=", "+", "-", "@", "＝")), (separator, cell)  # noqa: RUF001


@given(st.lists(st.text(st.sampled_from('=+-@a1234 ";,\n|'), max_size=9), min_size=1, max_size=4))
def test_cells_of_a_row_are_disarmed_as_each_is_alone(values: list[str]) -> None:
    columns = [f"c{number}" for number in range(len(values) + 1)]
    content = written(Format.CSV, [["n", *values]], columns).decode()
    assert next(csv.reader(StringIO(content.partition("\r\n")[2], newline=""))) == ["n", *map(disarmed, values)]


def test_a_phone_number_stays_as_it_is() -> None:
    assert disarmed("+33639980102 | +33639980103") == "+33639980102 | +33639980103"
    assert disarmed("+33639980102+cmd") != "+33639980102+cmd"


def test_a_workbook_holds_text_and_nothing_that_computes() -> None:
    with zipfile.ZipFile(BytesIO(written(Format.XLSX, ROWS))) as archive:
        assert archive.testzip() is None
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<c ") == sheet.count('s="1" t="inlineStr"') > len(ROWS)
    assert 'numFmtId="49"' in styles


def test_what_does_not_fit_into_a_sheet_is_said_without_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="column note") as refused:
        written(Format.XLSX, [["1", "Martin", "secret" * 10_000]])
    assert "secret" not in str(refused.value)
    with pytest.raises(Invalid, match="columns"):
        written(Format.XLSX, [], [f"c{number}" for number in range(20_000)])
    monkeypatch.setattr(workbook_writer, "ROWS", 3)
    assert len(read_back(Format.XLSX, written(Format.XLSX, ROWS[:2]))) == 2
    with pytest.raises(Invalid, match="2 contacts"):
        written(Format.XLSX, ROWS[:3])


def test_a_workbook_that_was_not_finished_is_none_and_nothing_is_written_to_it_later() -> None:
    out = BytesIO()
    writer = open_writer(Format.XLSX, COLUMNS, out)
    writer.write([{"last_name": "Martin"}] * 10)
    part = out.getvalue()
    del writer
    assert out.getvalue() == part
    assert not zipfile.is_zipfile(BytesIO(part))


class Counted:
    """A stream that keeps nothing and cannot go back."""

    size = 0

    def write(self, content: bytes, /) -> int:
        self.size += len(content)
        return len(content)


@pytest.mark.parametrize("kind", Format)
def test_memory_does_not_grow_with_the_file(kind: Format) -> None:
    lines = [{"id": f"{number:08}", "last_name": f"Nom{number}", "note": "mot " * 20} for number in range(500)]
    out = Counted()
    writer = open_writer(kind, COLUMNS, out)
    tracemalloc.start()
    try:
        writer.write(lines)
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(12):
            writer.write(lines)
        after, _ = tracemalloc.get_traced_memory()
        writer.finish()
    finally:
        tracemalloc.stop()
    assert after - before < 1 << 16
    assert out.size > 10_000


def test_what_is_no_format_is_refused() -> None:
    with pytest.raises(ValueError, match="pdf"):
        open_writer("pdf", COLUMNS, BytesIO())
