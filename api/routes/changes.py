"""What tools that poll must take out or put back, page by page."""

import dataclasses
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CONTACTS_LIST
from api.caller import caller_of
from api.describe import gives, needs, refuses
from api.paging import DEFAULT, Cursor, Limit, Listing
from api.walking import instant_of, place_of, walk_at
from api.wire import INSTANT
from api.wire_changes import Changes
from jobs.changes import list_changes, walk_from

router = APIRouter(tags=["contacts"])
_DESCRIPTION = "RFC 3339, of the last sixty days: what appeared since; a cursor goes before it"
Since = Annotated[str | None, Query(pattern=INSTANT, description=_DESCRIPTION, examples=[None])]


@router.get(
    "/v1/changes",
    summary="List what left or came back",
    responses=gives(200, Changes, "Link") | refuses("changes-gone", "invalid-input"),
    openapi_extra=needs(CONTACTS_LIST),
)
def get_changes(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None, since: Since = None) -> Response:
    """List which contacts were erased, restricted, released, or withdrew or refused, the oldest first.

    Kept for sixty days: a cursor or `since` older than that answers 410, and the tool reads every contact anew.
    """
    caller, listing = caller_of(request, CONTACTS_LIST), Listing("/v1/changes", limit)
    begins = None if since is None else instant_of(since, "since")
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        walk = None if place is None else walk_at(place)
        if walk is None and begins is not None:
            walk = walk_from(processing, begins)
        page = list_changes(processing, walk, limit=limit)
        following = listing.cursor(processing, place_of(page.walk))
    return listing.answer("changes", [dataclasses.asdict(one) for one in page.changes], following)
