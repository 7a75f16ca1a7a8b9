"""Messages, and interactions: what was sent and answered, calls and visits."""

import dataclasses
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import INTERACTIONS_READ, INTERACTIONS_WRITE, MESSAGES_READ, MESSAGES_WRITE
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry, since
from api.repeat import MAY_REPEAT, MUST_REPEAT, REPEAT_REFUSALS, REPLAYED, done_once, made_once, request_of
from api.requests import read_body
from api.walking import UpdatedSince, instant_of, place_of, walk_at, walk_since
from api.wire_outreach import (
    CreatedMessage,
    InteractionBatch,
    InteractionResults,
    Interactions,
    Messages,
    NewInteraction,
    NewMessage,
    RecordedInteraction,
)
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from eligibility.happened import record_happened
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId
from outreach import messages, record
from outreach.listing import list_interactions
from outreach.record import Fault, articles_of
from outreach.words import Effect

router = APIRouter(tags=["outreach"])
_FAULTS: dict[Fault, tuple[type[NotFound | Invalid], str]] = {
    Fault.UNKNOWN_CONTACT: (NotFound, "no such contact in this campaign"),
    Fault.UNKNOWN_MESSAGE: (NotFound, "no such message in this campaign"),
    Fault.UNKNOWN_ELIGIBILITY: (NotFound, "no such eligibility record in this campaign"),
    Fault.OTHER_FORM: (Invalid, "a visit has an outcome, a call may have one; all else names its message alone"),
    Fault.TO_COME: (Invalid, "this has not happened yet"),
}


@router.post(
    "/v1/messages",
    status_code=201,
    summary="Create a message",
    responses=gives(201, CreatedMessage, "Idempotency-Replayed")
    | refuses("refused", "forbidden-attribute", *REPEAT_REFUSALS, "not-found", "conflict", body=True),
    openapi_extra=needs(MESSAGES_WRITE, MAY_REPEAT) | takes(NewMessage),
)
def create_message(request: Request) -> Response:
    """Say what a message is for, how it goes out and who stands behind it; its words stay in the tool that sends it."""
    caller = caller_of(request, MESSAGES_WRITE)
    new = messages.NewMessage(**dict(read_body(request, NewMessage)))
    with caller.register.open(caller.actor, caller.purpose) as processing:
        created, headers = made_once(processing, request, lambda: messages.create_message(processing, new))
    return json_answer({"id": created}, 201, headers)


@router.get(
    "/v1/messages",
    summary="List messages",
    responses=gives(200, Messages, "Link") | refuses("invalid-input"),
    openapi_extra=needs(MESSAGES_READ),
)
def get_messages(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the campaign's messages, oldest first."""
    caller, listing = caller_of(request, MESSAGES_READ), Listing("/v1/messages", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = messages.list_messages(processing)
        page, following = page_of_registry(
            processing, listing, cursor, found, lambda one: since(one.created_at, one.id)
        )
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return listing.answer("messages", [dataclasses.asdict(one) for one in page], following)


@router.post(
    "/v1/interactions",
    status_code=201,
    summary="Record an interaction",
    responses=gives(201, RecordedInteraction, "Idempotency-Replayed")
    | refuses(*REPEAT_REFUSALS, "not-found", "conflict", body=True),
    openapi_extra=needs(INTERACTIONS_WRITE, MAY_REPEAT) | takes(NewInteraction),
)
def record_interaction(request: Request) -> Response:
    """Record what happened between the campaign and a person; it is never changed.

    "Do not come back" is an objection to that channel from this moment on, and so, with us, is "not interested".
    """
    caller = caller_of(request, INTERACTIONS_WRITE)
    new = _interaction(read_body(request, NewInteraction))
    with caller.register.open(caller.actor, caller.purpose) as processing:

        def work() -> tuple[int, list[Any]]:
            recorded = record_happened(processing, [new])[0]
            if recorded.fault is not None:
                family, message = _FAULTS[recorded.fault]
                raise family(message)
            return 201, [recorded.id, recorded.effect]

        _, outcome, before = done_once(processing, request_of(request), work)
        _note_again(processing, before=before)
        effect = None if outcome[1] is None else Effect(outcome[1])
        articles = () if effect is None else articles_of(processing, effect)
    told = {"id": outcome[0], "effect": effect, "articles": articles}
    return json_answer(told, 201, REPLAYED if before else {})


@router.post(
    "/v1/interactions:batch",
    summary="Record many interactions",
    responses=gives(200, InteractionResults, "Idempotency-Replayed") | refuses(*REPEAT_REFUSALS, "conflict", body=True),
    openapi_extra=needs(INTERACTIONS_WRITE, MUST_REPEAT) | takes(InteractionBatch),
)
def record_interaction_batch(request: Request) -> Response:
    """Record up to 1,000 interactions in one processing; each is recorded or answered with its fault."""
    caller = caller_of(request, INTERACTIONS_WRITE)
    proposed = [_interaction(one) for one in read_body(request, InteractionBatch).interactions]
    with caller.register.open(caller.actor, caller.purpose) as processing:

        def work() -> tuple[int, list[Any]]:
            return 200, [[one.id, one.fault, one.effect] for one in record_happened(processing, proposed)]

        _, outcome, before = done_once(processing, request_of(request, required=True), work)
        _note_again(processing, before=before)
    results = [{"id": id_, "fault": fault, "effect": effect} for id_, fault, effect in outcome]
    return json_answer({"results": results}, 200, REPLAYED if before else {})


@router.get(
    "/v1/interactions",
    summary="List interactions",
    responses=gives(200, Interactions, "Link") | refuses("invalid-input"),
    openapi_extra=needs(INTERACTIONS_READ),
)
def get_interactions(
    request: Request,
    contact: Annotated[UUID | None, Query(description="The contact concerned; none: everybody")] = None,
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
    updated_since: UpdatedSince = None,
) -> Response:
    """List interactions of a contact or of the campaign, those recorded first at the beginning."""
    caller = caller_of(request, INTERACTIONS_READ)
    person = None if contact is None else PersonId(contact)
    listing = Listing("/v1/interactions", limit, {"contact": None if contact is None else str(contact)})
    begins = walk_since(updated_since)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        walk = begins if place is None else walk_at(place)
        page = list_interactions(processing, walk, contact=person, limit=limit)
        following = listing.cursor(processing, None if page.walk is None else place_of(page.walk))
    return listing.answer("interactions", [dataclasses.asdict(one) for one in page.interactions], following)


def _interaction(told: NewInteraction) -> record.NewInteraction:
    at: datetime = instant_of(told.at, "at")
    return record.NewInteraction(
        contact=PersonId(told.contact),
        kind=told.kind,
        at=at,
        outcome=told.outcome,
        message=told.message,
        eligibility=told.eligibility,
    )


def _note_again(processing: Processing, *, before: bool) -> None:
    """Note a request that was done before: nothing but our own words is told again."""
    if before:
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
