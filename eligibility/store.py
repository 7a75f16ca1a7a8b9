"""The records of answers: kept, found, listed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, true

from audit.processing import Processing
from eligibility.tables import EligibilityRecord
from kernel.columns import table_of
from kernel.prepared import Prepared

RECORD = table_of(EligibilityRecord)
_INSERT = Prepared(insert(RECORD), RECORD.columns.keys())


def insert_record(processing: Processing, values: dict[str, Any]) -> int:
    """Keep the record of an answer."""
    return processing.send(RECORD, _INSERT, [{"campaign_id": processing.campaign, **values}])


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
