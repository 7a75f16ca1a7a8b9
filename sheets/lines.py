"""What a sheet's lines are for whoever keys them in: numbers, and what was said of them; nobody's name is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from outreach.words import Outcome
from sheets.make import SheetView, open_sheet
from sheets.store import lines_of


@dataclass(frozen=True, slots=True)
class LineView:
    """A number on a sheet, and what was keyed in of it last."""

    line: int
    outcome: Outcome | None
    visited_at: datetime | None


def show_lines(processing: Processing, sheet: UUID) -> tuple[SheetView, Sequence[LineView]]:
    """Return a sheet and its lines, in their order. Raises NotFound, SheetExpired."""
    view = open_sheet(processing, sheet)
    rows = lines_of(processing, sheet)
    processing.note(Note(event=Event.SHEET_LISTED, counts={"sheet_line.read": len(rows)}))
    return view, [
        LineView(row.line, None if row.outcome is None else Outcome(row.outcome), row.visited_at) for row in rows
    ]
