"""What the screen held: list, reveal, decide, object; and how often it refused."""

import dataclasses
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CAMPAIGN_READ, REVIEW_DECIDE, REVIEW_OBJECT, REVIEW_READ
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, since, since_of
from api.requests import read_body
from api.wire_review import Refusals, RevealedReview, ReviewDecision, ReviewObjection, Reviews
from audit.refusals import count_refusals
from policy.detect.second import second_opinion
from reviews.decide import Decision, Reason, decide_review, object_to_review
from reviews.listing import ReviewView, list_reviews, reveal_review

router = APIRouter(tags=["reviews"])
Since = Annotated[
    date | None, Query(alias="since", description="From this day on; thirty days ago", examples=["2026-11-01"])
]


@router.get(
    "/v1/reviews",
    summary="List what is held",
    responses=gives(200, Reviews, "Link") | refuses("invalid-input"),
    openapi_extra=needs(REVIEW_READ),
)
def get_reviews(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List what waits for the privacy reviewer, without any words; what goes first stands at the beginning."""
    caller = caller_of(request, REVIEW_READ)
    listing = Listing("/v1/reviews", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        after = since_of(place)
        found = list_reviews(processing, after=after, limit=limit)
        following = listing.cursor(processing, since(found[-1].until, found[-1].id) if found else place)
    return listing.answer("reviews", [_told(one) for one in found], following)


@router.get(
    "/v1/reviews/{review:uuid}",
    summary="Reveal what is held",
    responses=gives(200, RevealedReview) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(REVIEW_READ),
)
def get_review(request: Request, review: UUID) -> Response:
    """Show the words to the privacy reviewer or the data protection officer; the log tells of it."""
    caller = caller_of(request, REVIEW_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found, text = reveal_review(processing, review)
    opinion = second_opinion(caller.installation.settings.second_opinion)
    sights = None if opinion is None else [dataclasses.asdict(one) for one in opinion.look(text)]
    return json_answer(_told(found) | {"text": text, "second_opinion": sights})


@router.post(
    "/v1/reviews/{review:uuid}/decision",
    status_code=204,
    summary="Decide on what is held",
    responses=gives(204, None)
    | refuses("not-found", "conflict", "contact-restricted", "refused", "forbidden-attribute", body=True),
    openapi_extra=needs(REVIEW_DECIDE) | takes(ReviewDecision),
)
def decide_held(request: Request, review: UUID) -> Response:
    """Accept, neutralise or refuse what somebody else wrote."""
    caller = caller_of(request, REVIEW_DECIDE)
    said = read_body(request, ReviewDecision)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        decide_review(processing, review, Decision(said.decision), Reason(said.reason), text=said.text)
    return no_content()


@router.post(
    "/v1/reviews/{review:uuid}/objection",
    status_code=204,
    summary="Object to what is held",
    responses=gives(204, None) | refuses("not-found", body=True),
    openapi_extra=needs(REVIEW_OBJECT) | takes(ReviewObjection),
)
def object_to_held(request: Request, review: UUID) -> Response:
    """Object, as the data protection officer: the words cannot be accepted any more."""
    caller = caller_of(request, REVIEW_OBJECT)
    said = read_body(request, ReviewObjection)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        object_to_review(processing, review, Reason(said.reason))
    return no_content()


@router.get(
    "/v1/policy/refusals",
    summary="Count refusals",
    responses=gives(200, Refusals) | refuses("invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_refusals(request: Request, first: Since = None) -> Response:
    """Count what was refused or held, by rule, source and client; the log holds no more of it than that."""
    caller = caller_of(request, CAMPAIGN_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        sums, whole = count_refusals(processing, first)
    return json_answer({"refusals": [dataclasses.asdict(one) for one in sums], "whole": whole})


def _told(one: ReviewView) -> dict[str, Any]:
    return dataclasses.asdict(one)
