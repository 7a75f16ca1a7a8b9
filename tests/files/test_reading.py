import csv
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from files import encoding, reading
from files.reading import SEPARATORS, Delimited
from kernel.errors import Invalid


def written(tmp_path: Path, content: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode(encoding))
    return path


def open_table(path: Path, *, encoding: str | None = None, separator: str | None = None) -> Delimited:
    table = reading.open_table(path, encoding=encoding, separator=separator)
    assert isinstance(table, Delimited)
    return table


def all_rows(table: Delimited) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    unreadable: list[tuple[int, str]] = []
    return list(table.rows(lambda number, rule: unreadable.append((number, rule)))), unreadable


_LETTERS = "aZéÈçœŒ’' \"12-@/\n"
_CELL = st.text(_LETTERS, max_size=12)
_TABLES = st.integers(2, 6).flatmap(
    lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width).filter(any), max_size=8)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=_TABLES,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    separator=st.sampled_from(SEPARATORS),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_table_reads_back_as_it_was_written(
    tmp_path: Path, rows: list[list[str]], encoding: str, separator: str, quoting: int, line_end: str
) -> None:
    # The writer of the standard library leaves a line feed without quotes where rows end with a carriage return.
    assume(line_end != "\r" or quoting == csv.QUOTE_ALL)
    header = [f"colonne {number}" for number in range(len(rows[0]) if rows else 3)]
    path = tmp_path / "table.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
        writer.writerows([header, *rows])
    table = open_table(path)
    assert table.header == tuple(header)
    assert all_rows(table) == ([(number, row) for number, row in enumerate(rows, start=2)], [])


@pytest.mark.parametrize("separator", SEPARATORS)
def test_each_separator_is_told(tmp_path: Path, separator: str) -> None:
    content = separator.join(["nom", "ville", "note"]) + "\n" + separator.join(["Martin", "Paris", "a"]) + "\n"
    assert open_table(written(tmp_path, content)).separator == separator


def test_rows_decide_between_two_separators_that_the_header_both_holds(tmp_path: Path) -> None:
    assert open_table(written(tmp_path, "nom,prénom;ville\nMartin;Paris\n")).separator == ";"


def test_a_separator_may_be_named(tmp_path: Path) -> None:
    assert open_table(written(tmp_path, "a,b;c\n1,2;3\n"), separator=",").header == ("a", "b;c")


def test_one_column_is_a_table(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "email\na@example.org\n"))
    assert (table.header, all_rows(table)[0]) == (("email",), [(2, ["a@example.org"])])


def test_rows_of_another_width_are_told_and_passed_over(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "a;b;c\n1;2;3\n1;2\n1;2;3;4\n4;5;6\n"))
    rows, unreadable = all_rows(table)
    assert rows == [(2, ["1", "2", "3"]), (5, ["4", "5", "6"])]
    assert unreadable == [(3, "file.columns"), (4, "file.columns")]


def test_the_separator_some_programs_put_at_the_end_of_a_row_is_no_cell(tmp_path: Path) -> None:
    assert all_rows(open_table(written(tmp_path, "a;b\n1;2;\n3;4;\n"))) == ([(2, ["1", "2"]), (3, ["3", "4"])], [])


def test_blank_rows_count_and_say_nothing(tmp_path: Path) -> None:
    assert all_rows(open_table(written(tmp_path, "\n\na;b\n\n1;2\n;;;\n3;4\n"))) == (
        [(5, ["1", "2"]), (7, ["3", "4"])],
        [],
    )


def test_a_row_whose_quotes_make_no_sense_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    rows, unreadable = all_rows(open_table(written(tmp_path, 'a;b\n"L"Étang;2\n3;4\n')))
    assert (rows, unreadable) == ([(3, ["3", "4"])], [(2, "file.quoting")])


def test_every_line_that_a_quotation_never_closed_takes_along_is_told(tmp_path: Path) -> None:
    rows, unreadable = all_rows(open_table(written(tmp_path, 'a;b\n1;2\n3;"fin\n4;5\n6;7\n')))
    assert (rows, unreadable) == ([(2, ["1", "2"])], [(number, "file.quoting") for number in (3, 4, 5)])
    rows, unreadable = all_rows(open_table(written(tmp_path, 'a;b\n1;"2\n3;4\n"5";6\n7;8\n')))
    assert (rows, unreadable) == ([(5, ["7", "8"])], [(number, "file.quoting") for number in (2, 3, 4)])


@pytest.mark.parametrize("rest", ["une longue ligne\n" * 9_000, "une ligne\n" * 9_000 + "x" * 60_000 + '"\n4;5\n'])
def test_a_cell_without_end_is_refused_before_any_row_is_read(tmp_path: Path, rest: str) -> None:
    with pytest.raises(Invalid, match="row 3: a quotation mark is opened and never closed"):
        open_table(written(tmp_path, f'a;b\n1;2\n3;"{rest}'))


def test_a_long_file_with_few_quotation_marks_is_read(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, 'a;b\n"1";2\n' + "3;4\n" * 70_000 + '"5";6\n'))
    assert len(all_rows(table)[0]) == 70_002


def test_a_cell_that_no_list_holds_is_told_and_the_next_row_is_read(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "a;b\n1;" + "x" * 200_000 + "\n3;4\n"))
    assert all_rows(table) == ([(3, ["3", "4"])], [(2, "file.cell")])


def test_a_row_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    row = '";"\n' * (reading.LINES_PER_ROW + 2)
    with pytest.raises(Invalid, match="row 3: a quotation mark is opened and never closed"):
        all_rows(open_table(written(tmp_path, f'a;b\n1;2\n"{row}')))


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert all_rows(open_table(written(tmp_path, "a;b"))) == ([], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("\n\n", "first row"),
        ("  ;  \n1;2\n", "first row"),
        ('"nom;ville\n', "first row"),
        ("nom;ville;nom\n1;2;3\n", "columns 1 and 3 have the same name"),
        (";".join(f"c{number}" for number in range(2_001)), "more than 2000 columns"),
        (";".join(f"c{number}" for number in range(100_000)), "the first row is longer than 65536 characters"),
    ],
    ids=["blank", "no names", "open quotation", "same name", "2001 columns", "100,000 columns"],
)
def test_a_header_without_clear_names_is_refused_without_quoting_it(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as refusal:
        open_table(written(tmp_path, content))
    assert "ville" not in str(refusal.value)


def test_columns_without_a_name_may_be_several(tmp_path: Path) -> None:
    assert open_table(written(tmp_path, "a;;\n1;2;3\n")).header == ("a", "", "")


def test_bytes_changed_after_opening_stop_the_reading(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b\n1;2\n")
    table = open_table(path)
    path.write_bytes(b"a;b\n1;\xe9\n")
    with pytest.raises(Invalid, match="bytes that are not utf-8"):
        all_rows(table)


def test_the_bytes_consumed_grow_to_the_whole(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "a;b\n" + "1;2\n" * 200_000))
    assert table.consumed == 0
    seen = [table.consumed for _ in table.rows(lambda *_: None)]
    assert 0 < seen[0] < table.total_bytes
    assert seen == sorted(seen)
    assert table.consumed == table.total_bytes


def test_a_table_reads_anew_at_each_call(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "a;b\n1;2\n"))
    assert all_rows(table) == all_rows(table)


def test_a_sample_cut_within_a_row_does_not_count_that_row(tmp_path: Path) -> None:
    content = "nom;note\n" + "Martin;" + "x, " * reading.SAMPLE + "\n"
    assert open_table(written(tmp_path, content)).separator == ";"


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "nom;ville\n" + "Lefèvre;Villeneuve-d’Ascq\n" * 300_000)
    assert path.stat().st_size > 8 * encoding.PIECE
    tracemalloc.start()
    try:
        count = sum(1 for _ in open_table(path).rows(lambda *_: None))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 300_000
    assert peak < 7 * encoding.PIECE


DRAWN = st.text('ab;"\r\n é', max_size=6)
QUOTED = st.text("a; é", max_size=4).map(lambda text: f'"{text}"')
ROW = st.lists(DRAWN, min_size=1, max_size=4) | st.lists(QUOTED | DRAWN, min_size=1, max_size=3)


@given(st.lists(ROW, min_size=1, max_size=12), st.sets(st.integers(0, 12)))
def test_rows_passed_over_are_counted_as_they_are_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], passed: set[int]
) -> None:
    lines = "".join(";".join(cells) + "\n" for cells in rows)
    table = open_table(written(tmp_path_factory.mktemp("passed"), "nom;ville\n" + lines), separator=";")
    try:
        expected = all_rows(table)
    except Invalid:
        return
    told: list[tuple[int, str]] = []
    found = []
    reading = table.rows(lambda number, rule: told.append((number, rule)))
    for place in range(len(expected[0])):
        table.passing = place in passed
        found.append(next(reading))
    table.passing = False
    assert list(reading) == []
    assert [number for number, _ in found] == [number for number, _ in expected[0]]
    assert all(cells in ([], row) for (_, cells), (_, row) in zip(found, expected[0], strict=True))
    assert all(cells for place, (_, cells) in enumerate(found) if place not in passed)
    assert told == expected[1]


def test_a_row_passed_over_comes_without_its_cells_unless_only_a_parser_can_tell_where_it_ends(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, 'a;b\n1;2\n"3";4\n"5";"6"\n"7";";"\n";";"8"\n9;"1""0"\n'))
    table.passing = True
    assert all_rows(table)[0] == [
        (2, []),
        (3, ["3", "4"]),
        (4, []),
        (5, ["7", ";"]),
        (6, [";", "8"]),
        (7, ["9", '1"0']),
    ]
