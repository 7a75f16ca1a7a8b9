"""Rights requests as the team sees them: keyed in with their true date, on a board, prepared step by step, decided."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import REQUESTS_DECIDE, REQUESTS_READ, REQUESTS_WRITE
from api.answers import json_answer, no_content
from api.caller import caller_for
from api.describe import gives, needs, refuses, takes
from api.errors import BadShape
from api.paging import DEFAULT, Cursor, Limit, Listing
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, REPLAYED, done_once, request_of
from api.requests import fault, read_body
from api.wire_rights import (
    Asked,
    Correction,
    NewRightsRequest,
    NewRightsStep,
    PostedLetter,
    ReceivedRightsRequest,
    RightsDecision,
    RightsRequests,
    StateWord,
    WholeRightsRequest,
)
from audit.processing import Processing
from kernel.identity import PersonId
from rights import identity, steps
from rights.board import Whole, list_requests, show_request
from rights.course import State
from rights.decide import Decision, decide_request
from rights.file import NOBODY, Person, Told
from rights.perform import PURPOSE
from rights.receive import NewRequest, receive_requests
from rights.words import Asker, Identity, Kind, Way

router = APIRouter(tags=["rights"])
_NOT_THERE = ("not-found", "conflict")
_Contact = Annotated[
    UUID | None,
    Query(
        description="Whose file the staff found, where the request does not say",
        examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"],
    ),
]
_State = Annotated[
    StateWord | None, Query(description="Only those that stand there; all open ones without", examples=["received"])
]


@router.post(
    "/v1/rights-requests",
    status_code=201,
    summary="Key in a request",
    responses=gives(201, ReceivedRightsRequest, "Location", "Idempotency-Replayed")
    | refuses(*REPEAT_REFUSALS, "not-found", body=True),
    openapi_extra=needs(REQUESTS_WRITE, MAY_REPEAT, purposes={PURPOSE}) | takes(NewRightsRequest),
)
def receive_rights_request(request: Request) -> Response:
    """Take in what came by letter, e-mail, telephone or in person, on the day it truly arrived.

    An objection and a withdrawal of consent take effect at once; nothing else is done before the identity is
    established and somebody decides.
    """
    caller = caller_for(request, REQUESTS_WRITE, PURPOSE)
    new = _new(read_body(request, NewRightsRequest))
    url = caller.installation.settings.public_url

    def receive() -> tuple[int, list[object]]:
        (received,) = receive_requests(processing, [new], url)
        return 201, [received.id, received.reference, str(received.received_on), str(received.due_on)]

    with caller.register.open(caller.actor, PURPOSE) as processing:
        status, made, before = done_once(processing, request_of(request), receive)
        if before:
            show_request(processing, UUID(str(made[0])))
    told = dict(zip(("id", "reference", "received_on", "due_on"), made, strict=True))
    headers = {"Location": f"/v1/rights-requests/{told['id']}"} | (REPLAYED if before else {})
    return json_answer(told, status, headers)


@router.get(
    "/v1/rights-requests",
    summary="See the board of deadlines",
    responses=gives(200, RightsRequests, "Link") | refuses("invalid-input"),
    openapi_extra=needs(REQUESTS_READ, purposes={PURPOSE}),
)
def list_rights_requests(
    request: Request,
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
    state: _State = None,
) -> Response:
    """List requests, what was received first at the beginning; nothing in it says who asks."""
    caller, listing = (
        caller_for(request, REQUESTS_READ, PURPOSE),
        Listing("/v1/rights-requests", limit, {"state": state}),
    )
    with caller.register.open(caller.actor, PURPOSE) as processing:
        place = listing.place(processing, cursor)
        after = None if place is None else (date.fromisoformat(place[0]), UUID(place[1]))
        found = list_requests(processing, None if state is None else [State(state)], after=after, limit=limit)
        last = [found[-1].received_on.isoformat(), str(found[-1].id)] if found else place
        following = listing.cursor(processing, last)
    return listing.answer("requests", [dataclasses.asdict(one) for one in found], following)


@router.get(
    "/v1/rights-requests/{asked}",
    summary="Show a request",
    responses=gives(200, WholeRightsRequest) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(REQUESTS_READ, purposes={PURPOSE}),
)
def show_rights_request(request: Request, asked: UUID) -> Response:
    """Show what a request says, what happened to it, and what may be done next."""
    caller = caller_for(request, REQUESTS_READ, PURPOSE)
    with caller.register.open(caller.actor, PURPOSE) as processing:
        whole = show_request(processing, asked)
    return json_answer(_told(whole))


@router.post(
    "/v1/rights-requests/{asked}/steps",
    status_code=204,
    summary="Take a step",
    responses=gives(204, None) | refuses(*_NOT_THERE, body=True),
    openapi_extra=needs(REQUESTS_WRITE, purposes={PURPOSE}) | takes(NewRightsStep),
)
def take_rights_step(request: Request, asked: UUID) -> Response:
    """Establish the identity or record a doubt, ask, put off with a reason, withdraw, join to another, close.

    Only a doubt suspends the clock, and only after one may a document be asked for.
    """
    caller = caller_for(request, REQUESTS_WRITE, PURPOSE)
    step, url = read_body(request, NewRightsStep), caller.installation.settings.public_url
    act = _ACTS[step.act]
    _check_given(step)
    with caller.register.open(caller.actor, PURPOSE) as processing:
        act(processing, asked, step, url)
    return no_content()


@router.post(
    "/v1/rights-requests/{asked}/decision",
    status_code=204,
    summary="Decide on a request",
    responses=gives(204, None) | refuses(*_NOT_THERE, "refused", "approval-missing", body=True),
    openapi_extra=needs(REQUESTS_DECIDE, purposes={PURPOSE}) | takes(RightsDecision),
)
def decide_rights_request(request: Request, asked: UUID) -> Response:
    """Grant, whole or in part, or refuse on a reason of the closed list; what is granted is done right after."""
    caller = caller_for(request, REQUESTS_DECIDE, PURPOSE)
    told = read_body(request, RightsDecision)
    decision = Decision(
        grant=told.decision == "grant",
        reason=told.reason,
        words=told.words or "",
        ground=told.ground,
        changes=_changes(told.changes),
    )
    with caller.register.open(caller.actor, PURPOSE) as processing:
        decide_request(processing, asked, decision, caller.installation.settings.public_url)
    return no_content()


@router.post(
    "/v1/rights-requests/{asked}/letter",
    summary="Draw a code to post",
    responses=gives(200, PostedLetter) | refuses(*_NOT_THERE, "invalid-input"),
    openapi_extra=needs(REQUESTS_WRITE, purposes={PURPOSE}),
)
def draw_posted_code(request: Request, asked: UUID, contact: _Contact = None) -> Response:
    """Give the letter with a code for somebody who left neither e-mail nor number; one drawn later makes it void.

    It goes to the postal address in the file, never to the one that was typed: whoever typed it lives there.
    """
    caller = caller_for(request, REQUESTS_WRITE, PURPOSE)
    whose = None if contact is None else PersonId(contact)
    with caller.register.open(caller.actor, PURPOSE) as processing:
        posted = identity.post_code(processing, asked, caller.installation.settings.public_url, contact=whose)
    told = {"to": posted.to, "subject": posted.letter.subject, "text": posted.letter.text, "until": posted.until}
    return json_answer(told)


def _confirm(processing: Processing, asked: UUID, step: NewRightsStep, url: str) -> None:
    contact = None if step.contact is None else PersonId(step.contact)
    means, words = Identity(step.means or ""), step.words or ""
    identity.confirm_identity(processing, asked, means, contact=contact, words=words, public_url=url)


def _doubt(processing: Processing, asked: UUID, step: NewRightsStep, url: str) -> None:
    why, question = step.words or "", step.question or ""
    identity.doubt_identity(processing, asked, why=why, question=question, public_url=url, document=step.document)


_ACTS: dict[str, Callable[[Processing, UUID, NewRightsStep, str], None]] = {
    "confirm": _confirm,
    "doubt": _doubt,
    "ask": lambda processing, asked, step, url: steps.ask_details(processing, asked, step.question or "", url),
    "complete": lambda processing, asked, step, _url: steps.complete_details(processing, asked, step.words or ""),
    "extend": lambda processing, asked, step, url: steps.extend_request(
        processing, asked, step.reason or "", step.words or "", url
    ),
    "withdraw": lambda processing, asked, _step, url: steps.withdraw_request(processing, asked, url),
    "link": lambda processing, asked, step, url: steps.link_request(processing, asked, step.first or "", url),
    "close": lambda processing, asked, _step, _url: steps.close_request(processing, asked),
}
_GIVEN = {
    "confirm": ("means", "words"),
    "doubt": ("words", "question"),
    "ask": ("question",),
    "complete": ("words",),
    "extend": ("reason",),
    "link": ("first",),
}


def _check_given(step: NewRightsStep) -> None:
    missing = [name for name in _GIVEN.get(step.act, ()) if getattr(step, name) is None]
    if missing:
        raise BadShape([fault("missing", (name,)) for name in missing])


def _new(told: NewRightsRequest) -> NewRequest:
    said = Told(
        person=_person(told.person),
        asker=NOBODY if told.asked_by is None else _person(told.asked_by),
        details=told.details or "",
        channel=told.channel,
        changes=_changes(told.changes),
        to_asker=told.answer_to_asker,
    )
    return NewRequest(
        kind=Kind(told.kind),
        told=said,
        way=Way(told.way),
        asker=Asker(told.asker),
        language=told.language,
        received_on=told.received_on,
        minor=told.minor,
        external_id=told.external_id,
        contact=None if told.contact is None else PersonId(told.contact),
        ground=told.ground,
    )


def _changes(told: Sequence[Correction]) -> tuple[tuple[str, str], ...]:
    return tuple((one.field, one.value) for one in told)


def _person(told: Asked) -> Person:
    return Person(**{name: value for name, value in told.model_dump().items() if value is not None})


def _asked(person: Person) -> dict[str, Any]:
    return {name: value or None for name, value in dataclasses.asdict(person).items()}


def _told(whole: Whole) -> dict[str, Any]:
    told = whole.told
    return {
        "request": dataclasses.asdict(whole.line),
        "person": _asked(told.person),
        "asked_by": None if told.asker == NOBODY else _asked(told.asker),
        "answer_to_asker": told.to_asker,
        "details": told.details,
        "channel": told.channel,
        "changes": [{"field": name, "value": value} for name, value in told.changes],
        "steps": [dataclasses.asdict(one) for one in whole.steps],
        "may": list(whole.may),
        "document": None if whole.document is None else dataclasses.asdict(whole.document),
    }
