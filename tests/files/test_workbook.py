"""Workbooks: read as the same rows a delimited file gives, and refused when they are made to harm."""

import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from files import header, workbook
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
    """Put other bytes into one part of a workbook."""

    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return rewritten(path, member, change)


def rewritten(path: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[member] = change(parts[member])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
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


def test_blank_rows_count_for_nothing_whether_rows_are_read_or_passed_over(tmp_path: Path) -> None:
    table = opened(made(tmp_path / "a.xlsx", [["nom"], ["Martin"], [], [None], ["Zoé"]]))
    read = [number for number, _ in table.rows(lambda *_: None)]
    table.passing = True
    assert [number for number, _ in table.rows(lambda *_: None)] == read == [2, 5]


def test_a_time_of_day_is_kept(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["le"], [DAY.replace(hour=8, minute=30)]])
    when = changed(path, "xl/styles.xml", b"dd/mm/yyyy", b"dd/mm/yyyy hh:mm")
    assert rows_of(when) == [(2, ["1950-01-02 08:30:00"])]


def test_a_sheet_reads_anew_at_each_call_and_tells_how_far_it_is(tmp_path: Path) -> None:
    table = opened(made(tmp_path / "a.xlsx", [["nom"]] + [["Martin"]] * 10))
    assert table.consumed == 0
    assert len(list(table.rows(lambda *_: None))) == len(list(table.rows(lambda *_: None))) == 10
    assert table.consumed == table.total_bytes


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
        ([["x"] * (header.WIDEST + 1)], 1, "more than 2000 columns"),
    ],
)
def test_a_workbook_without_one_clear_list_is_refused(
    tmp_path: Path, rows: list[list[Any]], sheets: int, message: str
) -> None:
    with pytest.raises(Invalid, match=message):
        open_table(made(tmp_path / "a.xlsx", rows, sheets=sheets))


SHEET = "xl/worksheets/sheet1.xml"
DECLARED = b'standalone="yes"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_external_entities_are_refused_in_whatever_letters(tmp_path: Path, encoding: str) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])

    def declare(content: bytes) -> bytes:
        text = content.replace(b'standalone="yes"?>', DECLARED).replace(b'"UTF-8"', f'"{encoding}"'.encode())
        assert text != content
        return text.decode().encode(encoding)

    with pytest.raises(Invalid, match="entities"):
        open_table(rewritten(path, "xl/sharedStrings.xml", declare))


@pytest.mark.parametrize(
    "far",
    [b'r="BXX1048576"', b'r  =\n "BXX1048576"', b'r="&#66;XX1048576"', b's="1" r="bxx1048576"'],
    ids=["plain", "spaced", "by a number", "in small letters"],
)
def test_cells_far_apart_are_refused_before_what_lies_between_is_held(tmp_path: Path, far: bytes) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    with pytest.raises(Invalid, match="spans more than"):
        open_table(changed(path, SHEET, b'r="A2"', far))


def test_cells_without_a_place_follow_each_other(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom", "prénom"], ["Martin", "Zoé"]])
    for place in (b' r="A2"', b' r="B2"'):
        changed(path, SHEET, place, b"")
    assert rows_of(path) == [(2, ["Martin", "Zoé"])]


def test_many_sheets_are_measured_together(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]], sheets=3)
    for number in (1, 2, 3):
        changed(path, f"xl/worksheets/sheet{number}.xml", b'r="A2"', b'r="L1000000"')
    with pytest.raises(Invalid, match="spans more than"):
        open_table(path)


def test_a_sheet_that_is_no_xml_is_refused_and_a_picture_is_not(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert rows_of(path) == [(2, ["Martin"])]
    with pytest.raises(Invalid, match="damaged"):
        open_table(changed(path, SHEET, b"<worksheet", b"&<worksheet"))


def test_a_part_whose_packing_is_spoilt_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"]])
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo(SHEET)
    content, start = bytearray(path.read_bytes()), part.header_offset + 30 + len(part.filename)
    content[start : start + 10] = b"\xff" * 10
    path.write_bytes(content)
    with pytest.raises(Invalid, match="damaged"):
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


def test_a_row_with_an_endless_cell_is_told(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["nom"], ["Martin"], ["Zoé"]])
    changed(path, "xl/sharedStrings.xml", b"Martin", b"abcdefghij" * (workbook.LONGEST // 9))
    told: list[tuple[int, str]] = []
    rows = list(opened(path).rows(lambda number, rule: told.append((number, rule))))
    assert (rows, told) == ([(3, ["Zoé"])], [(2, "file.cell")])
