"""Tell one endpoint of something that it did not subscribe to: a message of ours, for it alone."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from audit.processing import Processing
from jobs.message import DELIVER, message
from jobs.store.tasks import insert_tasks, new_row
from jobs.store.webhooks import all_endpoints
from kernel.identity import random_uuid


def enabled_addresses(processing: Processing) -> dict[str, UUID]:
    """Return the endpoints that are told today, by their addresses."""
    return {row.url: row.id for row in all_endpoints(processing) if row.enabled}


def tell_endpoints(processing: Processing, kind: str, told: Sequence[tuple[UUID, Mapping[str, Any]]]) -> dict[str, int]:
    """Put a message for each of these endpoints into the outbox, with its data; return the rows to note."""
    rows = [
        new_row(
            processing.campaign,
            random_uuid(),
            kind=DELIVER,
            target=endpoint,
            payload=message(kind, processing.campaign, processing.at, data),
            at=processing.at,
        )
        for endpoint, data in told
    ]
    return {"task.insert": insert_tasks(processing, rows) if rows else 0}
