"""The register of breaches: opened, completed, notified, closed; whom each reached; what goes out (art. 33, 34)."""

import dataclasses
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import BREACHES_READ, BREACHES_WRITE
from api.answers import json_answer
from api.caller import Caller, caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, made_once
from api.requests import read_body
from api.walking import instant_of
from api.wire_breaches import (
    Breach,
    Breaches,
    BreachForm,
    BreachNotification,
    BreachNotified,
    BreachReach,
    NewBreach,
    NewReach,
)
from api.wire_governance import Named
from breaches import register
from breaches.notification import tell_persons, write_notification
from breaches.reach import Leak, find_reached, persons_of

router = APIRouter(tags=["breaches"])
_REFUSALS = refuses("not-found", "conflict", body=True)


@router.get(
    "/v1/breaches",
    summary="List breaches",
    responses=gives(200, Breaches, "Link") | refuses("invalid-input"),
    openapi_extra=needs(BREACHES_READ),
)
def get_breaches(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the register, oldest first, each breach with its clock."""
    caller = caller_of(request, BREACHES_READ)
    listing = Listing("/v1/breaches", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = register.list_breaches(processing)
        page, following = page_of_registry(
            processing, listing, cursor, found, lambda one: [one.opened_at.isoformat(), str(one.id)]
        )
    return listing.answer("breaches", [_told(one) for one in page], following)


@router.post(
    "/v1/breaches",
    status_code=201,
    summary="Open a breach",
    responses=gives(201, Named, "Idempotency-Replayed") | refuses(*REPEAT_REFUSALS, body=True),
    openapi_extra=needs(BREACHES_WRITE, MAY_REPEAT) | takes(NewBreach),
)
def open_breach(request: Request) -> Response:
    """Open a breach with whatever is known of it; every one is documented, notified or not (art. 33(5))."""
    caller = caller_of(request, BREACHES_WRITE)
    form = read_body(request, NewBreach).model_dump(exclude_none=True)
    aware_at = instant_of(form.pop("aware_at"), "aware_at")
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made, headers = made_once(processing, request, lambda: register.open_breach(processing, aware_at, form))
    return json_answer({"id": made}, 201, headers)


@router.get(
    "/v1/breaches/{breach}",
    summary="Show a breach",
    responses=gives(200, Breach) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(BREACHES_READ),
)
def get_breach(request: Request, breach: UUID) -> Response:
    """Show one breach."""
    caller = caller_of(request, BREACHES_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = register.show_breach(processing, breach)
    return json_answer(_told(found))


@router.put(
    "/v1/breaches/{breach}/form",
    summary="Tell more of a breach",
    responses=gives(200, Breach) | _REFUSALS,
    openapi_extra=needs(BREACHES_WRITE) | takes(BreachForm),
)
def put_breach_form(request: Request, breach: UUID) -> Response:
    """Set fields of the form; what is not sent stays."""
    caller = caller_of(request, BREACHES_WRITE)
    form = read_body(request, BreachForm).model_dump(exclude_none=True)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = register.complete_breach(processing, breach, form)
    return json_answer(_told(found))


@router.post(
    "/v1/breaches/{breach}/notification",
    summary="Record that the CNIL was notified",
    responses=gives(200, Breach) | _REFUSALS,
    openapi_extra=needs(BREACHES_WRITE) | takes(BreachNotified),
)
def add_breach_notification(request: Request, breach: UUID) -> Response:
    """Record a notification; after 72 hours the reason of the delay must have been told."""
    caller = caller_of(request, BREACHES_WRITE)
    body = read_body(request, BreachNotified)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = register.notify_breach(processing, breach, instant_of(body.at, "at"), body.kind)
    return json_answer(_told(found))


@router.get(
    "/v1/breaches/{breach}/notification",
    summary="Fill in the CNIL's form",
    responses=gives(200, BreachNotification) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(BREACHES_READ),
)
def get_breach_notification(request: Request, breach: UUID) -> Response:
    """Export the form as data and as French text, and name what is still to be completed."""
    caller = caller_of(request, BREACHES_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = write_notification(processing, breach)
    return json_answer(dataclasses.asdict(found))


@router.post(
    "/v1/breaches/{breach}/end",
    summary="Close a breach",
    responses=gives(200, Breach) | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(BREACHES_WRITE),
)
def end_breach(request: Request, breach: UUID) -> Response:
    """Close a breach, once it says whether persons were informed, or why not."""
    caller = caller_of(request, BREACHES_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = register.close_breach(processing, breach)
    return json_answer(_told(found))


@router.post(
    "/v1/breaches/{breach}/reach",
    summary="Find whom a breach reached",
    responses=gives(200, BreachReach) | _REFUSALS,
    openapi_extra=needs(BREACHES_WRITE) | takes(NewReach),
)
def find_breach_reach(request: Request, breach: UUID) -> Response:
    """Tell from the log which persons a leak reached, and with which fields; write to them if asked (art. 34)."""
    caller = caller_of(request, BREACHES_WRITE)
    body = read_body(request, NewReach)
    since, until = instant_of(body.since, "since"), instant_of(body.until, "until")
    with caller.register.open(caller.actor, caller.purpose) as processing:
        register.show_breach(processing, breach)
        found = find_reached(processing, Leak(since=since, until=until, actor=body.actor, job=body.export))
    queued = _tell(caller, breach, persons_of(found)) if body.tell else 0
    persons = [{"contact": person, "fields": list(fields)} for person, fields in found.persons.items()]
    return json_answer({"persons": persons, "erased": found.erased, "entries": found.entries, "queued": queued})


def _tell(caller: Caller, breach: UUID, persons: Any) -> int:  # noqa: ANN401 - a sequence of ids
    with caller.register.open(caller.actor, caller.purpose) as processing:
        return tell_persons(processing, breach, persons).queued


def _told(breach: register.Breach) -> dict[str, Any]:
    told = dataclasses.asdict(breach)
    deadline = breach.deadline
    del told["deadline"]
    return told | {"form": told.pop("told"), "due_at": deadline.by, "overdue": deadline.is_over}
