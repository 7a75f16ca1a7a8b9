"""Saved selections: save, list, remove, run, count."""

import dataclasses
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CONTACTS_LIST
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry, since
from api.requests import read_body
from api.translate import contact_parts
from api.wire_governance import Named
from api.wire_selection import NewSelection, SelectionCount, SelectionRun, Selections
from policy.selection import Clause
from selections.run import count_selection, run_selection
from selections.save import SelectionView, list_selections, remove_selection, save_selection

router = APIRouter(tags=["contacts"])
Place = Annotated[str | None, Query(max_length=400, description="The `next` of the page before", examples=[None])]


@router.post(
    "/v1/selections",
    status_code=201,
    summary="Save a selection",
    responses=gives(201, Named) | refuses("refused", "forbidden-attribute", "conflict", body=True),
    openapi_extra=needs(CONTACTS_LIST) | takes(NewSelection),
)
def save_one(request: Request) -> Response:
    """Save a selection for the declared purpose, once it was judged; a refusal names the clause and the article."""
    caller = caller_of(request, CONTACTS_LIST)
    asked = read_body(request, NewSelection)
    clauses = [Clause(one.field, one.operator, tuple(one.values)) for one in asked.clauses]
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made = save_selection(processing, asked.name, clauses)
    return json_answer({"id": made}, 201)


@router.get(
    "/v1/selections",
    summary="List selections",
    responses=gives(200, Selections, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CONTACTS_LIST),
)
def get_selections(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the saved selections, the oldest first."""
    caller, listing = caller_of(request, CONTACTS_LIST), Listing("/v1/selections", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = list_selections(processing)
        page, following = page_of_registry(processing, listing, cursor, found, _order)
    return listing.answer("selections", [dataclasses.asdict(one) for one in page], following)


@router.delete(
    "/v1/selections/{selection:uuid}",
    status_code=204,
    summary="Remove a selection",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CONTACTS_LIST),
)
def remove_one(request: Request, selection: UUID) -> Response:
    """Remove a saved selection; nobody it meant is touched."""
    caller = caller_of(request, CONTACTS_LIST)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        remove_selection(processing, selection)
    return no_content()


@router.get(
    "/v1/selections/{selection:uuid}/contacts",
    summary="Run a selection",
    responses=gives(200, SelectionRun)
    | refuses("refused", "forbidden-attribute", "conflict", "not-found", "invalid-input"),
    openapi_extra=needs(CONTACTS_LIST),
)
def run_one(request: Request, selection: UUID, cursor: Place = None) -> Response:
    """Show whom a selection means, 500 contacts opened at a time; each of them is noted as read."""
    caller = caller_of(request, CONTACTS_LIST)
    listing = Listing(f"/v1/selections/{selection}/contacts", 1)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        page = run_selection(processing, selection, after=None if place is None else UUID(place[0]))
        following = None if page.next is None else listing.cursor(processing, [str(page.next)])
    return json_answer({"contacts": [contact_parts(one) for one in page.contacts], "next": following})


@router.get(
    "/v1/selections/{selection:uuid}/count",
    summary="Count a selection",
    responses=gives(200, SelectionCount)
    | refuses("refused", "forbidden-attribute", "conflict", "not-found", "invalid-input"),
    openapi_extra=needs(CONTACTS_LIST),
)
def count_one(request: Request, selection: UUID) -> Response:
    """Count whom a selection means; fewer than the smallest cell are not told."""
    caller = caller_of(request, CONTACTS_LIST)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = count_selection(processing, selection)
    return json_answer({"count": found})


def _order(one: SelectionView) -> list[str]:
    return since(one.created_at, one.id)
