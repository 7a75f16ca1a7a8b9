"""What exports are and how far: listed, shown, cancelled, ended."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.consultations import exports_of
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.recipients import list_recipients
from contacts.outside import outside_of
from files.exports.states import CANCELLED, COLLECTED, ERASED, FAILED, KEPT, OPEN
from files.exports.store import change_export, export_row, page_of_exports, rows_of_exports
from jobs import run as jobs
from kernel.errors import Conflict, NotFound
from kernel.identity import PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """An export: how it was ordered, by whom and for whom, how far it is, until when its file waits."""

    id: UUID
    state: str
    purpose: str
    ordered_by: str
    recipient: UUID
    recipient_name: str
    reason: str
    selection: Mapping[str, Any]
    saved: UUID | None
    fields: list[str]
    channel: str | None
    cap: int
    format: str
    secured: str
    approval: UUID | None
    contacts: int
    withheld: int
    refused: Mapping[str, int]
    size: int
    collected: int
    failure: Mapping[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    until: datetime | None


def list_exports(processing: Processing, before: tuple[datetime, UUID] | None, limit: int) -> list[ExportView]:
    """Return a page of exports, the newest first."""
    rows = page_of_exports(processing, before, limit)
    names = _names(processing)
    processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
    return [_view(row, names) for row in rows]


def show_export(processing: Processing, one: UUID) -> ExportView:
    """Return an export. Raises NotFound."""
    row = known_export(processing, one)
    processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
    return _view(row, _names(processing))


def known_export(processing: Processing, one: UUID, *, locked: bool = False) -> Any:  # noqa: ANN401 - a row
    """Return an export's row. Raises NotFound."""
    row = export_row(processing, one, locked=locked)
    if row is None:
        raise NotFound("no such export in this campaign")
    return row


def cancel_export(processing: Processing, one: UUID) -> None:
    """End an export between two chunks, or withdraw its file; what was written is let go, and its notes stay.

    The caller drops what stands in the spool once this is committed. Raises NotFound, and Conflict where it has ended
    otherwise.
    """
    row = known_export(processing, one, locked=True)
    if row.state == CANCELLED:
        processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
        return
    counts = end_export(processing, row, CANCELLED)
    if not counts:
        raise Conflict("the export has ended already")
    processing.note(Note(event=Event.EXPORT_CANCELLED, counts=counts, job=one))


def end_export(
    processing: Processing,
    row: Any,  # noqa: ANN401 - a row
    state: str,
    failure: Mapping[str, Any] | None = None,
) -> dict[str, int]:
    """End an export and shred its key: nothing of it opens any more. Return the rows to note, none where it has ended.

    The caller drops what stands in the spool once this is committed.
    """
    values: dict[str, Any] = {"state": state, "failure": None if failure is None else json.dumps(failure)}
    values["finished_at"] = row.finished_at or processing.at
    values["collected"] = row.collected + (state == COLLECTED)
    if not change_export(processing, row.id, KEPT, values):
        return {}
    shredded = shred_person_keys(processing, [PersonId(row.id)], Compartment.ATTACHMENT)
    counts = {"export_run.update": 1, "person_key.delete": shredded}
    if row.state in OPEN and row.started_at is not None:
        counts |= jobs.end(processing, row.id, FAILED if state != CANCELLED else CANCELLED)
        counts |= jobs.forget(processing, row.id)
    return counts


def exports_never_collected(processing: Processing, exports: Collection[UUID]) -> set[UUID]:
    """Return those of these exports of which no file ever left: nobody received anything by them yet."""
    found = rows_of_exports(processing, sorted(exports)) if exports else ()
    return {row.id for row in found if not row.collected}


def withdraw_exports(processing: Processing, exports: Collection[UUID]) -> None:
    """Let no file leave any more that holds somebody who was erased or restricted since it was begun; noted.

    Also one that left before: it would leave again. What stands in the spool opens no more, and is dropped within the
    hour.
    """
    found = rows_of_exports(processing, sorted(exports)) if exports else ()
    for row in (one for one in found if one.state in KEPT):
        failure = {"message": "somebody in it was erased or restricted meanwhile: order it anew", "rules": []}
        if counts := end_export(processing, row, ERASED, failure):
            processing.note(Note(event=Event.EXPORT_ERASED, counts=counts, job=row.id))


def withdraw_exports_of(processing: Processing, persons: Sequence[PersonId]) -> None:
    """Let no file leave any more that holds one of these persons, who were taken out of use; noted."""
    if not persons:
        return
    known = exports_of(processing, [one.reference for one in outside_of(processing, persons)])
    withdraw_exports(processing, {one.export for one in known if one.export is not None})


def _names(processing: Processing) -> dict[UUID, str]:
    return {one.id: one.name for one in list_recipients(processing)}


def _view(row: Any, names: Mapping[UUID, str]) -> ExportView:  # noqa: ANN401 - a row
    declared, counts = json.loads(row.declared), json.loads(row.counts)
    return ExportView(
        id=row.id,
        state=row.state,
        purpose=row.purpose,
        ordered_by=row.actor,
        recipient=row.recipient_id,
        recipient_name=names.get(row.recipient_id, ""),
        reason=row.reason,
        selection=declared["selection"],
        saved=None if declared["saved"] is None else UUID(declared["saved"]),
        fields=declared["only"],
        channel=None if declared["reach"] is None else declared["reach"]["channel"],
        cap=row.cap,
        format=declared["format"],
        secured=declared["secured"],
        approval=row.approval_id,
        contacts=counts["contacts"],
        withheld=counts["withheld"],
        refused=counts["refused"],
        size=row.size,
        collected=row.collected,
        failure=None if row.failure is None else json.loads(row.failure),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        until=row.until,
    )
