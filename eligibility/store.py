"""The records of answers, kept, found, listed; sealed records by their headers; what came of visits, counted."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, delete, distinct, func, insert, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from audit.processing import Processing
from contacts.facts import CONTACT
from eligibility.tables import EligibilityRecord
from kernel.columns import Identifier, table_of
from kernel.prepared import Prepared
from outreach.facts import INTERACTION
from outreach.words import Kind

RECORD = table_of(EligibilityRecord)
_VARIABLES = 20_000
"""How many ids one statement may name on SQLite."""
_INSERT = Prepared(insert(RECORD), RECORD.columns.keys())


def insert_record(processing: Processing, values: dict[str, Any]) -> int:
    """Keep the record of an answer."""
    return processing.send(RECORD, _INSERT, [{"campaign_id": processing.campaign, **values}])


def find_record(processing: Processing, record: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return the record of an answer."""
    mine = RECORD.c.campaign_id == processing.campaign, RECORD.c.id == record
    rows = processing.look_up(RECORD, select(RECORD).where(*mine))
    return rows[0] if rows else None


def records_there(processing: Processing, records: Collection[UUID]) -> set[UUID]:
    """Return which of these records of answers are there."""
    mine = RECORD.c.campaign_id == processing.campaign, RECORD.c.id.in_(list(records))
    return {row.id for row in processing.look_up(RECORD, select(RECORD.c.id).where(*mine))}


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


def records_of(processing: Processing, persons: Sequence[UUID]) -> list[tuple[UUID, bytes]]:
    """Return the sealed records of these persons, whose headers tell where each field comes from."""
    found: list[tuple[UUID, bytes]] = []
    for start in range(0, len(persons), _VARIABLES):
        part = persons[start : start + _VARIABLES]
        listed = any_(literal(list(part), ARRAY(Identifier()))) if processing.on_postgresql else None
        among = CONTACT.c.id.in_(part) if listed is None else CONTACT.c.id == listed
        statement = select(CONTACT.c.id, CONTACT.c.record).where(CONTACT.c.campaign_id == processing.campaign, among)
        found += [(row.id, row.record) for row in processing.read(CONTACT, statement)]
    return found


def visit_counts(processing: Processing, since: datetime) -> Sequence[Any]:
    """Count, by commune, polling station and outcome, the contacts of whom a visit since then said it."""
    here = CONTACT.c.commune, CONTACT.c.polling_station, INTERACTION.c.outcome
    of_one = and_(INTERACTION.c.campaign_id == CONTACT.c.campaign_id, INTERACTION.c.contact_id == CONTACT.c.id)
    statement = (
        select(*here, func.count(distinct(CONTACT.c.id)).label("contacts"))
        .select_from(CONTACT.join(INTERACTION, of_one))
        .where(
            CONTACT.c.campaign_id == processing.campaign,
            CONTACT.c.commune.is_not(None),
            INTERACTION.c.kind == Kind.VISIT,
            INTERACTION.c.occurred_at >= since,
        )
    )
    return processing.read(INTERACTION, statement.group_by(*here))
