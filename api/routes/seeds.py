"""Seed mailboxes: addresses of the controller that leave among others, and tell of the export when they come back."""

import dataclasses
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import CAMPAIGN_READ, CAMPAIGN_WRITE
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, made_once
from api.requests import read_body
from api.wire_governance import Named
from api.wire_seeds import NewSeed, Seeds
from files.seeds.keep import add_mailbox, end_mailbox, list_mailboxes

router = APIRouter(tags=["exports"])


@router.get(
    "/v1/seeds",
    summary="List seed mailboxes",
    responses=gives(200, Seeds, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_seeds(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the controller's own addresses that leave in exports, oldest first."""
    caller, listing = caller_of(request, CAMPAIGN_READ), Listing("/v1/seeds", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = [*enumerate(list_mailboxes(processing), 1)]
        page, following = page_of_registry(processing, listing, cursor, found, lambda numbered: numbered[0])
    return listing.answer("seeds", [dataclasses.asdict(one) for _, one in page], following)


@router.post(
    "/v1/seeds",
    status_code=201,
    summary="Register a seed mailbox",
    responses=gives(201, Named, "Idempotency-Replayed") | refuses(*REPEAT_REFUSALS, "conflict", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE, MAY_REPEAT) | takes(NewSeed),
)
def add_seed(request: Request) -> Response:
    """Register an address that the controller owns and reads. It leaves in exports with e-mails."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    address = read_body(request, NewSeed).address
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made, headers = made_once(processing, request, lambda: add_mailbox(processing, address))
    return json_answer({"id": made}, 201, headers)


@router.post(
    "/v1/seeds/{seed}/end",
    status_code=204,
    summary="End a seed mailbox",
    responses=gives(204, None) | refuses("not-found"),
    openapi_extra=needs(CAMPAIGN_WRITE),
)
def end_seed(request: Request, seed: UUID) -> Response:
    """Let an address leave in no more exports; what bore it is still known when it comes back."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        end_mailbox(processing, seed)
    return no_content()
