"""List jobs and tasks, and bring dead ones back: what died stays until somebody replays it or its time is over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.books import Books
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.changes import has_old_changes, purge_changes
from jobs.store.changes import CHANGE
from jobs.store.tasks import TASK, dead_tasks, delete_dead, page_of_jobs, revive_tasks
from jobs.store.webhooks import (
    DELIVERY,
    SECRET,
    all_endpoints,
    delete_deliveries,
    delete_expired_secrets,
    is_anything_spent,
)
from kernel.errors import Conflict, NotFound
from kernel.identity import CampaignId

KEPT = timedelta(days=30)
"""How long dead letters and the list of deliveries are kept: they name ids of contacts that may be gone."""

OUTBOX = (TASK, DELIVERY, SECRET, CHANGE)

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job or a task, and how far it is."""

    id: UUID
    kind: str
    state: str
    endpoint: UUID | None
    attempts: int
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class JobPage:
    """Jobs of one page, and where the next begins; None after the last."""

    jobs: tuple[JobView, ...]
    next: Place | None


def list_jobs(processing: Processing, *, only_dead: bool, before: Place | None, limit: int) -> JobPage:
    """Return a page of jobs and tasks, newest first; only dead letters if asked."""
    rows = page_of_jobs(processing, only_dead=only_dead, one=None, before=before, limit=limit)
    processing.note(Note(event=Event.JOB_LISTED, counts={}))
    last = rows[-1] if len(rows) == limit else None
    return JobPage(tuple(map(_view, rows)), None if last is None else (last.created_at, last.id))


def read_job(processing: Processing, job: UUID) -> JobView:
    """Return one job or task. Raises NotFound: what is done has left the outbox."""
    rows = page_of_jobs(processing, only_dead=False, one=job, before=None, limit=1)
    processing.note(Note(event=Event.JOB_LISTED, counts={}))
    if not rows:
        message = "no such job in this campaign, or it is done"
        raise NotFound(message)
    return _view(rows[0])


def replay_tasks(processing: Processing, tasks: Collection[UUID] | None) -> list[UUID]:
    """Make dead letters due at once, all of them for None; return which.

    Raises NotFound if one is not dead, Conflict if its endpoint is disabled: it would die again at once.
    """
    rows = dead_tasks(processing, tasks)
    found = [row.id for row in rows]
    if tasks is not None and set(tasks) - set(found):
        message = "no such dead letter in this campaign"
        raise NotFound(message)
    _check_enabled(processing, rows)
    revived = revive_tasks(processing, found) if found else 0
    processing.note(Note(event=Event.TASK_REPLAYED, counts={"task.update": revived}))
    return found


def has_spent(books: Books, campaign: CampaignId) -> bool:
    """Tell whether there is anything to purge; the books are those of ``OUTBOX``."""
    return is_anything_spent(books, campaign, books.at - KEPT) or has_old_changes(books, campaign)


def purge_outbox(processing: Processing) -> None:
    """Delete dead letters, deliveries and changes whose time is over, and secrets that sign no more."""
    before = processing.at - KEPT
    counts = {
        "task.delete": delete_dead(processing, before),
        "webhook_delivery.delete": delete_deliveries(processing, before),
        "webhook_secret.delete": delete_expired_secrets(processing),
        "change.delete": purge_changes(processing),
    }
    processing.note(Note(event=Event.TASK_PURGED, counts=counts))


def _check_enabled(processing: Processing, rows: Sequence[Any]) -> None:
    disabled = {one.id for one in all_endpoints(processing) if not one.enabled}
    if any(row.target in disabled for row in rows):
        message = "the endpoint is disabled: enable it, then replay"
        raise Conflict(message)


def _view(row: Any) -> JobView:  # noqa: ANN401 - a row
    return JobView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        endpoint=row.target,
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        failure=row.failure,
    )
