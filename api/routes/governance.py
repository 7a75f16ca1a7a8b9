"""Who answers and who receives: joint controllers, their arrangements, hand-overs, recipients and processors."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import CAMPAIGN_READ, CAMPAIGN_WRITE
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, made_once
from api.requests import Shape, read_body
from api.routes.life import points_of
from api.wire_governance import (
    Arrangements,
    Controllers,
    Ending,
    Handovers,
    Named,
    NewArrangement,
    NewController,
    NewHandover,
    NewRecipient,
    RecipientKey,
    Recipients,
)
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns import arrangements, controllers, handovers, recipients

router = APIRouter(tags=["campaign"])
_READS = needs(CAMPAIGN_READ)
_MAKES = needs(CAMPAIGN_WRITE, MAY_REPEAT)
_NOT_THERE = ("not-found", "conflict")


@router.get(
    "/v1/controllers",
    summary="List controllers",
    responses=gives(200, Controllers, "Link") | refuses("invalid-input"),
    openapi_extra=_READS,
)
def get_controllers(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the campaign's controllers, its own first."""
    return _listed(request, Listing("/v1/controllers", limit), cursor, controllers.list_controllers, _own_first)


@router.post(
    "/v1/controllers",
    status_code=201,
    summary="Add a joint controller",
    responses=gives(201, Named, "Idempotency-Replayed") | refuses("forbidden-attribute", *REPEAT_REFUSALS, body=True),
    openapi_extra=_MAKES | takes(NewController),
)
def add_controller(request: Request) -> Response:
    """Add a controller that decides together with the campaign's own; it needs an arrangement before activation."""

    def add(processing: Processing, new: NewController) -> UUID:
        return controllers.add_joint_controller(processing, new.name, new.kind, points_of(new))

    return _made(request, NewController, add)


@router.post(
    "/v1/controllers/{controller}/end",
    status_code=204,
    summary="End a joint controller",
    responses=gives(204, None) | refuses(*_NOT_THERE, body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(Ending),
)
def end_controller(request: Request, controller: UUID) -> Response:
    """Say from which day on a joint controller decides no more."""
    return _ended(request, controller, controllers.end_joint_controller)


@router.get(
    "/v1/arrangements",
    summary="List arrangements",
    responses=gives(200, Arrangements, "Link") | refuses("invalid-input"),
    openapi_extra=_READS,
)
def get_arrangements(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List what joint controllers agreed, oldest first."""
    return _listed(request, Listing("/v1/arrangements", limit), cursor, arrangements.list_arrangements)


@router.post(
    "/v1/arrangements",
    status_code=201,
    summary="Record an arrangement",
    responses=gives(201, Named, "Idempotency-Replayed")
    | refuses("forbidden-attribute", *REPEAT_REFUSALS, *_NOT_THERE, body=True),
    openapi_extra=_MAKES | takes(NewArrangement),
)
def record_arrangement(request: Request) -> Response:
    """Record who informs, who answers, and which oppositions hold for both (GDPR art. 26)."""

    def record(processing: Processing, new: NewArrangement) -> UUID:
        return arrangements.record_arrangement(processing, arrangements.NewArrangement(**new.model_dump()))

    return _made(request, NewArrangement, record)


@router.post(
    "/v1/arrangements/{arrangement}/end",
    status_code=204,
    summary="End an arrangement",
    responses=gives(204, None) | refuses("not-found", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(Ending),
)
def end_arrangement(request: Request, arrangement: UUID) -> Response:
    """Say on which day an arrangement ends."""
    return _ended(request, arrangement, arrangements.end_arrangement)


@router.get(
    "/v1/handovers",
    summary="List hand-overs",
    responses=gives(200, Handovers, "Link") | refuses("invalid-input"),
    openapi_extra=_READS,
)
def get_handovers(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List what passed from or to other controllers, oldest first."""
    return _listed(request, Listing("/v1/handovers", limit), cursor, handovers.list_handovers)


@router.post(
    "/v1/handovers",
    status_code=201,
    summary="Record a hand-over",
    responses=gives(201, Named, "Idempotency-Replayed")
    | refuses("forbidden-attribute", *REPEAT_REFUSALS, "refused", body=True),
    openapi_extra=_MAKES | takes(NewHandover),
)
def record_handover(request: Request) -> Response:
    """Record a disclosure to or from another controller; it is refused without a ground that the law accepts."""

    def record(processing: Processing, new: NewHandover) -> UUID:
        told = new.model_dump() | {"evidence": new.evidence or ""}
        return handovers.record_handover(processing, handovers.NewHandover(**told))

    return _made(request, NewHandover, record)


@router.get(
    "/v1/recipients",
    summary="List recipients",
    responses=gives(200, Recipients, "Link") | refuses("invalid-input"),
    openapi_extra=_READS,
)
def get_recipients(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List recipients and processors, oldest first."""
    return _listed(request, Listing("/v1/recipients", limit), cursor, recipients.list_recipients)


@router.post(
    "/v1/recipients",
    status_code=201,
    summary="Register a recipient or processor",
    responses=gives(201, Named, "Idempotency-Replayed")
    | refuses("forbidden-attribute", *REPEAT_REFUSALS, "refused", "conflict", body=True),
    openapi_extra=_MAKES | takes(NewRecipient),
)
def add_recipient(request: Request) -> Response:
    """Register who receives or processes data; hosting or control outside the EEA needs a basis of transfer."""

    def add(processing: Processing, new: NewRecipient) -> UUID:
        told = new.model_dump() | {"contract": new.contract or ""}
        return recipients.add_recipient(processing, recipients.NewRecipient(**told))

    return _made(request, NewRecipient, add)


@router.put(
    "/v1/recipients/{recipient}/key",
    status_code=204,
    summary="Set a recipient's public key",
    responses=gives(204, None) | refuses(*_NOT_THERE, body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(RecipientKey),
)
def set_recipient_key(request: Request, recipient: UUID) -> Response:
    """Say by which key (age, X25519) files for a recipient are encrypted from now on, or that it has none."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    key = read_body(request, RecipientKey).public_key
    with caller.register.open(caller.actor, caller.purpose) as processing:
        recipients.set_public_key(processing, recipient, key)
    return no_content()


@router.post(
    "/v1/recipients/{recipient}/end",
    status_code=204,
    summary="End a recipient",
    responses=gives(204, None) | refuses(*_NOT_THERE, body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(Ending),
)
def end_recipient(request: Request, recipient: UUID) -> Response:
    """Say from which day on it receives nothing more."""
    return _ended(request, recipient, recipients.end_recipient)


def _listed(
    request: Request,
    listing: Listing,
    cursor: str | None,
    read: Callable[[Processing], Sequence[Any]],
    number: Callable[[tuple[int, Any]], Any] = itemgetter(0),
) -> Response:
    """Answer with a page; these registries only grow, so that an item's place is its number."""
    caller = caller_of(request, CAMPAIGN_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = [*enumerate(read(processing), 1)]
        page, following = page_of_registry(processing, listing, cursor, found, number)
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    name = listing.path.rpartition("/")[2]
    return listing.answer(name, [dataclasses.asdict(one) for _, one in page], following)


def _own_first(numbered: tuple[int, controllers.ControllerView]) -> list[Any]:
    """Order controllers: their list is in the order of changes, which moves."""
    return [not numbered[1].own, str(numbered[1].id)]


def _made(request: Request, shape: type[Shape], make: Callable[[Processing, Shape], UUID]) -> Response:
    caller = caller_of(request, CAMPAIGN_WRITE)
    new = read_body(request, shape)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made, headers = made_once(processing, request, lambda: make(processing, new))
    return json_answer({"id": made}, 201, headers)


def _ended(request: Request, what: UUID, end: Callable[[Processing, UUID, date], None]) -> Response:
    caller = caller_of(request, CAMPAIGN_WRITE)
    on = read_body(request, Ending).on
    with caller.register.open(caller.actor, caller.purpose) as processing:
        end(processing, what, on)
    return no_content()
