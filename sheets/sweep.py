"""Let sheets go: at their day, when they are back, and their lines with the persons they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.database import Transaction
from kernel.errors import NotFound
from kernel.identity import CampaignId, PersonId
from sheets.store import delete_of_persons, delete_sheets, expired_sheets, is_any_expired, lines_of_persons


@dataclass(frozen=True, slots=True)
class ExportedLine:
    """A sheet for the door on which somebody stands, as they may know of it."""

    purpose: str
    made_at: datetime
    printed_at: datetime | None
    expires_on: date
    outcome: str | None
    visited_at: datetime | None


def has_expired_sheets(reading: Transaction, campaign: CampaignId, today: date) -> bool:
    """Tell whether there is anything to sweep."""
    return is_any_expired(reading, campaign, today)


def sweep_sheets(processing: Processing) -> int:
    """Delete sheets whose day is over, with their lines; return how many sheets."""
    gone = expired_sheets(processing)
    processing.note(Note(event=Event.SHEET_SWEPT, counts=delete_sheets(processing, gone)))
    return len(gone)


def remove_sheet(processing: Processing, sheet: UUID) -> None:
    """Delete a sheet that is back and keyed in, before its day. Raises NotFound."""
    counts = delete_sheets(processing, [sheet])
    if not counts["sheet.delete"]:
        message = "no such sheet in this campaign"
        raise NotFound(message)
    processing.note(Note(event=Event.SHEET_REMOVED, counts=counts))


def erase_lines(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Delete the lines of these persons, on every ground; whoever made a sheet held their keys meanwhile."""
    if lines := delete_of_persons(processing, persons):
        processing.note(Note(event=Event.SHEET_ERASED, counts={"sheet_line.delete": lines}))
    return 0  # Whoever stands on a sheet has a contact, which counts.


def export_lines(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[ExportedLine]]:
    """Return on which sheets these persons stand; noted."""
    rows = lines_of_persons(processing, persons)
    processing.note(Note(event=Event.SHEET_EXPORTED, counts={"sheet_line.read": len(rows)}))
    found: dict[PersonId, list[ExportedLine]] = {}
    for row in rows:
        told = (getattr(row, name) for name in ExportedLine.__dataclass_fields__)
        found.setdefault(PersonId(row.contact_id), []).append(ExportedLine(*told))
    return found
