"""Client programs: create, list, show, give a new secret, revoke."""

import dataclasses
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from accounts.clients import ClientView, Credentials, create_client, list_clients, revoke_client, rotate_secret
from accounts.clients import show_client as show
from accounts.scopes import ADMINISTRATION, CLIENTS_READ, CLIENTS_WRITE
from api import wire_client
from api.answers import json_answer, no_content
from api.caller import Caller, caller_of
from api.describe import gives, needs, refuses, takes
from api.errors import PurposeNotAllowed
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry, since
from api.requests import read_body

router = APIRouter(tags=["access"])
ACCOUNTABILITY = "accountability"
_WRITING = frozenset({ADMINISTRATION})
_READING = _WRITING | {ACCOUNTABILITY}


@router.get(
    "/v1/clients",
    summary="List client programs",
    responses=gives(200, wire_client.Clients, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CLIENTS_READ, purposes=_READING),
)
def get_clients(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the client programs of the campaign, oldest first, without their secrets."""
    caller = _administrator(request, CLIENTS_READ, _READING)
    listing = Listing("/v1/clients", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        clients = list_clients(processing)
        page, following = page_of_registry(
            processing, listing, cursor, clients, lambda one: since(one.created_at, one.client_id)
        )
    return listing.answer("clients", [_parts(one) for one in page], following)


@router.post(
    "/v1/clients",
    status_code=201,
    summary="Create a client program",
    responses=gives(201, wire_client.NewSecret, "Location") | refuses("forbidden-attribute", body=True),
    openapi_extra=needs(CLIENTS_WRITE, purposes={ADMINISTRATION}) | takes(wire_client.NewClient),
)
def create_client_program(request: Request) -> Response:
    """Create a client with scopes and purposes that the caller holds itself; its secret is shown this once."""
    caller = _administrator(request, CLIENTS_WRITE)
    new = read_body(request, wire_client.NewClient)
    made = create_client(
        caller.register,
        caller.actor,
        name=new.name,
        scopes=new.scopes,
        purposes=new.purposes,
        networks=new.networks,
        expires_at=new.expires_at,
    )
    return json_answer(_secret(made), 201, {"Location": f"/v1/clients/{made.client_id}"})


@router.get(
    "/v1/clients/{client}",
    summary="Show a client program",
    responses=gives(200, wire_client.Client) | refuses("not-found"),
    openapi_extra=needs(CLIENTS_READ, purposes=_READING),
)
def show_client(request: Request, client: str) -> Response:
    """Show what a client may do, from where, until when, when it was used last, and since when its secrets hold."""
    caller = _administrator(request, CLIENTS_READ, _READING)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        shown = show(processing, client)
    return json_answer(_parts(shown))


@router.post(
    "/v1/clients/{client}/secrets",
    status_code=201,
    summary="Rotate a client's secret",
    responses=gives(201, wire_client.NewSecret) | refuses("not-found", "conflict", body=True),
    openapi_extra=needs(CLIENTS_WRITE, purposes={ADMINISTRATION}) | takes(wire_client.Rotation),
)
def rotate_client_secret(request: Request, client: str) -> Response:
    """Give a client a new secret, shown this once; those it has end after the overlap."""
    caller = _administrator(request, CLIENTS_WRITE)
    overlap = timedelta(seconds=read_body(request, wire_client.Rotation).overlap_seconds)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made = rotate_secret(processing, client, overlap=overlap)
    return json_answer(_secret(made), 201)


@router.post(
    "/v1/clients/{client}/revocation",
    status_code=204,
    summary="Revoke a client program",
    responses=gives(204, None) | refuses("not-found"),
    openapi_extra=needs(CLIENTS_WRITE, purposes={ADMINISTRATION}),
)
def revoke_client_program(request: Request, client: str) -> Response:
    """Revoke a client: no more tokens at once, and those it has are refused within ten seconds."""
    caller = _administrator(request, CLIENTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        revoke_client(processing, client)
    return no_content()


def _administrator(request: Request, scope: str, purposes: frozenset[str] = _WRITING) -> Caller:
    caller = caller_of(request, scope)
    caller.register.check(caller.actor, caller.purpose)
    if caller.purpose not in purposes:
        raise PurposeNotAllowed(
            f"clients are looked after for {ADMINISTRATION}; they are seen for {ACCOUNTABILITY} too"
        )
    return caller


def _secret(made: Credentials) -> dict[str, str]:
    return {"client_id": made.client_id, "client_secret": made.secret}


def _parts(client: ClientView) -> dict[str, Any]:
    told = {one.name: getattr(client, one.name) for one in dataclasses.fields(client)}
    return told | {"secrets": [{"created_at": one[0], "expires_at": one[1]} for one in client.secrets]}
