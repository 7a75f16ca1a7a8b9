"""Going from door to door: the addresses of a place, and what came of visits, by territory and never by visitor."""

import dataclasses
from collections import Counter
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CONTACTS_LIST, CONTACTS_READ
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.requests import read_body
from api.walking import instant_of
from api.wire_turf import NewTurf, Turf, VisitCells
from eligibility.turf import draw_turf
from eligibility.visits import count_visits

router = APIRouter(tags=["outreach"])
Since = Annotated[
    str | None,
    Query(
        description="Visits from then on (RFC 3339); those of thirty days where none is named",
        examples=["2026-11-01T00:00:00Z"],
    ),
]
_RECENT = timedelta(days=30)


@router.post(
    "/v1/turfs",
    summary="Draw a turf",
    responses=gives(200, Turf) | refuses(body=True),
    openapi_extra=needs(CONTACTS_READ) | takes(NewTurf),
)
def make_turf(request: Request) -> Response:
    """List the addresses of a place where somebody may be visited now; of everybody only the address is opened."""
    caller = caller_of(request, CONTACTS_READ)
    asked = read_body(request, NewTurf)
    clear = {name: value for name in ("commune", "polling_station") if (value := getattr(asked, name))}
    with caller.register.open(caller.actor, caller.purpose) as processing:
        turf = draw_turf(processing, clear, after=asked.after)
    refused: Counter[str] = Counter()
    for one in turf.answer.verdicts:
        if not one.answer.allowed:
            refused[one.answer.rule] += one.size
    doorsteps = [{"address": one.address, "contacts": one.contacts} for one in turf.doorsteps]
    told = {"eligibility": turf.answer.record, "doorsteps": doorsteps, "refused": refused}
    return json_answer(told | {"unopened": len(turf.unopened), "next": turf.next})


@router.get(
    "/v1/visits/cells",
    summary="Count what came of visits",
    responses=gives(200, VisitCells, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CONTACTS_LIST),
)
def get_visit_cells(
    request: Request,
    since: Since = None,
    grain: Literal["commune", "polling_station"] = "polling_station",
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Count the contacts of each outcome by commune or polling station, where there are enough; never by visitor."""
    caller = caller_of(request, CONTACTS_LIST)
    listing = Listing("/v1/visits/cells", limit, {"grain": grain, "since": since})
    begins = caller.installation.clock.now() - _RECENT if since is None else instant_of(since, "since")
    with caller.register.open(caller.actor, caller.purpose) as processing:
        cells = count_visits(processing, grain, begins)
        page, following = page_of_registry(
            processing, listing, cursor, cells, lambda one: [one.outcome, one.commune, one.polling_station or ""]
        )
    return listing.answer("cells", [dataclasses.asdict(one) for one in page], following)
