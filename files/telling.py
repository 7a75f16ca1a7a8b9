"""What a chunk of an import tells the report: kept with the chunk, so that a resumed import reports all of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contacts.precedence import Verdict
from contacts.record import Recorded, Result
from files.report import ImportReport
from files.rows import RowData
from policy.findings import Finding

_DECISIONS = {"refuse": "refused", "review": "held", "drop": "dropped"}
RESEMBLES = "contact.resembles"
OBJECTION = "objection.imported"
FLAGGED: Final = "flagged"
"""What becomes of a row that makes a newcomer who resembles somebody: a person is to look."""
UNREADABLE: Final = "unreadable"
WHOLE = "*"
MOST_LINES = 50_000
"""Lines that a chunk tells of rows nobody can read; further ones are counted: a chunk is held in memory whole."""
STAYS: Final = "stays"
_STAYS = {Verdict.KEPT_OWN: "datum.said_by_person", Verdict.KEPT_NEWER: "datum.newer"}


@dataclass(slots=True)
class Telling:
    """Counts of rows by outcome, and lines of row, column, rule, decision. Never a value."""

    rows: Counter[str] = field(default_factory=Counter)
    lines: list[tuple[int, str, str, str]] = field(default_factory=list)
    stays: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Data of contacts that stay as they were, by field and rule: counted, for no row."""

    def cell(self, number: int, column: str, rule: str, decision: str) -> None:
        """Tell what became of one cell."""
        self.lines.append((number, column, rule, decision))

    def unreadable(self, number: int, rule: str) -> None:
        """Tell that a row could not be read."""
        if len(self.lines) < MOST_LINES:
            self.cell(number, WHOLE, rule, UNREADABLE)
        else:
            self.rows[UNREADABLE] += 1

    def recorded(self, number: int, row: RowData, outcome: Recorded) -> None:
        """Tell what became of a row: one thing, so that the counts add up to the rows there are."""
        result, _, flagged, findings, kept = outcome
        self.findings(number, row, findings, whole=result is Result.REFUSED)
        if flagged:
            self.cell(number, WHOLE, RESEMBLES, FLAGGED)
        self.rows[FLAGGED if flagged else str(result)] += 1
        for name, verdict in kept:
            self.stays[name, _STAYS[verdict]] += 1

    def findings(self, number: int, row: RowData, findings: Sequence[Finding], *, whole: bool) -> None:
        """Tell what the columns' fate, the cells' form and the law found in a row."""
        if not (findings or row.refusals or row.problems or row.objections):
            return
        for column, rule in row.refusals:
            self.cell(number, column, rule, "refused")
        for column, rule in row.problems:
            self.cell(number, column, rule, "invalid")
        for channel in row.objections:
            self.cell(number, channel, OBJECTION, "objection")
        for finding in findings:
            self.cell(number, WHOLE if whole else finding.field, finding.rule, _DECISIONS[finding.decision])

    def kept(self) -> dict[str, Any]:
        """Return what is kept with the chunk."""
        stays = [(*named, count) for named, count in sorted(self.stays.items())]
        return {"rows": dict(self.rows), "lines": self.lines, "stays": stays}


def retell(report: ImportReport, kept: Mapping[str, Any]) -> None:
    """Write into the report what a chunk told."""
    for outcome, count in kept["rows"].items():
        report.outcome(outcome, count)
    for number, column, rule, decision in kept["lines"]:
        if decision == UNREADABLE:
            report.row(number, rule, UNREADABLE)
        else:
            report.cell(number, column, rule, decision)
    for column, rule, count in kept.get("stays", ()):
        report.quiet(column, rule, STAYS, count)
