"""Exports that are written at once, to a file of whoever orders them: kept and added up like every other."""

import json
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from files.export_file import FIXED
from files.exports.order import Wanted, checked_order, fields_of, is_too_much, order_row
from files.exports.states import COLLECTED, FAILED
from files.exports.store import change_export, insert_export
from files.failure import failure_of
from kernel.identity import random_uuid

FILE = "file"
"""How such a file is secured: not at all, it lies where whoever ordered it wanted it."""


def order_at_once(processing: Processing, wanted: Wanted, *, alone: int) -> UUID | None:
    """Keep that a list is written at once; None where it takes somebody else's approval, as a job that waits for it.

    ``alone`` is how many contacts one actor may let leave in a day alone. Raises as ``order_export`` does.
    """
    recipient = checked_order(processing, wanted, {FILE})
    fields = list(dict.fromkeys([*FIXED, *fields_of(processing, wanted.order.only)]))
    if is_too_much(processing, wanted.order.cap, alone):
        processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
        return None
    one = random_uuid()
    row = order_row(processing, one, COLLECTED, wanted, recipient, fields)
    counts = {"export_run.insert": insert_export(processing, row | {"started_at": processing.at, "collected": 1})}
    free = {"reason": wanted.order.reason, "recipient_id": str(recipient.id)}
    processing.note(Note(event=Event.EXPORT_ORDERED, counts=counts, fields=field_names(fields), free=free, job=one))
    return one


def end_at_once(processing: Processing, one: UUID, counts: dict[str, Any], size: int) -> None:
    """Keep what a list that was written at once came to."""
    told = {"counts": json.dumps(counts), "weight": counts["contacts"], "size": size, "finished_at": processing.at}
    changed = change_export(processing, one, (COLLECTED,), told)
    processing.note(
        Note(event=Event.EXPORT_COLLECTED, counts={"export_run.update": changed}, free={"by": FILE}, job=one)
    )


def fail_at_once(processing: Processing, one: UUID, error: BaseException, *, left: bool) -> None:
    """Keep that the writing of a list failed, and why; where lines ``left``, it counts all the same."""
    told = {"state": FAILED, "failure": json.dumps(failure_of(error)), "finished_at": processing.at}
    told |= {"collected": int(left)}
    changed = change_export(processing, one, (COLLECTED,), told)
    processing.note(Note(event=Event.EXPORT_FAILED, counts={"export_run.update": changed}, job=one))
