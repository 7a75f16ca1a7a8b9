"""Contacts listed in the order of their last change: page by page, or all pages as one stream."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CONTACTS_LIST
from api.caller import Caller, caller_of
from api.describe import gives, needs, one_of, refuses
from api.paging import DEFAULT, Cursor, Limit, Listing
from api.streams import NDJSON, PulledLines, line
from api.translate import contact_parts
from api.walking import UpdatedSince, place_of, walk_at, walk_since
from api.wire import Commune, PollingStation, Word
from api.wire_contact import BrokenOff, Contact, Contacts, LastLine
from audit.walk import Walk
from contacts.changes import list_changed
from contacts.listing import Selection

router = APIRouter(tags=["contacts"])
_ACCEPTS_LINES = re.compile(rf"(?:^|,)\s*{re.escape(NDJSON)}\s*(?:[,;]|$)")
_LINES = {NDJSON: {"schema": one_of(Contact, LastLine, BrokenOff)}}
_PAGE = gives(200, Contacts, "Link")[200]


@router.get(
    "/v1/contacts",
    summary="List contacts",
    responses={**refuses("invalid-input"), 200: {**_PAGE, "content": _PAGE["content"] | _LINES}},
    openapi_extra=needs(CONTACTS_LIST),
)
def list_contacts(
    request: Request,
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
    updated_since: UpdatedSince = None,
    category: Annotated[Word | None, Query(examples=["member"])] = None,
    commune: Annotated[Commune | None, Query(examples=["75056"])] = None,
    polling_station: Annotated[PollingStation | None, Query(examples=["0012"])] = None,
) -> Response:
    """List contacts as the declared purpose may see them, those changed first at the beginning; each is noted as read.

    An erased contact is listed no more, and nothing stands in its place. `Accept: application/x-ndjson` streams all
    pages, one contact a line; the last line says where the next walk begins.
    """
    caller = caller_of(request, CONTACTS_LIST)
    clear = {"category": category, "commune": commune, "polling_station": polling_station}
    listing, since = Listing("/v1/contacts", limit, clear), walk_since(updated_since)
    if _ACCEPTS_LINES.search(request.headers.get("accept", "").lower()):
        return PulledLines(_all_pages(caller, listing, cursor, since))
    contacts, following = _page(caller, listing, cursor, since)
    return listing.answer("contacts", contacts, following)


def _page(caller: Caller, listing: Listing, cursor: str | None, since: Walk | None) -> tuple[list[dict[str, Any]], str]:
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        walk = since if place is None else walk_at(place)
        page = list_changed(processing, Selection(**listing.filters), walk, limit=listing.limit)
        following = listing.cursor(processing, None if page.walk is None else place_of(page.walk))
    return [contact_parts(one) for one in page.contacts], following


def _all_pages(caller: Caller, listing: Listing, cursor: str | None, since: Walk | None) -> Iterator[bytes]:
    """Make the lines of one page after the other; the last line says where the next walk begins."""
    while True:
        contacts, cursor = _page(caller, listing, cursor, since)
        if not contacts:
            yield line({"next": cursor})
            return
        yield b"".join(map(line, contacts))
