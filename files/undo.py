"""Imports that are undone: asked for, shown, stopped first where they still run, and forgotten after seven days."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.journal.arrivals import has_old_journal, sweep_journal
from files.course import KIND
from files.imports import KEPT, cancel_import
from files.store import (
    CANCELLED,
    FAILED,
    FINISHED,
    OPEN,
    RUNNING,
    change_undo,
    delete_old_traces,
    has_old_traces,
    insert_undo,
    is_any_undoing,
    run_row,
    undo_row,
    undoing_failed,
    undoing_now,
)
from files.taking_back import told_of
from jobs import run as jobs
from jobs.enqueue import alive_tasks, enqueue_tasks
from kernel.database import Transaction
from kernel.errors import Conflict, NotFound
from kernel.identity import CampaignId

UNDO = "import.undo"
"""The kind of task that takes an import back by one turn."""
_LOCK = 0x756E_646F
_NOWHERE = {"place": json.dumps({"phase": "claims", "chunk": -1, "judged": False, "after": None}), "counts": "{}"}


class NotUndoable(Conflict):
    """Say that an import cannot be undone: it still runs, was undone before, or was made too long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoView:
    """An import that is undone: how far, and what became of what it had made. Counts only."""

    id: UUID
    state: str
    contacts: Mapping[str, int]
    """``erased``, ``restored``, ``kept``, and ``gone`` where nobody was there any more."""
    kept: Mapping[str, int]
    """Contacts that stay as they are, by why."""
    data: Mapping[str, int]
    """``restored``, ``removed``, and ``left`` where they changed since."""
    others: Mapping[str, int]
    """``claims`` and ``words`` that went; ``oppositions`` that were kept of contacts that went."""
    failure: Mapping[str, Any] | None
    begun_at: datetime
    finished_at: datetime | None


def begin_undo(processing: Processing, one: UUID) -> UndoView:
    """Have an import undone as a whole; one whose undoing was interrupted, or failed, goes on from where it was.

    Raises NotFound, NotUndoable.
    """
    processing.lock([_LOCK ^ (one.int & 0x7FFF_FFFF_FFFF_0000)])
    row = undo_row(processing, one, locked=True)
    if row is not None and row.state == FINISHED:
        raise NotUndoable("the import was undone already: there is nothing left to take back")
    counts: dict[str, int] = {}
    if row is None:
        _check(processing, one)
        counts = {"import_undo.insert": insert_undo(processing, _new(processing, one) | _NOWHERE)}
    elif row.state == FAILED:
        if row.finished_at + KEPT <= processing.at:
            raise NotUndoable("the undoing failed seven days ago or more: what it took to go on is not kept longer")
        counts = {"import_undo.update": change_undo(processing, one, _new(processing, one))}
    told = enqueue_tasks(processing, UNDO, [{"import": str(one)}])
    processing.note(Note(event=Event.IMPORT_UNDO_STARTED, counts=counts | told, job=one))
    return _view(undo_row(processing, one))


def show_undo(processing: Processing, one: UUID) -> UndoView:
    """Return how far the undoing of an import is, and what came of it. Raises NotFound."""
    row = undo_row(processing, one)
    if row is None:
        raise NotFound("no such import is being undone in this campaign")
    processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
    return _view(row)


def fail_undo(processing: Processing, one: UUID, failure: Mapping[str, Any]) -> None:
    """End an undoing that cannot go on, and say why; for seven days it can be asked for anew."""
    row = undo_row(processing, one, locked=True)
    if row is None or row.state != RUNNING:
        processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
        return
    values = {"state": FAILED, "failure": json.dumps(failure), "finished_at": processing.at}
    counts = {"import_undo.update": change_undo(processing, one, values)}
    processing.note(Note(event=Event.IMPORT_UNDO_FAILED, counts=counts, job=one))


def take_up_undos(processing: Processing) -> None:
    """Have those undoings go on of which no task is left: the last one died, and could not even write that it did."""
    cared_for = {told["import"] for told in alive_tasks(processing, UNDO)}
    left = [one for one in undoing_now(processing) if str(one) not in cared_for]
    told = enqueue_tasks(processing, UNDO, [{"import": str(one)} for one in left])
    processing.note(Note(event=Event.IMPORT_UNDO_STARTED if left else Event.IMPORT_LISTED, counts=told))


def has_undos(reading: Transaction, campaign: CampaignId) -> bool:
    """Tell whether any import is being undone."""
    return is_any_undoing(reading, campaign)


def stop_import(processing: Processing, one: UUID) -> None:
    """End an import wherever it was begun; what was stored stays. Raises NotFound, Conflict."""
    job = jobs.job_of(processing, one)
    if run_row(processing, one) is not None or job is None or job.kind != KIND:
        cancel_import(processing, one)
        return
    if job.state != RUNNING:
        raise Conflict("the import has ended already")
    processing.note(Note(event=Event.IMPORT_CANCELLED, counts=jobs.end(processing, one, CANCELLED), job=one))


def has_old_traces_of_imports(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether anything by which imports are undone was kept long enough."""
    before = at - KEPT
    return has_old_traces(reading, campaign, before) or has_old_journal(reading, campaign, before)


def sweep_traces(processing: Processing) -> int:
    """Delete what imports are undone by once it was kept long enough; return how much of the journal a page was."""
    besides = undoing_now(processing) + undoing_failed(processing, processing.at - KEPT)
    gone = sweep_journal(processing, KEPT, besides)
    deleted = delete_old_traces(processing, processing.at - KEPT, besides)
    processing.note_also({"import_trace.delete": deleted})
    return gone


def _check(processing: Processing, one: UUID) -> None:
    job, run = jobs.job_of(processing, one), run_row(processing, one)
    if (job is None or job.kind != KIND) and run is None:
        raise NotFound("no such import in this campaign")
    if (run is not None and run.state in OPEN) or (job is not None and job.state == RUNNING):
        raise NotUndoable("the import has not ended: cancel it first, then undo what it stored")
    if job is None:
        raise NotUndoable("the import ended before it began: nothing of it was stored")
    if job.started_at + KEPT <= processing.at:
        raise NotUndoable(
            "an import can be undone for seven days from its beginning: what was before is not kept longer"
        )


def _new(processing: Processing, one: UUID) -> dict[str, object]:
    return {
        "id": one,
        "state": RUNNING,
        "actor": processing.actor.id,
        "actor_kind": processing.actor.kind.value,
        "purpose": processing.purpose,
        "failure": None,
        "begun_at": processing.at,
        "finished_at": None,
    }


def _view(row: Any) -> UndoView:  # noqa: ANN401 - a row
    return UndoView(
        id=row.id,
        state=row.state,
        failure=None if row.failure is None else json.loads(row.failure),
        begun_at=row.begun_at,
        finished_at=row.finished_at,
        **told_of(row),
    )
