"""The SQL of the records of answers, which tell of nobody."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, true

from audit.processing import Processing
from eligibility.tables import EligibilityRecord
from kernel.columns import table_of

RECORD = table_of(EligibilityRecord)


def insert_record(processing: Processing, values: dict[str, Any]) -> int:
    """Keep the record of an answer."""
    return processing.execute(RECORD, insert(RECORD), {"campaign_id": processing.campaign, **values})


def find_record(processing: Processing, record: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return the record of an answer."""
    mine = RECORD.c.campaign_id == processing.campaign, RECORD.c.id == record
    rows = processing.look_up(RECORD, select(RECORD).where(*mine))
    return rows[0] if rows else None


def page_of_records(processing: Processing, before: datetime | None, limit: int) -> list[Any]:
    """Return records of answers, the newest first."""
    earlier = true() if before is None else RECORD.c.decided_at < before
    statement = select(RECORD).where(RECORD.c.campaign_id == processing.campaign, earlier)
    return list(processing.look_up(RECORD, statement.order_by(RECORD.c.decided_at.desc(), RECORD.c.id).limit(limit)))


def count_records_before(processing: Processing, day: date) -> int:
    """Count the records decided before a day."""
    statement = select(func.count()).select_from(RECORD).where(*_before(processing, day))
    return int(processing.look_up(RECORD, statement)[0][0])


def delete_records_before(processing: Processing, day: date) -> int:
    """Delete the records decided before a day."""
    return processing.execute(RECORD, delete(RECORD).where(*_before(processing, day)))


def _before(processing: Processing, day: date) -> tuple[ColumnElement[bool], ...]:
    instant = datetime.combine(day, time(), UTC)
    return RECORD.c.campaign_id == processing.campaign, RECORD.c.decided_at < instant
