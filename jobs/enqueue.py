"""Put tasks of other rooms into the outbox, in the transaction that wants them done."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from audit.processing import Processing
from jobs.store.tasks import alive_payloads, insert_tasks, new_row
from kernel.identity import random_uuid


def enqueue_tasks(processing: Processing, kind: str, payloads: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Write tasks that are due at once, of ids and words of our own; return the rows to note."""
    rows = [
        new_row(processing.campaign, random_uuid(), kind=kind, target=None, payload=one, at=processing.at)
        for one in payloads
    ]
    return {"task.insert": insert_tasks(processing, rows) if rows else 0}


def alive_tasks(processing: Processing, kind: str) -> list[Mapping[str, Any]]:
    """Return what the tasks of a kind are about that wait or are being done: a thousand at most, the newest."""
    return [json.loads(payload) for payload in alive_payloads(processing, kind)]


def enqueue_task(processing: Processing, kind: str, task: UUID, payload: Mapping[str, str]) -> dict[str, int]:
    """Write one task under an id of the caller's, so that it can be followed; return the rows to note."""
    row = new_row(processing.campaign, task, kind=kind, target=None, payload=payload, at=processing.at)
    return {"task.insert": insert_tasks(processing, [row])}
