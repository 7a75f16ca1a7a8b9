"""Imports over the API: asked for, listed, shown, cancelled, ended."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attachments.intake import Taken
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.cohorts import cohort_to_join
from contacts.declare import origin_by_number
from crypto.stream import wrap_file_key
from files.plan import meanings
from files.profiles import profile_names
from files.sealed import Spool
from files.store import (
    CANCELLED,
    FINISHED,
    IMPORT_RUN,
    OPEN,
    QUEUED,
    change_open_run,
    insert_run,
    page_of_runs,
    run_row,
)
from jobs import run as jobs
from jobs.enqueue import enqueue_tasks
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId
from keys.create import Compartment, draw_person_keys, store_person_keys
from keys.shred import shred_person_keys

RUN = "import.run"
"""The kind of task that takes an import on by one turn."""
KEPT = timedelta(days=7)
"""How long an upload may wait, and the report of an import can be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How an uploaded list is to be imported."""

    origin: int
    profile: str | None = None
    category: str | None = None
    dry_run: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    cohort: int | None = None
    """The cohort that the opt-ins of the list's maker belong to."""
    ask: bool = False
    """Whether it waits until somebody has said what its columns are, also where a profile knows them."""

    def text(self) -> str:
        """Return it as it is kept, always in the same words."""
        told: dict[str, Any] = {
            "origin": self.origin,
            "profile": self.profile,
            "category": self.category,
            "dry_run": self.dry_run,
        }
        told |= {"mapping": dict(self.mapping), "cohort": self.cohort, "ask": self.ask}
        return json.dumps(told, sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An import: how it was asked for, how far it is, what became of columns, rows and cells."""

    id: UUID
    state: str
    purpose: str
    origin: int
    profile: str | None
    category: str | None
    cohort: int | None
    dry_run: bool
    percent: int
    seconds_left: int | None
    rows: Mapping[str, int]
    cells: Mapping[str, int]
    columns: list[Mapping[str, Any]]
    proposals: list[Mapping[str, Any]]
    """What may become of each column, while it waits for somebody to decide."""
    failure: Mapping[str, Any] | None
    has_report: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def check_declared(processing: Processing, declared: Declared) -> None:
    """Raise Invalid for an origin, profile, category or field that there is not: before a file is taken in."""
    origin_by_number(processing, declared.origin)
    if declared.profile is not None and declared.profile not in profile_names():
        raise Invalid(f"no such profile: one of {', '.join(sorted(profile_names()))}")
    if declared.category is not None and declared.category not in processing.edition.categories:
        raise Invalid(f"no such category: one of {', '.join(sorted(processing.edition.categories))}")
    if declared.cohort is not None:
        cohort_to_join(processing, declared.cohort)
    if not (meanings() | processing.edition.fields.keys()).issuperset(declared.mapping.values()):
        raise Invalid("mapping gives a column what is no field of a list")


def request_import(processing: Processing, spool: Spool, taken: Taken, declared: Declared) -> UUID:
    """Ask for the import of a list that stands in the spool, under its own id; a worker does it soon.

    Raises Invalid, NoRoom.
    """
    check_declared(processing, declared)
    drawn = draw_person_keys(processing, [PersonId(taken.id)], Compartment.ATTACHMENT)
    store_person_keys(processing, drawn, [0])
    wrapped = wrap_file_key(drawn.secrets[0], campaign=taken.campaign.bytes, file=taken.id.bytes, key=taken.key)
    spool.keep_key(taken.id, wrapped)
    values = {
        "id": taken.id,
        "state": QUEUED,
        "actor": processing.actor.id,
        "actor_kind": processing.actor.kind.value,
        "purpose": processing.purpose,
        "declared": declared.text(),
        "size": taken.size,
        "consumed": 0,
        "counts": json.dumps({"rows": {}, "cells": {}}),
        "plan": json.dumps({"profile": declared.profile, "columns": []}),
        "failure": None,
        "has_report": True,
        "created_at": processing.at,
        "started_at": None,
        "finished_at": None,
    }
    counts = {"import_run.insert": insert_run(processing, values), "person_key.insert": 1}
    counts |= enqueue_tasks(processing, RUN, [{"import": str(taken.id)}])
    processing.note(Note(event=Event.IMPORT_RECEIVED, counts=counts, job=taken.id))
    return taken.id


def list_imports(processing: Processing, before: tuple[datetime, UUID] | None, limit: int) -> list[ImportView]:
    """Return a page of imports, the newest first."""
    rows = page_of_runs(processing, before, limit)
    processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
    return [_view(row, processing.at) for row in rows]


def show_import(processing: Processing, one: UUID) -> ImportView:
    """Return an import. Raises NotFound."""
    row = run_row(processing, one)
    processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
    return _view(_known(row), processing.at)


def cancel_import(processing: Processing, one: UUID) -> None:
    """End an import between two chunks; what was stored stays. The caller drops the upload once this is committed.

    Raises NotFound, and Conflict where it has ended otherwise.
    """
    row = _known(run_row(processing, one))
    if row.state == CANCELLED:
        processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
        return
    counts = end_import(processing, one, CANCELLED)
    if not counts:
        raise Conflict("the import has ended already")
    processing.note(Note(event=Event.IMPORT_CANCELLED, counts=counts, job=one))


def end_import(
    processing: Processing, one: UUID, state: str, failure: Mapping[str, Any] | None = None
) -> dict[str, int]:
    """End an import that has not ended, and shred its key; return the rows to note, none where it has ended."""
    values: dict[str, Any] = {"state": state, "finished_at": processing.at}
    values["failure"] = None if failure is None else json.dumps(failure)
    if state == FINISHED:
        values["consumed"] = IMPORT_RUN.c.size
    if not change_open_run(processing, one, values):
        return {}
    shredded = shred_person_keys(processing, [PersonId(one)], Compartment.ATTACHMENT)
    return {"import_run.update": 1, "person_key.delete": shredded, **jobs.end(processing, one, state)}


def _known(row: Any | None) -> Any:  # noqa: ANN401 - a row
    if row is None:
        raise NotFound("no such import in this campaign")
    return row


def _view(row: Any, now: datetime) -> ImportView:  # noqa: ANN401 - a row
    declared, plan, counts = json.loads(row.declared), json.loads(row.plan), json.loads(row.counts)
    return ImportView(
        id=row.id,
        state=row.state,
        purpose=row.purpose,
        origin=declared["origin"],
        profile=plan["profile"],
        category=declared["category"],
        cohort=declared.get("cohort"),
        dry_run=declared["dry_run"],
        percent=100 if row.state == FINISHED else min(99, 100 * row.consumed // row.size),
        seconds_left=_left(row, now),
        rows=counts["rows"],
        cells=counts["cells"],
        columns=plan["columns"],
        proposals=[{key: told[key] for key in told if key != "named"} for told in plan.get("proposals", [])],
        failure=None if row.failure is None else json.loads(row.failure),
        has_report=row.has_report,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _left(row: Any, now: datetime) -> int | None:  # noqa: ANN401 - a row
    """Guess from the pace so far how long the rest takes."""
    if row.state not in OPEN or row.started_at is None or not row.consumed:
        return None
    passed: float = (now - row.started_at).total_seconds()
    return int(passed * (row.size - row.consumed) / row.consumed)
