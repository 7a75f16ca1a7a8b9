"""Notices: proposed with what is missing, published for ever, listed; by when each origin's persons are told."""

import dataclasses
from typing import Any

from fastapi import APIRouter, Request, Response

from accounts.scopes import CAMPAIGN_READ, CAMPAIGN_WRITE
from api.answers import json_answer, no_content
from api.caller import Caller, caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.problems import finding_parts
from api.requests import read_body
from api.wire_notices import NoticeDraft, NoticePlan, NoticeVersions, OriginClocks, OriginTelling
from api.wire_notices import NoticeVersion as Version
from notices.clock import Manner, Telling, list_clocks, tell_origin
from notices.draft import draft_notice
from notices.gather import NoticePlan as Plan
from notices.publish import NoticeVersion, list_notices, publish_notice
from policy.notice import Told

router = APIRouter(tags=["notices"])


@router.get(
    "/v1/notices",
    summary="List published notices",
    responses=gives(200, NoticeVersions, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_notices(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the published versions, oldest first."""
    caller, listing = caller_of(request, CAMPAIGN_READ), Listing("/v1/notices", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = list_notices(processing)
        page, following = page_of_registry(processing, listing, cursor, found, lambda one: one.number)
    return listing.answer("notices", [_version(caller, one) for one in page], following)


@router.post(
    "/v1/notices/draft",
    summary="Draft a notice",
    responses=gives(200, NoticeDraft) | refuses(body=True),
    openapi_extra=needs(CAMPAIGN_READ) | takes(NoticePlan),
)
def write_notice(request: Request) -> Response:
    """Write the notice as it would be published now, and name every datum that is missing; nothing is kept."""
    caller = caller_of(request, CAMPAIGN_READ)
    plan = read_body(request, NoticePlan)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        draft = draft_notice(processing, plan_of(plan))
    told = dataclasses.asdict(draft) | {"findings": [finding_parts(one) for one in draft.findings]}
    del told["sha256"]
    return json_answer(told)


@router.post(
    "/v1/notices",
    status_code=201,
    summary="Publish a notice",
    responses=gives(201, Version, "Location") | refuses("refused", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(NoticePlan),
)
def publish_version(request: Request) -> Response:
    """Publish the notice as it is now, for everybody and for ever; refused while a mandatory datum is missing."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    plan = read_body(request, NoticePlan)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        published = publish_notice(processing, plan_of(plan))
    told = _version(caller, published)
    return json_answer(told, 201, {"Location": f"/notices/{caller.actor.campaign}/{published.number}"})


@router.get(
    "/v1/notice-clocks",
    summary="List who must be told, and by when",
    responses=gives(200, OriginClocks, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_clocks(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the origins whose persons did not give the data themselves (GDPR art. 14), with the day they are due."""
    caller, listing = caller_of(request, CAMPAIGN_READ), Listing("/v1/notice-clocks", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = list_clocks(processing)
        page, following = page_of_registry(processing, listing, cursor, found, lambda one: one.origin)
    return listing.answer("clocks", [dataclasses.asdict(one) for one in page], following)


@router.post(
    "/v1/notice-clocks",
    status_code=204,
    summary="Record that an origin's persons were told",
    responses=gives(204, None) | refuses("forbidden-attribute", "not-found", "conflict", "refused", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(OriginTelling),
)
def record_telling(request: Request) -> Response:
    """Record that each person was told, or the assessment that stands for it for electoral and turnout rolls."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    told = read_body(request, OriginTelling)
    telling = Telling(
        origin=told.origin,
        manner=Manner(told.manner),
        notice=told.notice,
        told_on=told.told_on,
        reference=told.reference,
    )
    with caller.register.open(caller.actor, caller.purpose) as processing:
        tell_origin(processing, telling)
    return no_content()


def plan_of(body: NoticePlan) -> Plan:
    """Return a plan as the use-cases take it."""
    interests = None if body.interests is None else Told(body.interests.fr, body.interests.en)
    given = {name: getattr(body, name) for name in ("purposes", "origins", "controlled_by", "targeting")}
    return Plan(interests=interests, transparency=body.transparency or "", **given)


def _version(caller: Caller, one: NoticeVersion) -> dict[str, Any]:
    base = caller.installation.settings.public_url.rstrip("/")
    return dataclasses.asdict(one) | {"address": f"{base}/notices/{caller.actor.campaign}/{one.number}"}
