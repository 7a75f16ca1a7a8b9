"""The SQL of imports: of those that came over the API, of what each made, of those that are undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, literal, or_, select, tuple_, update

from audit.books import Books
from audit.processing import Processing
from files.tables import ImportRun, ImportTrace, ImportUndo
from kernel.columns import Identifier, Instant, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId

IMPORT_RUN = table_of(ImportRun)
IMPORT_TRACE = table_of(ImportTrace)
IMPORT_UNDO = table_of(ImportUndo)
QUEUED, RUNNING, FINISHED, FAILED, CANCELLED = "queued", "running", "finished", "failed", "cancelled"
AWAITING = "awaiting_mapping"
OPEN = (QUEUED, AWAITING, RUNNING)
_MOST_UNDONE = 1_000


def insert_run(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep an import that was asked for."""
    return processing.execute(IMPORT_RUN, insert(IMPORT_RUN), {"campaign_id": processing.campaign, **values})


def run_row(processing: Processing, one: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return an import."""
    return _first(processing.look_up(IMPORT_RUN, select(IMPORT_RUN).where(*_own(processing.campaign, one))))


def locked_run(processing: Processing, one: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return an import that nobody else changes before the end: what is added to its counts is added once."""
    statement = select(IMPORT_RUN).where(*_own(processing.campaign, one)).with_for_update()
    return _first(processing.look_up(IMPORT_RUN, statement))


def page_of_runs(processing: Processing, before: tuple[datetime, UUID] | None, limit: int) -> Sequence[Any]:
    """Return a page of imports, the newest first."""
    statement = select(IMPORT_RUN).where(IMPORT_RUN.c.campaign_id == processing.campaign)
    place = tuple_(IMPORT_RUN.c.created_at, IMPORT_RUN.c.id)
    if before is not None:
        statement = statement.where(place < tuple_(literal(before[0], Instant()), literal(before[1], Identifier())))
    ordered = statement.order_by(IMPORT_RUN.c.created_at.desc(), IMPORT_RUN.c.id.desc()).limit(limit)
    return processing.look_up(IMPORT_RUN, ordered)


def change_open_run(processing: Processing, one: UUID, values: Mapping[str, Any]) -> int:
    """Change an import that has not ended; return 0 where it has."""
    statement = update(IMPORT_RUN).where(*_own(processing.campaign, one), IMPORT_RUN.c.state.in_(OPEN))
    return processing.execute(IMPORT_RUN, statement.values(**values))


def stale_runs(processing: Processing, before: datetime, limit: int) -> Sequence[Any]:
    """Return id and state of imports that wait too long, and of ended ones whose report was kept long enough."""
    statement = select(IMPORT_RUN.c.id, IMPORT_RUN.c.state).where(*_stale(processing.campaign, before)).limit(limit)
    return processing.look_up(IMPORT_RUN, statement)


def has_stale_runs(books: Books, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether there are any."""
    return bool(books.look_up(select(IMPORT_RUN.c.id).where(*_stale(campaign, before)).limit(1)))


def open_runs(books: Books, campaign: CampaignId, runs: Sequence[UUID]) -> set[UUID]:
    """Return those of these imports that have not ended."""
    statement = select(IMPORT_RUN.c.id).where(
        IMPORT_RUN.c.campaign_id == campaign, IMPORT_RUN.c.id.in_(runs), IMPORT_RUN.c.state.in_(OPEN)
    )
    return {row.id for row in books.look_up(statement)}


def forget_report(processing: Processing, one: UUID) -> int:
    """Say that an import has no report any more."""
    statement = update(IMPORT_RUN).where(*_own(processing.campaign, one)).values(has_report=False)
    return processing.execute(IMPORT_RUN, statement)


def insert_trace(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep what a chunk made."""
    return processing.execute(IMPORT_TRACE, insert(IMPORT_TRACE), {"campaign_id": processing.campaign, **values})


def next_trace(processing: Processing, job: UUID, after: int) -> Any | None:  # noqa: ANN401 - a row
    """Return what the next chunk of an import made that made anything."""
    statement = select(IMPORT_TRACE).where(*_made(processing.campaign, job), IMPORT_TRACE.c.chunk > after)
    return _first(processing.read(IMPORT_TRACE, statement.order_by(IMPORT_TRACE.c.chunk).limit(1)))


def change_trace(processing: Processing, job: UUID, chunk: int, persons: bytes) -> int:
    """Replace the contacts that a chunk made by those that are to go."""
    statement = update(IMPORT_TRACE).where(*_made(processing.campaign, job), IMPORT_TRACE.c.chunk == chunk)
    return processing.execute(IMPORT_TRACE, statement.values(persons=persons))


def delete_old_traces(processing: Processing, before: datetime, besides: Sequence[UUID]) -> int:
    """Delete what chunks made before a moment, but those of these imports."""
    old = IMPORT_TRACE.c.campaign_id == processing.campaign, IMPORT_TRACE.c.written_at < before
    return processing.execute(IMPORT_TRACE, delete(IMPORT_TRACE).where(*old, IMPORT_TRACE.c.job_id.not_in(besides)))


def has_old_traces(reading: Transaction, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether any chunk's trace was written before a moment."""
    old = IMPORT_TRACE.c.campaign_id == campaign, IMPORT_TRACE.c.written_at < before
    return bool(reading.query(select(IMPORT_TRACE.c.chunk).where(*old).limit(1)))


def insert_undo(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep that an import is to be undone."""
    return processing.execute(IMPORT_UNDO, insert(IMPORT_UNDO), {"campaign_id": processing.campaign, **values})


def undo_row(processing: Processing, one: UUID, *, locked: bool = False) -> Any | None:  # noqa: ANN401 - a row
    """Return the undoing of an import; locked, nobody else goes on with it before the end."""
    own = IMPORT_UNDO.c.campaign_id == processing.campaign, IMPORT_UNDO.c.id == one
    statement = select(IMPORT_UNDO).where(*own)
    return _first(processing.look_up(IMPORT_UNDO, statement.with_for_update() if locked else statement))


def change_undo(processing: Processing, one: UUID, values: Mapping[str, Any]) -> int:
    """Keep how far an undoing is."""
    own = IMPORT_UNDO.c.campaign_id == processing.campaign, IMPORT_UNDO.c.id == one
    return processing.execute(IMPORT_UNDO, update(IMPORT_UNDO).where(*own).values(**values))


def undone_since(processing: Processing, since: datetime) -> list[UUID]:
    """Return the imports whose undoing began since a moment, a thousand at most."""
    own = IMPORT_UNDO.c.campaign_id == processing.campaign, IMPORT_UNDO.c.begun_at >= since
    rows = processing.look_up(IMPORT_UNDO, select(IMPORT_UNDO.c.id).where(*own).limit(_MOST_UNDONE))
    return [row.id for row in rows]


def undoing_now(processing: Processing) -> list[UUID]:
    """Return the imports that are being undone, a thousand at most."""
    own = IMPORT_UNDO.c.campaign_id == processing.campaign, IMPORT_UNDO.c.state == RUNNING
    return [row.id for row in processing.look_up(IMPORT_UNDO, select(IMPORT_UNDO.c.id).where(*own).limit(_MOST_UNDONE))]


def undoing_failed(processing: Processing, since: datetime) -> list[UUID]:
    """Return the imports whose undoing failed since a moment, a thousand at most."""
    own = IMPORT_UNDO.c.campaign_id == processing.campaign, IMPORT_UNDO.c.state == FAILED
    failed = select(IMPORT_UNDO.c.id).where(*own, IMPORT_UNDO.c.finished_at > since).limit(_MOST_UNDONE)
    return [row.id for row in processing.look_up(IMPORT_UNDO, failed)]


def is_any_undoing(reading: Transaction, campaign: CampaignId) -> bool:
    """Tell whether any import is being undone."""
    own = IMPORT_UNDO.c.campaign_id == campaign, IMPORT_UNDO.c.state == RUNNING
    return bool(reading.query(select(IMPORT_UNDO.c.id).where(*own).limit(1)))


def _made(campaign: CampaignId, job: UUID) -> tuple[ColumnElement[bool], ...]:
    return IMPORT_TRACE.c.campaign_id == campaign, IMPORT_TRACE.c.job_id == job


def _first(rows: Sequence[Any]) -> Any | None:  # noqa: ANN401 - a row
    return rows[0] if rows else None


def _own(campaign: CampaignId, one: UUID) -> tuple[ColumnElement[bool], ...]:
    return IMPORT_RUN.c.campaign_id == campaign, IMPORT_RUN.c.id == one


def _stale(campaign: CampaignId, before: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = IMPORT_RUN.c.state.in_(OPEN) & (IMPORT_RUN.c.created_at < before)
    told = IMPORT_RUN.c.has_report & (IMPORT_RUN.c.finished_at < before)
    return IMPORT_RUN.c.campaign_id == campaign, or_(waits, told)
