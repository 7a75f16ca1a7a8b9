import csv
import json
import stat
from pathlib import Path

import pytest

from files.plan import Fate
from files.report import ImportReport
from kernel.errors import Invalid

ARTICLES = {"forbidden.religion": ("GDPR art. 9(1)", "Code pénal 226-19"), "matrix.birthplace": ("GDPR art. 5(1)(c)",)}
FATES = (
    Fate(position=0, column="nom", decision="kept", field="last_name"),
    Fate(position=1, column="religion", decision="refused", rule="forbidden.religion"),
)


def lines(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_lines_tell_row_column_rule_articles_and_decision(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with ImportReport(path, ARTICLES) as report:
        report.plan(FATES)
        report.cell(12, "religion", "forbidden.religion", "refused")
        report.row(13, "file.columns", "unreadable")
        report.finish(tmp_path / "report.json")
    assert lines(path) == [
        ["row", "column", "rule", "articles", "decision"],
        ["*", "nom", "", "", "kept"],
        ["*", "religion", "forbidden.religion", "GDPR art. 9(1); Code pénal 226-19", "refused"],
        ["12", "religion", "forbidden.religion", "GDPR art. 9(1); Code pénal 226-19", "refused"],
        ["13", "*", "file.columns", "", "unreadable"],
    ]


def test_the_summary_counts_rows_columns_and_cells_with_articles(tmp_path: Path) -> None:
    with ImportReport(tmp_path / "report.csv", ARTICLES) as report:
        report.plan(FATES)
        report.outcome("accepted", 40)
        report.outcome("created", 30)
        report.cell(2, "religion", "forbidden.religion", "refused")
        report.cell(3, "religion", "forbidden.religion", "refused")
        report.quiet("pays de naissance", "matrix.birthplace", "dropped", 42)
        report.row(4, "file.quoting", "unreadable")
        report.finish(tmp_path / "report.json")
    summary = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert summary["rows"] == {"accepted": 40, "created": 30, "unreadable": 1}
    assert summary["cells"] == {
        "dropped": {"pays de naissance": {"matrix.birthplace": 42}},
        "refused": {"religion": {"forbidden.religion": 2}},
    }
    assert summary["columns"][1] == {
        "column": "religion",
        "decision": "refused",
        "field": None,
        "rule": "forbidden.religion",
        "articles": ["GDPR art. 9(1)", "Code pénal 226-19"],
    }
    assert summary["articles"] == {rule: list(articles) for rule, articles in ARTICLES.items()}


def test_a_report_taken_up_again_neither_loses_nor_doubles_a_line(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with ImportReport(path, ARTICLES) as report:
        report.plan(FATES)
        report.cell(2, "religion", "forbidden.religion", "refused")
        report.outcome("created", 5)
        state = json.loads(json.dumps(report.save()))
        for number in range(3, 10_000):
            report.cell(number, "religion", "forbidden.religion", "refused")
    with ImportReport(path, ARTICLES, state) as report:
        report.cell(3, "religion", "forbidden.religion", "refused")
        report.outcome("created")
        report.finish(tmp_path / "report.json")
    assert [line[0] for line in lines(path)] == ["row", "*", "*", "2", "3"]
    summary = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert summary["rows"] == {"created": 6}
    assert summary["cells"] == {"refused": {"religion": {"forbidden.religion": 2}}}
    assert len(summary["columns"]) == 2


def test_lines_do_not_wait_in_memory_for_the_end(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with ImportReport(path, ARTICLES) as report:
        for number in range(10_000):
            report.cell(number, "religion", "forbidden.religion", "refused")
        assert path.stat().st_size > 100_000


def test_lines_lost_since_the_saved_state_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with ImportReport(path, ARTICLES) as report:
        state = report.save()
    path.write_bytes(b"")
    with pytest.raises(Invalid, match="fewer"):
        ImportReport(path, ARTICLES, state)


def test_only_the_owner_reads_a_report(tmp_path: Path) -> None:
    with ImportReport(tmp_path / "report.csv", ARTICLES) as report:
        report.finish(tmp_path / "report.json")
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("report.csv", "report.json")} == {0o600}


def test_a_column_named_as_a_formula_is_disarmed(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with ImportReport(path, ARTICLES) as report:
        report.cell(2, "=HYPERLINK(1)", "field.unknown", "dropped")
        report.save()
    assert lines(path)[1][1] == "'=HYPERLINK(1)"
