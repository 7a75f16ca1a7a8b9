"""Where those are who choose to share it: one's own position for some hours, and what the team shares."""

from typing import Any

from fastapi import APIRouter, Request, Response

from accounts.scopes import ACCOUNT_OWN, POSITIONS_READ
from accounts.staff.positions import Place, SharedPosition, list_positions, share_position, withhold_position
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.requests import read_body
from api.wire_staff import NewPosition, Positions, SharedUntil

router = APIRouter(tags=["staff"])


@router.put(
    "/v1/staff/me/position",
    summary="Share one's own position",
    responses=gives(200, SharedUntil) | refuses("conflict", body=True),
    openapi_extra=needs(ACCOUNT_OWN) | takes(NewPosition),
)
def put_position(request: Request) -> Response:
    """Share where one is for one to twelve hours, or move on; the last place alone is kept, and goes with the hours."""
    caller = caller_of(request, ACCOUNT_OWN)
    asked = read_body(request, NewPosition)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        until = share_position(processing, Place(asked.latitude, asked.longitude), asked.hours)
    return json_answer({"until": until})


@router.delete(
    "/v1/staff/me/position",
    status_code=204,
    summary="Withhold one's own position",
    responses=gives(204, None) | refuses(),
    openapi_extra=needs(ACCOUNT_OWN),
)
def delete_position(request: Request) -> Response:
    """Stop sharing at once; the last place is deleted."""
    caller = caller_of(request, ACCOUNT_OWN)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        withhold_position(processing)
    return no_content()


@router.get(
    "/v1/staff/positions",
    summary="List shared positions",
    responses=gives(200, Positions, "Link") | refuses("invalid-input"),
    openapi_extra=needs(POSITIONS_READ),
)
def get_positions(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List where those are who share it now; whoever shares nothing is not told of."""
    caller = caller_of(request, POSITIONS_READ)
    listing = Listing("/v1/staff/positions", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = list_positions(processing)
        page, following = page_of_registry(processing, listing, cursor, found, lambda one: str(one.staff))
    return listing.answer("positions", [position_parts(one) for one in page], following)


def position_parts(one: SharedPosition) -> dict[str, Any]:
    """Return a position as it is told."""
    return {
        "staff": one.staff,
        "latitude": one.place.latitude,
        "longitude": one.place.longitude,
        "until": one.until,
    }
