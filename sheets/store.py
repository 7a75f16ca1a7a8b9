"""The SQL of sheets."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, insert, literal, select, tuple_, update

from audit.processing import Processing
from contacts.facts import CONTACT
from kernel.columns import Identifier, Instant, among, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from sheets.tables import Sheet, SheetLine

SHEET = table_of(Sheet)
LINE = table_of(SheetLine)
LINE_COLUMNS = ("campaign_id", "sheet_id", "line", "contact_id")
MOST = 1_000
"""The most sheets that one listing, or one sweep, is about."""


def insert_sheets(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Keep sheets."""
    return processing.execute(SHEET, insert(SHEET), rows)


def insert_lines(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep lines that nobody keyed in yet; the columns are ``LINE_COLUMNS``."""
    return processing.copy(LINE, LINE_COLUMNS, rows)


def find_sheet(processing: Processing, sheet: UUID, *, locked: bool = False) -> Any | None:  # noqa: ANN401 - a row
    """Return a sheet; locked, nobody else keys it in before the end."""
    statement = select(SHEET).where(SHEET.c.campaign_id == processing.campaign, SHEET.c.id == sheet)
    rows = processing.look_up(SHEET, statement.with_for_update() if locked else statement)
    return rows[0] if rows else None


def sheets_of(processing: Processing, before: tuple[datetime, UUID] | None, limit: int) -> Sequence[Any]:
    """Return a page of the sheets that may still be keyed in, those made last at the beginning."""
    mine = SHEET.c.campaign_id == processing.campaign, SHEET.c.expires_on >= processing.today
    statement, place = select(SHEET).where(*mine), tuple_(SHEET.c.made_at, SHEET.c.id)
    if before is not None:
        statement = statement.where(place < tuple_(literal(before[0], Instant()), literal(before[1], Identifier())))
    return processing.look_up(SHEET, statement.order_by(SHEET.c.made_at.desc(), SHEET.c.id.desc()).limit(limit))


def lines_of(processing: Processing, sheet: UUID) -> Sequence[Any]:
    """Return the lines of a sheet with the category of their persons, and whether they are kept out of use."""
    of_one = and_(CONTACT.c.campaign_id == LINE.c.campaign_id, CONTACT.c.id == LINE.c.contact_id)
    statement = (
        select(LINE, CONTACT.c.category, CONTACT.c.origin, CONTACT.c.restricted)
        .select_from(LINE.join(CONTACT, of_one))
        .where(LINE.c.campaign_id == processing.campaign, LINE.c.sheet_id == sheet)
    )
    return processing.read(LINE, statement.order_by(LINE.c.line))


def lines_of_persons(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return on which sheets persons stand, with the sheets themselves."""
    of_one = and_(SHEET.c.campaign_id == LINE.c.campaign_id, SHEET.c.id == LINE.c.sheet_id)
    wanted = among(LINE.c.contact_id, persons, on_postgresql=processing.on_postgresql)
    statement = (
        select(LINE, SHEET.c.purpose, SHEET.c.made_at, SHEET.c.printed_at, SHEET.c.expires_on)
        .select_from(LINE.join(SHEET, of_one))
        .where(LINE.c.campaign_id == processing.campaign, wanted)
    )
    return processing.read(LINE, statement.order_by(SHEET.c.made_at, LINE.c.line))


def mark_lines(processing: Processing, sheet: UUID, lines: Collection[int], outcome: str, at: datetime) -> int:
    """Write down what was keyed in of lines."""
    mine = LINE.c.campaign_id == processing.campaign, LINE.c.sheet_id == sheet, LINE.c.line.in_(sorted(lines))
    return processing.execute(LINE, update(LINE).where(*mine).values(outcome=outcome, visited_at=at))


def mark_printed(processing: Processing, sheet: UUID) -> int:
    """Write down who printed a sheet last, and when."""
    mine = SHEET.c.campaign_id == processing.campaign, SHEET.c.id == sheet
    told = {"printed_at": processing.at, "printed_by": processing.actor.id}
    return processing.execute(SHEET, update(SHEET).where(*mine).values(**told))


def delete_sheets(processing: Processing, sheets: Sequence[UUID]) -> dict[str, int]:
    """Delete sheets and their lines; return the rows to note."""
    if not sheets:
        return {}
    mine = LINE.c.campaign_id == processing.campaign, LINE.c.sheet_id.in_(sheets)
    own = SHEET.c.campaign_id == processing.campaign, SHEET.c.id.in_(sheets)
    lines = processing.execute(LINE, delete(LINE).where(*mine))
    return {"sheet_line.delete": lines, "sheet.delete": processing.execute(SHEET, delete(SHEET).where(*own))}


def delete_of_persons(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the lines that mean persons; the numbers of the others stay."""
    return processing.delete_of(LINE, "contact_id", persons)


def expired_sheets(processing: Processing) -> list[UUID]:
    """Return sheets whose day is over, a bounded number of them."""
    mine = SHEET.c.campaign_id == processing.campaign, SHEET.c.expires_on < processing.today
    return [row.id for row in processing.look_up(SHEET, select(SHEET.c.id).where(*mine).limit(MOST))]


def is_any_expired(reading: Transaction, campaign: CampaignId, today: date) -> bool:
    """Tell whether the day of any sheet is over."""
    mine = SHEET.c.campaign_id == campaign, SHEET.c.expires_on < today
    return bool(reading.query(select(SHEET.c.id).where(*mine).limit(1)))
