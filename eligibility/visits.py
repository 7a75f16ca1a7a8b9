"""What came of visits, by territory: how many contacts each outcome was said of; never by whom.

Cells under the pack's minimum are never told, nor what they could be reckoned from: there is no sum.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.cells import Cell, Grain, told_cells
from eligibility.store import visit_counts
from outreach.words import Outcome


@dataclass(frozen=True, slots=True)
class VisitCell:
    """A commune, or a polling station of it, an outcome, and of how many contacts it was said there."""

    commune: str
    polling_station: str | None
    outcome: Outcome
    contacts: int


def count_visits(processing: Processing, grain: Grain, since: datetime) -> Sequence[VisitCell]:
    """Return, outcome by outcome, the cells with as many contacts as the pack asks for at least, in order."""
    rows = visit_counts(processing, since)
    processing.note(Note(event=Event.INTERACTION_LISTED, counts={"interaction.read": len(rows)}))
    by_outcome: dict[str, list[Cell]] = defaultdict(list)
    for row in rows:
        by_outcome[row.outcome].append(Cell(row.commune, row.polling_station, row.contacts))
    return [
        VisitCell(one.commune, one.polling_station, Outcome(outcome), one.contacts)
        for outcome, cells in sorted(by_outcome.items())
        for one in told_cells(cells, grain, processing.edition.cell_minimum)
    ]
