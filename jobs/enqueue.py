"""Put tasks of other rooms into the outbox, in the transaction that wants them done."""

from collections.abc import Mapping, Sequence

from audit.processing import Processing
from jobs.store.tasks import insert_tasks, new_row
from kernel.identity import random_uuid


def enqueue_tasks(processing: Processing, kind: str, payloads: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Write tasks that are due at once, of ids and words of our own; return the rows to note."""
    rows = [
        new_row(processing.campaign, random_uuid(), kind=kind, target=None, payload=one, at=processing.at)
        for one in payloads
    ]
    return {"task.insert": insert_tasks(processing, rows) if rows else 0}
