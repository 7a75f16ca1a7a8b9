"""The chunks of lists that left, as the log tells of them: of which export, when, why, to whom, and who was in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.consultations import listed, open_free
from audit.processing import Processing
from audit.store import page_of_export_chunks


@dataclass(frozen=True, slots=True)
class Emitted:
    """One chunk of an export; its persons are named by references, in no order that says anything."""

    export: UUID
    at: datetime
    purpose: str
    recipient: str | None
    fields: tuple[str, ...]
    subjects: tuple[bytes, ...]


def emitted_chunks(processing: Processing) -> Iterator[Emitted]:
    """Yield the chunks of every export that has an id, oldest first; the caller notes each as ``entry.read``."""
    rows = page_of_export_chunks(processing, None)
    while rows:
        for row in rows:
            told = open_free(processing, row) or {}
            fields = tuple(json.loads(row.fields))
            yield Emitted(row.job_id, row.at, row.purpose, told.get("recipient"), fields, tuple(listed(row)))
        rows = page_of_export_chunks(processing, (rows[-1].at, rows[-1].id))
