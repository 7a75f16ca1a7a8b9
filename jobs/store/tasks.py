"""The outbox's SQL."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from audit.books import Books
from audit.processing import Processing
from jobs.store.chunks import JOB
from jobs.tables import Task, WebhookEndpoint
from kernel.columns import Identifier, Instant, table_of
from kernel.identity import CampaignId
from kernel.prepared import Prepared

TASK = table_of(Task)
ENDPOINT = table_of(WebhookEndpoint)
COLUMNS = tuple(column.name for column in TASK.columns)
WAITING, RUNNING, DEAD = "waiting", "running", "dead"

_INSERT = Prepared(insert(TASK), COLUMNS)
_FEW = 16
_MOST_ALIVE = 1_000


def new_row(
    campaign: CampaignId,
    task: UUID,
    *,
    kind: str,
    target: UUID | None,
    payload: Mapping[str, Any],
    at: datetime,
) -> tuple[Any, ...]:
    """Return the row of a task that is due at once."""
    text = json.dumps(payload, separators=(",", ":"))
    return campaign, task, kind, target, text, at, at, 0, WAITING, None, None, None


def insert_tasks(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Put tasks in the outbox."""
    if len(rows) <= _FEW:
        return processing.send(TASK, _INSERT, [dict(zip(COLUMNS, row, strict=True)) for row in rows])
    return processing.copy(TASK, COLUMNS, rows)


def alive_payloads(processing: Processing, kind: str) -> list[str]:
    """Return the payloads of the tasks of a kind that are not dead, the newest first."""
    alive = TASK.c.campaign_id == processing.campaign, TASK.c.kind == kind, TASK.c.state != DEAD
    statement = select(TASK.c.payload).where(*alive).order_by(TASK.c.created_at.desc()).limit(_MOST_ALIVE)
    return [row.payload for row in processing.look_up(TASK, statement)]


def recurring_kinds(books: Books, campaign: CampaignId, kinds: Collection[str]) -> set[str]:
    """Return which of these kinds have a task already."""
    statement = select(TASK.c.kind).where(TASK.c.campaign_id == campaign, TASK.c.kind.in_(kinds))
    return {row.kind for row in books.look_up(statement)}


def insert_recurring(books: Books, rows: Sequence[tuple[Any, ...]]) -> int:
    """Put recurring tasks in the outbox, where they stay."""
    return books.execute(insert(TASK), [dict(zip(COLUMNS, row, strict=True)) for row in rows]) if rows else 0


def due_task(books: Books, campaign: CampaignId, *, kinds: Collection[str], busy: Collection[UUID]) -> Any | None:  # noqa: ANN401 - a row
    """Return a task that nobody does, the longest due first, and let nobody else take it before the end."""
    left = and_(TASK.c.state == RUNNING, TASK.c.leased_until < books.at)
    paused = exists().where(
        ENDPOINT.c.campaign_id == campaign, ENDPOINT.c.id == TASK.c.target, ENDPOINT.c.paused_until > books.at
    )
    statement = select(TASK).where(
        TASK.c.campaign_id == campaign,
        or_(TASK.c.state == WAITING, left),
        TASK.c.due_at <= books.at,
        TASK.c.kind.in_(kinds),
        ~paused,
    )
    if busy:
        statement = statement.where(or_(TASK.c.target.is_(None), TASK.c.target.not_in(busy)))
    rows = books.look_up(statement.order_by(TASK.c.due_at).limit(1).with_for_update(skip_locked=True, of=TASK))
    return rows[0] if rows else None


def lease_task(books: Books, campaign: CampaignId, task: UUID, lease: UUID, until: datetime) -> int:
    """Take a task until an instant; a new attempt begins."""
    values = {"state": RUNNING, "lease": lease, "leased_until": until, "attempts": TASK.c.attempts + 1}
    return books.execute(update(TASK).where(TASK.c.campaign_id == campaign, TASK.c.id == task).values(values))


def finish_task(books: Books, campaign: CampaignId, task: UUID, lease: UUID) -> int:
    """Remove a task that is done, if it is still ours."""
    return books.execute(delete(TASK).where(*_ours(campaign, task, lease)))


def put_back(
    books: Books,
    campaign: CampaignId,
    task: UUID,
    lease: UUID,
    *,
    state: str,
    due_at: datetime,
    failure: str | None,
    attempts: int,
) -> int:
    """Give a task back, if it is still ours: to be tried again, or dead."""
    values = {"state": state, "due_at": due_at, "failure": failure, "attempts": attempts}
    values |= {"lease": None, "leased_until": None}
    return books.execute(update(TASK).where(*_ours(campaign, task, lease)).values(values))


def next_due(books: Books, campaign: CampaignId) -> datetime | None:
    """Return when the next task of a campaign is due or free again; None if there is none."""
    due: Select[Any] = select(func.min(TASK.c.due_at)).where(TASK.c.campaign_id == campaign, TASK.c.state == WAITING)
    found: datetime | None = books.look_up(due)[0][0]
    return found


def dead_tasks(processing: Processing, tasks: Collection[UUID] | None) -> Sequence[Any]:
    """Return these dead tasks, or all of them, and let nobody else revive them before the end."""
    statement = select(TASK).where(TASK.c.campaign_id == processing.campaign, TASK.c.state == DEAD)
    if tasks is not None:
        statement = statement.where(TASK.c.id.in_(tasks))
    return processing.look_up(TASK, statement.order_by(TASK.c.id).with_for_update())


def revive_tasks(processing: Processing, tasks: Collection[UUID]) -> int:
    """Make dead tasks due at once, as if never tried."""
    values = {"state": WAITING, "due_at": processing.at, "attempts": 0, "failure": None}
    own = TASK.c.campaign_id == processing.campaign, TASK.c.state == DEAD, TASK.c.id.in_(tasks)
    return processing.execute(TASK, update(TASK).where(*own).values(values))


def delete_dead(processing: Processing, before: datetime) -> int:
    """Delete tasks that died before an instant."""
    old = TASK.c.campaign_id == processing.campaign, TASK.c.state == DEAD, TASK.c.due_at < before
    return processing.execute(TASK, delete(TASK).where(*old))


def delete_of_target(processing: Processing, target: UUID) -> int:
    """Delete every task for a target."""
    own = TASK.c.campaign_id == processing.campaign, TASK.c.target == target
    return processing.execute(TASK, delete(TASK).where(*own))


def page_of_jobs(
    processing: Processing,
    *,
    only_dead: bool,
    one: UUID | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Any]:
    """Return a page of jobs and tasks, newest first, alike."""
    both = union_all(_tasks(processing.campaign), _jobs(processing.campaign)).subquery()
    statement: Select[Any] = select(both)
    for wanted in _narrowed(both.c, only_dead=only_dead, one=one):
        statement = statement.where(wanted)
    if before is not None:
        place = tuple_(literal(before[0], Instant()), literal(before[1], Identifier()))
        statement = statement.where(tuple_(both.c.created_at, both.c.id) < place)
    ordered = statement.order_by(both.c.created_at.desc(), both.c.id.desc()).limit(limit)
    return processing.look_up(TASK, ordered)


def _tasks(campaign: CampaignId) -> Select[Any]:
    names = ("id", "kind", "state", "target", "attempts", "created_at", "due_at", "failure")
    columns = [TASK.c[name] for name in names]
    return select(*columns, literal(None, Instant()).label("finished_at")).where(TASK.c.campaign_id == campaign)


def _jobs(campaign: CampaignId) -> Select[Any]:
    columns: Mapping[str, ColumnElement[Any]] = {
        "id": JOB.c.id,
        "kind": JOB.c.kind,
        "state": JOB.c.state,
        "target": literal(None, Identifier()),
        "attempts": literal(1),
        "created_at": JOB.c.started_at,
        "due_at": literal(None, Instant()),
        "failure": literal(None, Text()),
        "finished_at": JOB.c.finished_at,
    }
    named = [column.label(name) for name, column in columns.items()]
    return select(*named).where(JOB.c.campaign_id == campaign)


def _narrowed(columns: Any, *, only_dead: bool, one: UUID | None) -> list[ColumnElement[bool]]:  # noqa: ANN401
    narrowed: list[ColumnElement[bool]] = []
    if only_dead:
        narrowed.append(columns.state == DEAD)
    if one is not None:
        narrowed.append(columns.id == one)
    return narrowed


def _ours(campaign: CampaignId, task: UUID, lease: UUID) -> tuple[ColumnElement[bool], ...]:
    return TASK.c.campaign_id == campaign, TASK.c.id == task, TASK.c.lease == lease
