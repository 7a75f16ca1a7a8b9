"""The runs of the sweep: begun, taken further chunk by chunk, ended, listed."""

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.enqueue import enqueue_task
from kernel.errors import Conflict
from kernel.identity import random_uuid
from retention.store import advance_run, insert_run, runs_between, unfinished_run

REQUESTED = "retention.requested"
"""The kind of task that does a sweep that was asked for."""
_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How far a sweep is, and what it did: counts by line of the schedule and act, such as ``roll.erased``."""

    id: UUID
    simulated: bool
    started_at: datetime
    finished_at: datetime | None
    after: UUID | None
    """The id after which it goes on."""
    chunks: int
    examined: int
    counts: Mapping[str, int]


def begin_run(processing: Processing, *, simulated: bool) -> Run:
    """Return the interrupted run of this kind, or a new one, noted as the parent of its chunks."""
    row = unfinished_run(processing, simulated=simulated)
    run = _new(processing, simulated=simulated) if row is None else _view(row)
    counts = {"retention_run.insert": 1 if row is None else 0}
    free = {"simulated": simulated, "resumed": row is not None}
    processing.note(Note(event=Event.RETENTION_STARTED, counts=counts, job=run.id, free=free))
    return run


def advance(processing: Processing, run: Run, *, after: UUID | None, examined: int, swept: Mapping[str, int]) -> Run:
    """Write that a chunk is done; nothing to go on after ends the run. Raises Conflict where another took it on."""
    moved = dataclasses.replace(
        run,
        after=after,
        chunks=run.chunks + 1,
        examined=run.examined + examined,
        counts=dict(sorted((Counter(run.counts) + Counter(swept)).items())),
        finished_at=processing.at if after is None else None,
    )
    values = {
        "after_id": moved.after,
        "chunks": moved.chunks,
        "examined": moved.examined,
        "counts": json.dumps(moved.counts),
        "finished_at": moved.finished_at,
    }
    if advance_run(processing, run.id, run.chunks, values) != 1:
        message = "another process sweeps this campaign"
        raise Conflict(message)
    event = Event.RETENTION_ADVANCED if after is not None else Event.RETENTION_FINISHED
    free = {"simulated": run.simulated, "swept": moved.counts} if after is None else None
    processing.note(Note(event=event, counts={"retention_run.update": 1}, job=run.id, free=free))
    return moved


def add_rest(processing: Processing, run: Run, rest: Mapping[str, int]) -> None:
    """Add to a finished run what left beside the contacts, as ``log.cleared``: the month's report tells of it too."""
    counts = dict(sorted({**run.counts, **{f"{name}.cleared": rows for name, rows in rest.items()}}.items()))
    changed = advance_run(processing, run.id, run.chunks, {"counts": json.dumps(counts)})
    processing.note(Note(event=Event.RETENTION_ADVANCED, counts={"retention_run.update": changed}, job=run.id))


def list_runs(processing: Processing, since: datetime, until: datetime) -> list[Run]:
    """Return the runs that began within a time, the newest first; they tell of nobody."""
    return [_view(row) for row in runs_between(processing, since, until, _MOST)]


def _new(processing: Processing, *, simulated: bool) -> Run:
    run = Run(
        id=random_uuid(),
        simulated=simulated,
        started_at=processing.at,
        finished_at=None,
        after=None,
        chunks=0,
        examined=0,
        counts={},
    )
    values: dict[str, Any] = {"id": run.id, "simulated": simulated, "started_at": run.started_at, "chunks": 0}
    values |= {"finished_at": None, "after_id": None, "examined": 0, "counts": "{}"}
    insert_run(processing, values | {"edition": processing.edition.digest[:16]})
    return run


def _view(row: Any) -> Run:  # noqa: ANN401 - a row
    return Run(
        id=row.id,
        simulated=row.simulated,
        started_at=row.started_at,
        finished_at=row.finished_at,
        after=row.after_id,
        chunks=row.chunks,
        examined=row.examined,
        counts=json.loads(row.counts),
    )


def list_past_runs(processing: Processing, since: datetime) -> list[Run]:
    """Return the runs that began since an instant, the oldest first; the reading is noted."""
    processing.note(Note(event=Event.RETENTION_READ, counts={}))
    return list_runs(processing, since, processing.at + timedelta(seconds=1))[::-1]


def request_run(processing: Processing, *, simulated: bool) -> UUID:
    """Ask for a sweep, which a worker does soon; return its task."""
    task = random_uuid()
    counts = enqueue_task(processing, REQUESTED, task, {"simulated": "yes" if simulated else "no"})
    processing.note(Note(event=Event.RETENTION_REQUESTED, counts=counts, free={"simulated": simulated}))
    return task
