"""The SQL of the journal."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from audit.processing import Processing
from contacts.journal.tables import ContactJournal
from contacts.store.records import CONTACT
from kernel.columns import among, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId

JOURNAL = table_of(ContactJournal)
JOURNAL_COLUMNS = tuple(column.name for column in JOURNAL.columns)
_MOST = 5_000


def insert_steps(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep what a job changed; the columns are ``JOURNAL_COLUMNS``."""
    return processing.copy(JOURNAL, JOURNAL_COLUMNS, rows)


def persons_changed(processing: Processing, job: UUID, after: UUID | None, limit: int) -> list[PersonId]:
    """Return a page of the persons whose contacts a job changed, in the order of their ids."""
    statement = select(JOURNAL.c.contact_id).distinct()
    statement = statement.where(JOURNAL.c.campaign_id == processing.campaign, JOURNAL.c.job_id == job)
    if after is not None:
        statement = statement.where(JOURNAL.c.contact_id > after)
    return [PersonId(row[0]) for row in processing.read(JOURNAL, statement.order_by(JOURNAL.c.contact_id).limit(limit))]


def steps_of(processing: Processing, persons: Sequence[PersonId], jobs: Collection[UUID]) -> Sequence[Any]:
    """Return what some jobs changed of these persons, the last change first."""
    statement = select(JOURNAL).where(
        JOURNAL.c.campaign_id == processing.campaign,
        JOURNAL.c.job_id.in_(list(jobs)),
        among(JOURNAL.c.contact_id, persons, on_postgresql=processing.on_postgresql),
    )
    return processing.read(JOURNAL, statement.order_by(JOURNAL.c.contact_id, JOURNAL.c.revision.desc()))


def all_steps_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return everything the journal holds of these persons, in the order of their revisions."""
    named = among(JOURNAL.c.contact_id, persons, on_postgresql=processing.on_postgresql)
    statement = select(JOURNAL).where(JOURNAL.c.campaign_id == processing.campaign, named)
    return processing.read(JOURNAL, statement.order_by(JOURNAL.c.contact_id, JOURNAL.c.revision))


def changes_counted(processing: Processing, persons: Sequence[PersonId], job: UUID) -> dict[PersonId, int]:
    """Return how often a job changed each of these persons."""
    statement = select(JOURNAL.c.contact_id, func.count().label("changes")).where(
        JOURNAL.c.campaign_id == processing.campaign,
        JOURNAL.c.job_id == job,
        among(JOURNAL.c.contact_id, persons, on_postgresql=processing.on_postgresql),
    )
    rows = processing.read(JOURNAL, statement.group_by(JOURNAL.c.contact_id))
    return {PersonId(row.contact_id): int(row.changes) for row in rows}


def states_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return id, revision and restriction of those of these persons who are there."""
    named = among(CONTACT.c.id, persons, on_postgresql=processing.on_postgresql)
    statement = select(CONTACT.c.id, CONTACT.c.revision, CONTACT.c.restricted)
    return processing.read(CONTACT, statement.where(CONTACT.c.campaign_id == processing.campaign, named))


def delete_steps_of(processing: Processing, persons: Sequence[PersonId], job: UUID | None = None) -> int:
    """Delete what the journal holds of these persons, of one job or of all."""
    also = {} if job is None else {"job_id": job}
    return processing.delete_of(JOURNAL, "contact_id", persons, **also) if persons else 0


def delete_old_steps(processing: Processing, before: datetime, besides: Collection[UUID]) -> tuple[int, int]:
    """Delete a page of what was written before a moment, but what these jobs wrote; return rows read and deleted."""
    old = JOURNAL.c.campaign_id == processing.campaign, JOURNAL.c.written_at < before
    page = select(JOURNAL.c.job_id, JOURNAL.c.contact_id).where(*old, JOURNAL.c.job_id.not_in(list(besides)))
    rows = processing.read(JOURNAL, page.limit(_MOST))
    gone = 0
    for job in sorted({row.job_id for row in rows}):
        persons = sorted({PersonId(row.contact_id) for row in rows if row.job_id == job})
        gone += delete_steps_of(processing, persons, job)
    return len(rows), gone


def has_old_steps(reading: Transaction, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether anything was written before a moment."""
    old = JOURNAL.c.campaign_id == campaign, JOURNAL.c.written_at < before
    return bool(reading.query(select(JOURNAL.c.job_id).where(*old).limit(1)))
