"""Register the addresses that are told of a campaign's events, change them, take them away; rotate their secrets."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.message import DELIVER, TEST, message
from jobs.seal import draw_secret
from jobs.signature import write_secret
from jobs.store.tasks import delete_of_target, insert_tasks, new_row
from jobs.store.webhooks import (
    DELIVERY,
    SECRET,
    all_endpoints,
    delete_of_endpoint,
    delete_secrets,
    expire_secret,
    find_endpoint,
    insert_endpoint,
    insert_secret,
    page_of_deliveries,
    read_secrets,
    remove_endpoint_row,
    update_endpoint,
)
from jobs.target import TargetRules, check_events, read_target
from kernel.errors import Conflict, NotFound
from kernel.identity import random_uuid

MOST_ENDPOINTS = 20
LONGEST_OVERLAP = timedelta(days=7)
_FIRST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """An endpoint as its owner sees it: its secret is shown when it is drawn, and never again."""

    id: UUID
    url: str
    events: tuple[str, ...]
    enabled: bool
    disabled_because: str | None
    created_at: datetime
    active_from: datetime


@dataclass(frozen=True, slots=True)
class AddedEndpoint:
    """A new endpoint with its secret, which is shown this once."""

    endpoint: EndpointView
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One attempt to deliver a message."""

    id: UUID
    message: UUID
    type: str
    attempt: int
    at: datetime
    milliseconds: int
    outcome: str
    status_class: str | None


def add_endpoint(
    processing: Processing, *, url: str, events: Collection[str], rules: TargetRules, delay: timedelta
) -> AddedEndpoint:
    """Register an address for events; it hears of what happens after ``delay``, when every process knows of it.

    Raises BadTarget for an address that no message is sent to, Invalid for an unknown event, Conflict for one too many.
    """
    read_target(url, rules)
    check_events(events, tuple(Announcement))
    if len(all_endpoints(processing)) >= MOST_ENDPOINTS:
        text = f"a campaign has at most {MOST_ENDPOINTS} endpoints"
        raise Conflict(text)
    endpoint = random_uuid()
    values = {
        "campaign_id": processing.campaign,
        "id": endpoint,
        "url": url,
        "events": json.dumps(sorted(set(events))),
        "enabled": True,
        "disabled_because": None,
        "failures": 0,
        "dead_letters": 0,
        "paused_until": None,
        "created_at": processing.at,
        "active_from": processing.at + delay,
    }
    insert_endpoint(processing, values)
    secret = _draw(processing, endpoint, _FIRST)
    counts = {"webhook_endpoint.insert": 1, "webhook_secret.insert": 1}
    processing.note(Note(event=Event.WEBHOOK_ADDED, counts=counts, free={"endpoint": str(endpoint), "url": url}))
    return AddedEndpoint(_view(_found(processing, endpoint)), secret)


def list_endpoints(processing: Processing) -> list[EndpointView]:
    """Return every endpoint of the campaign, oldest first."""
    processing.note(Note(event=Event.WEBHOOK_LISTED, counts={}))
    return [_view(row) for row in all_endpoints(processing)]


def change_endpoint(
    processing: Processing,
    endpoint: UUID,
    *,
    rules: TargetRules,
    url: str | None = None,
    events: Collection[str] | None = None,
    enabled: bool | None = None,
) -> EndpointView:
    """Change what is given of an endpoint; enabling it forgets its failures. Raises NotFound, BadTarget, Invalid."""
    _found(processing, endpoint)
    values: dict[str, Any] = {}
    if url is not None:
        read_target(url, rules)
        values["url"] = url
    if events is not None:
        check_events(events, tuple(Announcement))
        values["events"] = json.dumps(sorted(set(events)))
    if enabled is not None:
        values |= {"enabled": enabled, "disabled_because": None if enabled else "request"}
        values |= {"failures": 0, "dead_letters": 0, "paused_until": None}
    changed = update_endpoint(processing, endpoint, values) if values else 0
    free = {"endpoint": str(endpoint)} | ({} if url is None else {"url": url})
    processing.note(
        Note(
            event=Event.WEBHOOK_CHANGED,
            counts={"webhook_endpoint.update": changed},
            fields=sorted({"url", "events", "enabled"} & set(values)),
            free=free,
        ),
    )
    return _view(_found(processing, endpoint))


def remove_endpoint(processing: Processing, endpoint: UUID) -> None:
    """Remove an endpoint with its secrets, what waits for it, and the list of its deliveries. Raises NotFound."""
    _found(processing, endpoint)
    counts = {
        "webhook_secret.delete": delete_of_endpoint(processing, SECRET, SECRET.c.endpoint_id, endpoint),
        "webhook_delivery.delete": delete_of_endpoint(processing, DELIVERY, DELIVERY.c.endpoint_id, endpoint),
        "task.delete": delete_of_target(processing, endpoint),
        "webhook_endpoint.delete": remove_endpoint_row(processing, endpoint),
    }
    processing.note(Note(event=Event.WEBHOOK_REMOVED, counts=counts, free={"endpoint": str(endpoint)}))


def rotate_secret(processing: Processing, endpoint: UUID, overlap: timedelta) -> str:
    """Draw a new secret and return it; the one before signs too until ``overlap`` is over, any older one no more.

    Raises NotFound.
    """
    _found(processing, endpoint)
    rows = read_secrets(processing, endpoint)
    newest, older = rows[0].number, [row.number for row in rows[1:]]
    until = processing.at + min(overlap, LONGEST_OVERLAP)
    counts = {
        "webhook_secret.read": len(rows),
        "webhook_secret.delete": delete_secrets(processing, endpoint, older) if older else 0,
        "webhook_secret.update": expire_secret(processing, endpoint, newest, until),
        "webhook_secret.insert": 1,
    }
    secret = _draw(processing, endpoint, newest + 1)
    processing.note(Note(event=Event.WEBHOOK_ROTATED, counts=counts, free={"endpoint": str(endpoint)}))
    return secret


def try_endpoint(processing: Processing, endpoint: UUID) -> UUID:
    """Put a message in the outbox that only shows whether the endpoint works; return its task. Raises NotFound."""
    _found(processing, endpoint)
    task = random_uuid()
    body = message(TEST, processing.campaign, processing.at, {})
    row = new_row(processing.campaign, task, kind=DELIVER, target=endpoint, payload=body, at=processing.at)
    insert_tasks(processing, [row])
    processing.note(
        Note(event=Event.WEBHOOK_TESTED, counts={"task.insert": 1}, free={"endpoint": str(endpoint)}),
    )
    return task


def list_deliveries(
    processing: Processing, endpoint: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[DeliveryView]:
    """Return a page of the attempts to deliver to an endpoint, newest first. Raises NotFound."""
    _found(processing, endpoint)
    processing.note(Note(event=Event.WEBHOOK_LISTED, counts={}))
    return [
        DeliveryView(
            id=row.id,
            message=row.task_id,
            type=row.type,
            attempt=row.attempt,
            at=row.at,
            milliseconds=row.milliseconds,
            outcome=row.outcome,
            status_class=row.status_class,
        )
        for row in page_of_deliveries(processing, endpoint, before=before, limit=limit)
    ]


def read_endpoint(processing: Processing, endpoint: UUID) -> EndpointView:
    """Return one endpoint. Raises NotFound."""
    row = _found(processing, endpoint)
    processing.note(Note(event=Event.WEBHOOK_LISTED, counts={}))
    return _view(row)


def _found(processing: Processing, endpoint: UUID) -> Any:  # noqa: ANN401 - a row
    row = find_endpoint(processing, endpoint)
    if row is None:
        text = "no such webhook endpoint in this campaign"
        raise NotFound(text)
    return row


def _draw(processing: Processing, endpoint: UUID, number: int) -> str:
    secret, sealed = draw_secret(processing.keys, endpoint, number)
    values = {"campaign_id": processing.campaign, "endpoint_id": endpoint, "number": number, "sealed": sealed}
    insert_secret(processing, values | {"created_at": processing.at, "expires_at": None})
    return write_secret(secret)


def _view(row: Any) -> EndpointView:  # noqa: ANN401 - a row
    return EndpointView(
        id=row.id,
        url=row.url,
        events=tuple(json.loads(row.events)),
        enabled=row.enabled,
        disabled_because=row.disabled_because,
        created_at=row.created_at,
        active_from=row.active_from,
    )
