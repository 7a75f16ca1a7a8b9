"""The calendar of the campaign's elections, as data and as iCalendar."""

import dataclasses
import re
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CAMPAIGN_READ
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses
from api.wire_calendar import Calendar
from campaigns.calendar import ElectionCalendar, read_calendar
from campaigns.ics import icalendar

router = APIRouter(tags=["campaign"])
MEDIA_TYPE = "text/calendar"
_ACCEPTS_ICS = re.compile(rf"(?:^|,)\s*{MEDIA_TYPE}\s*(?:[,;]|$)")
_CONTENT = gives(200, Calendar)
_CONTENT[200]["content"][MEDIA_TYPE] = {"schema": {"type": "string", "description": "RFC 5545"}}
Election = Annotated[UUID | None, Query(description="One election; none: the latest twenty", examples=[None])]
Language = Annotated[Literal["fr", "en"], Query(description="The language of the events", examples=["fr"])]


@router.get(
    "/v1/calendar",
    summary="Read the calendar",
    responses=_CONTENT | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_calendar(request: Request, election: Election = None, lang: Language = "fr") -> Response:
    """Give rounds, what the law reminds of, silence periods and the holidays of the place, with their articles.

    With `Accept: text/calendar` it is an iCalendar file in one language, whose events keep their UID at every reading.
    """
    caller = caller_of(request, CAMPAIGN_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = read_calendar(processing, election)
    if not _ACCEPTS_ICS.search(request.headers.get("accept", "").lower()):
        return json_answer({"elections": [_told(one) for one in found]})
    text = icalendar(processing.campaign, found, processing.at, lang)
    return Response(text, media_type=f"{MEDIA_TYPE}; charset=utf-8")


def _told(calendar: ElectionCalendar) -> dict[str, Any]:
    dates = [
        {name: told for name, told in dataclasses.asdict(one).items() if name != "sources"} for one in calendar.dates
    ]
    return {"election": dataclasses.asdict(calendar.election), "researched": calendar.researched, "dates": dates}
