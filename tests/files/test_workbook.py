"""Workbooks: read as the same rows a delimited file gives, and refused when they are made to harm."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from files import workbook
from files.reading import open_table
from files.workbook import Sheet
from kernel.errors import Invalid

DAY = dt.datetime(1950, 1, 2)  # noqa: DTZ001 - a birth date has no zone


def made(path: Path, rows: Sequence[Sequence[object]], *, sheets: int = 1, **options: object) -> Path:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"} | options)
    for _ in range(sheets):
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    book.close()
    return path


def opened(path: Path) -> Sheet:
    table = open_table(path)
    assert isinstance(table, Sheet)
    return table


def rows_of(path: Path) -> list[tuple[int, list[str]]]:
    return list(opened(path).rows(lambda *_: None))


def changed(path: Path, member: str, old: bytes, new: bytes) -> Path:
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    assert old in parts[member]
    parts[member] = parts[member].replace(old, new)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def test_cells_read_as_a_person_wrote_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["nom", "né le", "bureau", "actif", "taille"],
        ["Lefèvre", DAY, 12, True, 1.5],
        [],
        ["  ", None, "0012", "", ""],
    ]
    path = made(tmp_path / "a.xlsx", rows)
    assert opened(path).header == ("nom", "né le", "bureau", "actif", "taille")
    assert rows_of(path) == [(2, ["Lefèvre", "1950-01-02", "12", "True", "1.5"]), (4, ["  ", "", "0012", "", ""])]


def test_a_time_of_day_is_kept(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["le"], [DAY.replace(hour=8, minute=30)]])
    when = changed(path, "xl/styles.xml", b"dd/mm/yyyy", b"dd/mm/yyyy hh:mm")
    assert rows_of(when) == [(2, ["1950-01-02 08:30:00"])]


def test_a_sheet_reads_anew_at_each_call_and_tells_how_far_it_is(tmp_path: Path) -> None:
    table = opened(made(tmp_path / "a.xlsx", [["nom"]] + [["Martin"]] * 10))
    assert table.consumed == 0
    assert len(list(table.rows(lambda *_: None))) == len(list(table.rows(lambda *_: None))) == 10
    assert table.consumed == table.total_bytes
    table.passing = True
    assert list(table.rows(lambda *_: None)) == [(number, []) for number in range(2, 12)]


def test_no_formula_is_computed_what_was_stored_is_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["nom", "somme"])
    sheet.write_string(1, 0, '=HYPERLINK("http://example.org","x")')
    sheet.write_formula(1, 1, '=WEBSERVICE("http://example.org")', None, "stored")
    book.close()
    assert rows_of(tmp_path / "a.xlsx") == [(2, ['=HYPERLINK("http://example.org","x")', "stored"])]


@pytest.mark.parametrize(
    ("rows", "sheets", "message"),
    [
        ([], 1, "0 sheets with cells"),
        ([["nom"], ["x"]], 2, "2 sheets with cells"),
        ([["nom", "nom"]], 1, "columns 1 and 2 have the same name"),
        ([["x"] * (workbook.WIDEST + 1)], 1, "more than 2000 columns"),
    ],
)
def test_a_workbook_without_one_clear_list_is_refused(
    tmp_path: Path, rows: list[list[Any]], sheets: int, message: str
) -> None:
    with pytest.raises(Invalid, match=message):
        open_table(made(tmp_path / "a.xlsx", rows, sheets=sheets))


def test_external_entities_are_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    hostile = b'standalone="yes"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    changed(path, "xl/sharedStrings.xml", b'standalone="yes"?>', hostile)
    with pytest.raises(Invalid, match="entities"):
        open_table(path)


def test_a_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    changed(path, "xl/sharedStrings.xml", b"Martin", b"a" * (30 << 20))
    with pytest.raises(Invalid, match="far more than a list of persons"):
        open_table(path)


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_a_cut_workbook_is_refused(tmp_path: Path, kept: float) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(Invalid, match="damaged"):
        open_table(path)


def test_a_corrupt_part_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    with pytest.raises(Invalid, match="damaged"):
        open_table(changed(path, "xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData></row>"))


def test_an_endless_cell_stops_the_reading_by_its_row(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    changed(path, "xl/sharedStrings.xml", b"Martin", b"abcdefghij" * (workbook.LONGEST // 9))
    with pytest.raises(Invalid, match="row 2: a cell of more than"):
        rows_of(path)
