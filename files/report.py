"""The report of an import: what became of each column, row and cell, and by which rule. Never a value.

Lines go to a CSV file as chunks come; only the counts stay in memory, and `save` makes both survive a stop: an import
taken up again cuts the lines that were written after the last saved state.
"""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final, Literal, Self

from files.plan import Fate
from kernel.errors import Invalid

Outcome = Literal["accepted", "created", "updated", "unchanged", "restricted", "flagged", "refused", "unreadable"]
Decision = Literal["refused", "dropped", "invalid", "flagged", "held", "objection", "stays"]

HEAD: Final = ("row", "column", "rule", "articles", "decision")
_WAITING: Final = 4096
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class ImportReport:
    """Counts in memory, lines in a file only its owner may read."""

    def __init__(
        self, lines: Path, articles: Mapping[str, Sequence[str]], state: Mapping[str, Any] | None = None
    ) -> None:
        """Begin a report, or take it up again from the state `save` returned.

        `articles` gives each rule its articles. Raise `Invalid` when the file of lines is shorter than the state says.
        """
        self.articles = articles
        self.rows: Counter[str] = Counter(state["rows"] if state else {})
        self.cells: Counter[tuple[str, str, str]] = Counter()
        for decision, columns in (state["cells"] if state else {}).items():
            for column, rules in columns.items():
                self.cells.update({(decision, column, rule): count for rule, count in rules.items()})
        self.columns: list[dict[str, Any]] = list(state["columns"]) if state else []
        kept = int(state["bytes"]) if state else 0
        if kept and (not lines.exists() or lines.stat().st_size < kept):
            raise Invalid("the report's lines are fewer than its saved state says")
        self._file = os.fdopen(os.open(lines, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        self._file.truncate(kept)
        self._file.seek(kept)
        self._waiting: list[tuple[str, ...]] = [] if state else [HEAD]

    def plan(self, fates: Iterable[Fate]) -> None:
        """Tell what becomes of each column."""
        for fate in fates:
            told = {"column": fate.column, "decision": fate.decision, "field": fate.field, "rule": fate.rule}
            self.columns.append(told | {"articles": list(self._articles(fate.rule))})
            self._line("*", fate.column, fate.rule, fate.decision)

    def outcome(self, outcome: Outcome, count: int = 1) -> None:
        """Count rows that came to this."""
        self.rows[outcome] += count

    def row(self, number: int, rule: str, outcome: Literal["unreadable"]) -> None:
        """Tell that a whole row was not readable, and count it."""
        self.rows[outcome] += 1
        self._line(str(number), "*", rule, outcome)

    def cell(self, number: int, column: str, rule: str, decision: Decision) -> None:
        """Tell what became of one cell."""
        self.cells[decision, column, rule] += 1
        self._line(str(number), column, rule, decision)

    def quiet(self, column: str, rule: str, decision: Decision, count: int) -> None:
        """Count cells of a column that all met one fate, told once for the column."""
        self.cells[decision, column, rule] += count

    def save(self) -> dict[str, Any]:
        """Write the lines through to the disk and return the state to take the report up again from."""
        self._write()
        self._file.flush()
        os.fsync(self._file.fileno())
        return {**self.summary(), "bytes": self._file.tell()}

    def summary(self) -> dict[str, Any]:
        """Return the counts: rows by outcome, columns, and cells by decision, column and rule."""
        cells: dict[str, dict[str, dict[str, int]]] = {}
        for (decision, column, rule), count in sorted(self.cells.items()):
            cells.setdefault(decision, {}).setdefault(column, {})[rule] = count
        rules = sorted({rule for _, _, rule in self.cells} | {told["rule"] for told in self.columns if told["rule"]})
        articles = {rule: list(self._articles(rule)) for rule in rules}
        return {"rows": dict(sorted(self.rows.items())), "columns": self.columns, "cells": cells, "articles": articles}

    def finish(self, summary: Path) -> None:
        """Write the last lines and, as JSON, the counts."""
        self.save()
        with os.fdopen(os.open(summary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(self.summary(), file, ensure_ascii=False, indent=2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _write(self) -> None:
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerows(self._waiting)
        self._waiting.clear()
        self._file.write(text.getvalue().encode())

    def _articles(self, rule: str | None) -> Sequence[str]:
        return self.articles.get(rule, ()) if rule else ()

    def _line(self, row: str, column: str, rule: str | None, decision: str) -> None:
        self._waiting.append(written_line(row, column, rule, self._articles(rule), decision))
        if len(self._waiting) >= _WAITING:
            self._write()


def written_line(
    row: str, column: str, rule: str | None, articles: Sequence[str], decision: str
) -> tuple[str, str, str, str, str]:
    """Return a line of the report. A name of a column that a spreadsheet would compute is disarmed: others chose it."""
    safe = f"'{column}" if column.startswith(_FORMULA) else column
    return row, safe, rule or "", "; ".join(articles), decision
