"""Keep what contacts were before a job changed them: only what it changed, sealed under each person's own key."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from audit.processing import Processing
from contacts.journal.reverse import Step
from contacts.journal.store import insert_steps
from contacts.merge import Change
from crypto.personal import open_personal, seal_personal
from crypto.record import Field
from kernel.errors import Unopenable
from keys.create import Compartment

_SEALED = 1
"""The number of the sealed part in what is bound to it; it never changes."""


def keep_steps(processing: Processing, job: UUID, changes: Sequence[Change]) -> dict[str, int]:
    """Keep what a job changes, in the transaction that does; return the rows to note."""
    rows = [
        (*_place(processing, job, one), _sealed(processing, job, one))
        for one in sorted(changes, key=lambda one: one.contact.person.int)
    ]
    return {"contact_journal.insert": insert_steps(processing, rows) if rows else 0}


def open_step(processing: Processing, key: bytes, row: Any) -> Step:  # noqa: ANN401 - a row
    """Return a change that was kept. Raises Unopenable."""
    told = json.loads(open_personal(key, row.sealed, **_bound(processing, row.contact_id.bytes)))
    if (told["job"], told["revision"]) != (row.job_id.hex, row.revision):
        raise Unopenable
    return Step(
        category=told["category"],
        gone=_fields(told["gone"]),
        came=_fields(told["came"]),
        clear={name: (before, after) for name, (before, after) in told["clear"].items()},
        tags=tuple(told["tags"]),
    )


def clear_text(value: date | str | None) -> str | None:
    """Return what stands in a clear column as the journal writes it."""
    return value.isoformat() if isinstance(value, date) else value


def _sealed(processing: Processing, job: UUID, change: Change) -> bytes:
    row = change.contact.row
    told = {
        "job": job.hex,
        "revision": row.revision,
        "category": row.category,
        "gone": [_written(one) for one in change.gone],
        "came": [_written(one) for one in change.added],
        "clear": {name: (clear_text(getattr(row, name)), clear_text(value)) for name, value in change.clear.items()},
        "tags": list(change.tags),
    }
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return seal_personal(change.contact.key, plain, **_bound(processing, row.id.bytes))


def _place(processing: Processing, job: UUID, change: Change) -> tuple[Any, ...]:
    return processing.campaign, job, change.contact.person, change.contact.row.revision, processing.at


def _bound(processing: Processing, person: bytes) -> Mapping[str, Any]:
    where = {"campaign": processing.campaign.bytes, "person": person}
    return where | {"compartment": Compartment.CONTACT.value, "field": _SEALED}


def _written(one: Field) -> tuple[int, int, int, str]:
    return one.code, one.origin, one.obtained, one.value.decode()


def _fields(told: Sequence[Sequence[Any]]) -> tuple[Field, ...]:
    return tuple(Field(code, origin, obtained, value.encode()) for code, origin, obtained, value in told)
