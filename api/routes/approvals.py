"""Requests for approval: ask, decide, object, list."""

import dataclasses
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.approvals import request as asking
from accounts.approvals.actions import Action
from accounts.approvals.decide import decide_approval, list_approvals, object_to
from accounts.scopes import APPROVALS_DECIDE, APPROVALS_OBJECT, APPROVALS_READ, APPROVALS_REQUEST
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, since, since_of
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, REPLAYED, done_once, request_of
from api.requests import read_body
from api.wire_staff import ApprovalDecision, Approvals, NewApproval, RequestedApproval
from audit.events import Event
from audit.note import Note

router = APIRouter(tags=["staff"])


@router.get(
    "/v1/approvals",
    summary="List requests for approval",
    responses=gives(200, Approvals, "Link") | refuses("invalid-input"),
    openapi_extra=needs(APPROVALS_READ),
)
def get_approvals(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the newest requests, and where each stands; ``alone_from`` shows those that nobody else can decide."""
    caller = caller_of(request, APPROVALS_READ)
    listing = Listing("/v1/approvals", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        before = since_of(place)
        found = list_approvals(processing, before=before, limit=limit)
        following = listing.cursor(processing, since(found[-1].requested_at, found[-1].id) if found else place)
    return listing.answer("approvals", [dataclasses.asdict(one) for one in found], following)


@router.post(
    "/v1/approvals",
    status_code=201,
    summary="Ask for an approval",
    responses=gives(201, RequestedApproval, "Idempotency-Replayed")
    | refuses("forbidden-attribute", *REPEAT_REFUSALS, "conflict", body=True),
    openapi_extra=needs(APPROVALS_REQUEST, MAY_REPEAT) | takes(NewApproval),
)
def request_approval(request: Request) -> Response:
    """Ask for the approval of an action with its exact parameters; the same person then does it, once."""
    caller = caller_of(request, APPROVALS_REQUEST)
    asked = read_body(request, NewApproval)
    delay = timedelta(hours=caller.installation.settings.approval_delay_hours)

    def ask() -> tuple[int, list[object]]:
        made = asking.request_approval(processing, Action(asked.action), asked.parameters, delay=delay)
        alone_from = None if made.alone_from is None else made.alone_from.isoformat()
        return 201, [made.id, made.expires_at.isoformat(), alone_from]

    with caller.register.open(caller.actor, caller.purpose) as processing:
        status, made, before = done_once(processing, request_of(request), ask)
        if before:
            processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    told = dict(zip(("id", "expires_at", "alone_from"), made, strict=True))
    return json_answer(told, status, REPLAYED if before else {})


@router.post(
    "/v1/approvals/{approval}/decision",
    status_code=204,
    summary="Decide on a request for approval",
    responses=gives(204, None) | refuses("not-found", "conflict", body=True),
    openapi_extra=needs(APPROVALS_DECIDE) | takes(ApprovalDecision),
)
def decide_request(request: Request, approval: UUID) -> Response:
    """Approve or refuse somebody else's request."""
    caller = caller_of(request, APPROVALS_DECIDE)
    approve = read_body(request, ApprovalDecision).decision == "approve"
    with caller.register.open(caller.actor, caller.purpose) as processing:
        decide_approval(processing, approval, approve=approve)
    return no_content()


@router.post(
    "/v1/approvals/{approval}/objection",
    status_code=204,
    summary="Object to a request for approval",
    responses=gives(204, None) | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(APPROVALS_OBJECT),
)
def object_to_request(request: Request, approval: UUID) -> Response:
    """Object, as the data protection officer: the request cannot be used any more."""
    caller = caller_of(request, APPROVALS_OBJECT)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        object_to(processing, approval)
    return no_content()
