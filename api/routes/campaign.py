"""The campaign's declarations: elections, origins, its own fields and tags."""

import dataclasses

from fastapi import APIRouter, Request, Response

from accounts.scopes import CONTACTS_READ, CONTACTS_WRITE
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.requests import read_body
from api.wire_campaign import CustomFields, DeclaredOrigin, Elections, NewName, NewOrigin, Origins, Registered, Tags
from audit.events import Event
from audit.note import Note
from campaigns.elections import list_elections
from contacts import declare
from contacts.registries import list_custom_fields, list_origins, list_tags

router = APIRouter(tags=["campaign"])
_REFUSALS = ("refused", "forbidden-attribute")


@router.get(
    "/v1/elections",
    summary="List elections",
    responses=gives(200, Elections) | refuses(),
    openapi_extra=needs(CONTACTS_READ),
)
def get_elections(request: Request) -> Response:
    """List the campaign's elections, the soonest first."""
    caller = caller_of(request, CONTACTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        elections = list_elections(processing)
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return json_answer({"elections": [dataclasses.asdict(one) for one in elections]})


@router.get(
    "/v1/origins",
    summary="List origins",
    responses=gives(200, Origins) | refuses(),
    openapi_extra=needs(CONTACTS_READ),
)
def get_origins(request: Request) -> Response:
    """List the declared origins, oldest first."""
    caller = caller_of(request, CONTACTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        origins = list_origins(processing)
    return json_answer({"origins": [dataclasses.asdict(one) for one in origins]})


@router.post(
    "/v1/origins",
    status_code=201,
    summary="Declare an origin",
    responses=gives(201, DeclaredOrigin) | refuses(*_REFUSALS, "not-found", body=True),
    openapi_extra=needs(CONTACTS_WRITE) | takes(NewOrigin),
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
    )
    with caller.register.open(caller.actor, caller.purpose) as processing:
        origin = declare.declare_origin(processing, asked)
    told = {"number": origin.number, "kind": origin.kind, "obtained_on": origin.obtained_on}
    more = {"election": new.election, "evidence": sorted(origin.evidence), "synthetic": origin.synthetic}
    return json_answer(told | more, 201)


@router.get(
    "/v1/custom-fields",
    summary="List the campaign's own fields",
    responses=gives(200, CustomFields) | refuses(),
    openapi_extra=needs(CONTACTS_READ),
)
def get_custom_fields(request: Request) -> Response:
    """List the fields that the campaign registered."""
    caller = caller_of(request, CONTACTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        names = list_custom_fields(processing)
    return json_answer({"custom_fields": [{"name": name, "number": number} for name, number in sorted(names.items())]})


@router.post(
    "/v1/custom-fields",
    status_code=201,
    summary="Register a field of the campaign's own",
    responses=gives(201, Registered) | refuses(*_REFUSALS, "conflict", body=True),
    openapi_extra=needs(CONTACTS_WRITE) | takes(NewName),
)
def register_custom_field(request: Request) -> Response:
    """Register a field after the law was asked about its name."""
    caller = caller_of(request, CONTACTS_WRITE)
    name = read_body(request, NewName).name
    with caller.register.open(caller.actor, caller.purpose) as processing:
        number = declare.register_custom_field(processing, name)
    return json_answer({"name": name, "number": number}, 201)


@router.get(
    "/v1/tags",
    summary="List tags",
    responses=gives(200, Tags) | refuses(),
    openapi_extra=needs(CONTACTS_READ),
)
def get_tags(request: Request) -> Response:
    """List the tags that the campaign registered."""
    caller = caller_of(request, CONTACTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        names = list_tags(processing)
    return json_answer({"tags": [{"name": name, "number": number} for name, number in sorted(names.items())]})


@router.post(
    "/v1/tags",
    status_code=201,
    summary="Register a tag",
    responses=gives(201, Registered) | refuses(*_REFUSALS, "conflict", body=True),
    openapi_extra=needs(CONTACTS_WRITE) | takes(NewName),
)
def register_tag(request: Request) -> Response:
    """Register a tag after the law was asked about its name."""
    caller = caller_of(request, CONTACTS_WRITE)
    name = read_body(request, NewName).name
    with caller.register.open(caller.actor, caller.purpose) as processing:
        number = declare.register_tag(processing, name)
    return json_answer({"name": name, "number": number}, 201)
