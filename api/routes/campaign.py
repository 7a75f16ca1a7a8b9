"""The campaign's declarations: elections, origins, its own fields and tags."""

import dataclasses
from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter

from fastapi import APIRouter, Request, Response

from accounts.scopes import CONTACTS_READ, CONTACTS_WRITE
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, made_once
from api.requests import read_body
from api.wire_campaign import CustomFields, DeclaredOrigin, Elections, NewName, NewOrigin, Origins, Registered, Tags
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.elections import list_elections
from contacts import declare
from contacts.registries import list_custom_fields, list_origins, list_tags

router = APIRouter(tags=["campaign"])
_REFUSALS = ("refused", "forbidden-attribute")


@router.get(
    "/v1/elections",
    summary="List elections",
    responses=gives(200, Elections, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CONTACTS_READ),
)
def get_elections(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the campaign's elections, the soonest first."""
    caller = caller_of(request, CONTACTS_READ)
    listing = Listing("/v1/elections", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        elections = list_elections(processing)
        page, following = page_of_registry(processing, listing, cursor, [*enumerate(elections, 1)], itemgetter(0))
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return listing.answer("elections", [dataclasses.asdict(one) for _, one in page], following)


@router.get(
    "/v1/origins",
    summary="List origins",
    responses=gives(200, Origins, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CONTACTS_READ),
)
def get_origins(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the declared origins, oldest first."""
    caller = caller_of(request, CONTACTS_READ)
    listing = Listing("/v1/origins", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        origins = list_origins(processing)
        page, following = page_of_registry(processing, listing, cursor, origins, attrgetter("number"))
    return listing.answer("origins", [dataclasses.asdict(one) for one in page], following)


@router.post(
    "/v1/origins",
    status_code=201,
    summary="Declare an origin",
    responses=gives(201, DeclaredOrigin, "Idempotency-Replayed")
    | refuses(*_REFUSALS, *REPEAT_REFUSALS, "not-found", "conflict", body=True),
    openapi_extra=needs(CONTACTS_WRITE, MAY_REPEAT) | takes(NewOrigin),
)
def declare_origin(request: Request) -> Response:
    """Declare where data come from; an origin that the law forbids is refused with its article."""
    caller = caller_of(request, CONTACTS_WRITE)
    new = read_body(request, NewOrigin)
    asked = declare.NewOrigin(
        kind=new.kind,
        obtained_on=new.obtained_on,
        election=new.election,
        evidence=frozenset(new.evidence),
        synthetic=new.synthetic,
        handover=new.handover,
        papers={one.fact: one.attachment for one in new.papers},
    )
    with caller.register.open(caller.actor, caller.purpose) as processing:
        number, headers = made_once(processing, request, lambda: declare.declare_origin(processing, asked).number)
        origin = declare.origin_by_number(processing, number)
    told = {"number": number, "kind": origin.kind, "obtained_on": origin.obtained_on}
    more = {"election": new.election, "evidence": sorted(origin.evidence), "synthetic": origin.synthetic}
    return json_answer(told | more | {"papers": dict(asked.papers)}, 201, headers)


@router.get(
    "/v1/custom-fields",
    summary="List the campaign's own fields",
    responses=gives(200, CustomFields, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CONTACTS_READ),
)
def get_custom_fields(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the fields that the campaign registered, oldest first."""
    return _page_of_names(request, Listing("/v1/custom-fields", limit), cursor, "custom_fields", list_custom_fields)


@router.post(
    "/v1/custom-fields",
    status_code=201,
    summary="Register a field of the campaign's own",
    responses=gives(201, Registered, "Idempotency-Replayed")
    | refuses(*_REFUSALS, *REPEAT_REFUSALS, "conflict", body=True),
    openapi_extra=needs(CONTACTS_WRITE, MAY_REPEAT) | takes(NewName),
)
def register_custom_field(request: Request) -> Response:
    """Register a field after the law was asked about its name."""
    return _register_name(request, declare.register_custom_field)


@router.get(
    "/v1/tags",
    summary="List tags",
    responses=gives(200, Tags, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CONTACTS_READ),
)
def get_tags(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the tags that the campaign registered, oldest first."""
    return _page_of_names(request, Listing("/v1/tags", limit), cursor, "tags", list_tags)


@router.post(
    "/v1/tags",
    status_code=201,
    summary="Register a tag",
    responses=gives(201, Registered, "Idempotency-Replayed")
    | refuses(*_REFUSALS, *REPEAT_REFUSALS, "conflict", body=True),
    openapi_extra=needs(CONTACTS_WRITE, MAY_REPEAT) | takes(NewName),
)
def register_tag(request: Request) -> Response:
    """Register a tag after the law was asked about its name."""
    return _register_name(request, declare.register_tag)


def _page_of_names(
    request: Request,
    listing: Listing,
    cursor: str | None,
    kind: str,
    names_of: Callable[[Processing], Mapping[str, int]],
) -> Response:
    caller = caller_of(request, CONTACTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        names = sorted(names_of(processing).items(), key=itemgetter(1))
        page, following = page_of_registry(processing, listing, cursor, names, itemgetter(1))
    return listing.answer(kind, [{"name": name, "number": number} for name, number in page], following)


def _register_name(request: Request, register: Callable[[Processing, str], int]) -> Response:
    caller = caller_of(request, CONTACTS_WRITE)
    name = read_body(request, NewName).name
    with caller.register.open(caller.actor, caller.purpose) as processing:
        number, headers = made_once(processing, request, lambda: register(processing, name))
    return json_answer({"name": name, "number": number}, 201, headers)
