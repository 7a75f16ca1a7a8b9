"""Webhooks: which addresses are told of the campaign's events, their secrets, and what became of each message."""

import dataclasses
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import WEBHOOKS_READ, WEBHOOKS_WRITE
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry, since, since_of
from api.requests import MERGE_PATCH, read_body
from api.wire_jobs import (
    AddedWebhookEndpoint,
    Deliveries,
    NewWebhookEndpoint,
    Queued,
    SecretRotation,
    WebhookEndpoint,
    WebhookEndpointChange,
    WebhookEndpoints,
    WebhookSecret,
)
from jobs import webhooks
from jobs.webhooks import EndpointView

router = APIRouter(tags=["webhooks"])


@router.get(
    "/v1/webhook-endpoints",
    summary="List webhook endpoints",
    responses=gives(200, WebhookEndpoints, "Link") | refuses("invalid-input"),
    openapi_extra=needs(WEBHOOKS_READ),
)
def get_webhook_endpoints(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the addresses that are told of the campaign's events, oldest first."""
    caller = caller_of(request, WEBHOOKS_READ)
    listing = Listing("/v1/webhook-endpoints", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = webhooks.list_endpoints(processing)
        page, following = page_of_registry(
            processing, listing, cursor, found, lambda one: since(one.created_at, one.id)
        )
    return listing.answer("webhook_endpoints", [_parts(one) for one in page], following)


@router.post(
    "/v1/webhook-endpoints",
    status_code=201,
    summary="Add a webhook endpoint",
    responses=gives(201, AddedWebhookEndpoint, "Location") | refuses("conflict", body=True),
    openapi_extra=needs(WEBHOOKS_WRITE) | takes(NewWebhookEndpoint),
)
def add_webhook_endpoint(request: Request) -> Response:
    """Add an address and show its secret this once; it hears of what happens from ``active_from`` on."""
    caller = caller_of(request, WEBHOOKS_WRITE)
    new, installation = read_body(request, NewWebhookEndpoint), caller.installation
    with caller.register.open(caller.actor, caller.purpose) as processing:
        added = webhooks.add_endpoint(
            processing,
            url=new.url,
            events=new.events,
            rules=installation.target_rules,
            delay=installation.until_all_announce,
        )
    headers = {"Location": f"/v1/webhook-endpoints/{added.endpoint.id}"}
    return json_answer(_parts(added.endpoint) | {"secret": added.secret}, 201, headers)


@router.get(
    "/v1/webhook-endpoints/{endpoint}",
    summary="Get a webhook endpoint",
    responses=gives(200, WebhookEndpoint) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(WEBHOOKS_READ),
)
def get_webhook_endpoint(request: Request, endpoint: UUID) -> Response:
    """Show an endpoint, and why it is disabled if it is; never its secret."""
    caller = caller_of(request, WEBHOOKS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = webhooks.read_endpoint(processing, endpoint)
    return json_answer(_parts(found))


@router.patch(
    "/v1/webhook-endpoints/{endpoint}",
    summary="Change a webhook endpoint",
    responses=gives(200, WebhookEndpoint) | refuses("not-found", body=True),
    openapi_extra=needs(WEBHOOKS_WRITE) | takes(WebhookEndpointChange, MERGE_PATCH),
)
def change_webhook_endpoint(request: Request, endpoint: UUID) -> Response:
    """Change address or events; disable, or enable again, which forgets its failures."""
    caller = caller_of(request, WEBHOOKS_WRITE)
    change = read_body(request, WebhookEndpointChange, MERGE_PATCH)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        changed = webhooks.change_endpoint(
            processing,
            endpoint,
            rules=caller.installation.target_rules,
            url=change.url,
            events=change.events,
            enabled=change.enabled,
        )
    return json_answer(_parts(changed))


@router.delete(
    "/v1/webhook-endpoints/{endpoint}",
    status_code=204,
    summary="Remove a webhook endpoint",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(WEBHOOKS_WRITE),
)
def remove_webhook_endpoint(request: Request, endpoint: UUID) -> Response:
    """Remove an endpoint with its secrets, what waits for it, and the list of its deliveries."""
    caller = caller_of(request, WEBHOOKS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        webhooks.remove_endpoint(processing, endpoint)
    return no_content()


@router.post(
    "/v1/webhook-endpoints/{endpoint}/rotation",
    summary="Rotate the secret of a webhook endpoint",
    responses=gives(200, WebhookSecret) | refuses("not-found", body=True),
    openapi_extra=needs(WEBHOOKS_WRITE) | takes(SecretRotation),
)
def rotate_webhook_secret(request: Request, endpoint: UUID) -> Response:
    """Show a new secret this once; for a while messages bear a signature by each of the two."""
    caller = caller_of(request, WEBHOOKS_WRITE)
    overlap = timedelta(hours=read_body(request, SecretRotation).overlap_hours)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        secret = webhooks.rotate_secret(processing, endpoint, overlap)
    return json_answer({"secret": secret})


@router.post(
    "/v1/webhook-endpoints/{endpoint}/test",
    status_code=202,
    summary="Try a webhook endpoint",
    responses=gives(202, Queued, "Location") | refuses("not-found", "invalid-input"),
    openapi_extra=needs(WEBHOOKS_WRITE),
)
def try_webhook_endpoint(request: Request, endpoint: UUID) -> Response:
    """Send a message of the type ``webhook.test``; its deliveries tell how it went."""
    caller = caller_of(request, WEBHOOKS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        task = webhooks.try_endpoint(processing, endpoint)
    return json_answer({"job": task}, 202, {"Location": f"/v1/jobs/{task}"})


@router.get(
    "/v1/webhook-endpoints/{endpoint}/deliveries",
    summary="List deliveries",
    responses=gives(200, Deliveries, "Link") | refuses("not-found", "invalid-input"),
    openapi_extra=needs(WEBHOOKS_READ),
)
def get_webhook_deliveries(request: Request, endpoint: UUID, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the newest attempts: when, how long, how it ended; neither what was sent nor what came back."""
    caller = caller_of(request, WEBHOOKS_READ)
    listing = Listing(f"/v1/webhook-endpoints/{endpoint}/deliveries", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        before = since_of(place)
        found = webhooks.list_deliveries(processing, endpoint, before=before, limit=limit)
        following = listing.cursor(processing, since(found[-1].at, found[-1].id) if found else place)
    return listing.answer("deliveries", [dataclasses.asdict(one) for one in found], following)


def _parts(endpoint: EndpointView) -> dict[str, Any]:
    return dataclasses.asdict(endpoint)
