"""The register of targeting, and the transparency notice of each of its lines (Regulation (EU) 2024/900, art. 19)."""

import dataclasses
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import TARGETING_READ
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses
from api.paging import DEFAULT, Cursor, Limit, Listing, since, since_of
from api.wire_outreach import Targeting, Targetings, TransparencyNotice
from audit.events import Event
from audit.note import Note
from outreach.targeting import find_targeting, list_targetings
from outreach.transparency import make_notice

router = APIRouter(tags=["outreach"])
_READS = needs(TARGETING_READ)


@router.get(
    "/v1/targeting",
    summary="List the register of targeting",
    responses=gives(200, Targetings, "Link") | refuses("invalid-input"),
    openapi_extra=_READS,
)
def get_targetings(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List how sendings were narrowed, oldest first: criteria, provenance, counts and the role that ran them."""
    caller, listing = caller_of(request, TARGETING_READ), Listing("/v1/targeting", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        after = since_of(place)
        found = list_targetings(processing, after=after, limit=limit)
        processing.note(Note(event=Event.TARGETING_READ, counts={}))
        following = listing.cursor(processing, since(found[-1].recorded_at, found[-1].id) if found else place)
    return listing.answer("targetings", [dataclasses.asdict(one) for one in found], following)


@router.get(
    "/v1/targeting/{targeting}",
    summary="Show a line of the register of targeting",
    responses=gives(200, Targeting) | refuses("not-found", "invalid-input"),
    openapi_extra=_READS,
)
def get_targeting(request: Request, targeting: UUID) -> Response:
    """Show how one sending was narrowed."""
    caller = caller_of(request, TARGETING_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = find_targeting(processing, targeting)
        processing.note(Note(event=Event.TARGETING_READ, counts={}))
    return json_answer(dataclasses.asdict(found))


@router.get(
    "/v1/targeting/{targeting}/notice",
    summary="Export a transparency notice",
    responses=gives(200, TransparencyNotice) | refuses("not-found", "invalid-input"),
    openapi_extra=_READS,
)
def get_transparency_notice(request: Request, targeting: UUID) -> Response:
    """Export what must be published of a targeting, in French and English; figures below ten are told as such."""
    caller = caller_of(request, TARGETING_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        notice = make_notice(processing, targeting)
    return json_answer(dataclasses.asdict(notice))
