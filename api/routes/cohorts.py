"""What whole lists and documented interests rest on: cohorts with their samples, balancing tests."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from accounts.scopes import CONSENTS_READ, CONSENTS_WRITE, REVIEW_DECIDE
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.requests import read_body
from api.wire_cohorts import (
    BalancingTests,
    Cohorts,
    Decision,
    NewBalancingTest,
    NewCohort,
    Numbered,
    Review,
    Sample,
)
from attachments.view import PURPOSES
from consent import balancing, cohorts
from kernel.errors import NotFound
from kernel.identity import PersonId

router = APIRouter(tags=["consent"])
_LONGEST = 9


@router.post(
    "/v1/cohorts",
    status_code=201,
    summary="Declare a cohort",
    responses=gives(201, Numbered) | refuses("forbidden-attribute", body=True),
    openapi_extra=needs(CONSENTS_WRITE, purposes=PURPOSES) | takes(NewCohort),
)
def declare_cohort(request: Request) -> Response:
    """Declare a form or list by which many agreed, with the screenshot of its wording."""
    caller = caller_of(request, CONSENTS_WRITE)
    new = cohorts.NewCohort(**read_body(request, NewCohort).model_dump())
    with caller.register.open(caller.actor, caller.purpose) as processing:
        number = cohorts.declare_cohort(processing, new)
    return json_answer({"number": number}, 201)


@router.get(
    "/v1/cohorts",
    summary="List the cohorts",
    responses=gives(200, Cohorts) | refuses(),
    openapi_extra=needs(CONSENTS_READ),
)
def get_cohorts(request: Request) -> Response:
    """List the cohorts, each with who was drawn and what was found."""
    caller = caller_of(request, CONSENTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        rows = cohorts.list_cohorts(processing)
    names = ("number", "title", "wording", "collected_from", "collected_to", "origin", "state", "sample")
    told = [{name: row[name] for name in names} | {"attachment": row["attachment_id"]} for row in rows]
    return json_answer({"cohorts": told})


@router.post(
    "/v1/cohorts/{cohort}/sample",
    summary="Draw a sample",
    responses=gives(200, Sample) | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(CONSENTS_WRITE),
)
def draw_sample(request: Request, cohort: str) -> Response:
    """Draw at random whose proofs will be looked at; from now on nobody joins the cohort."""
    caller = caller_of(request, CONSENTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        drawn = cohorts.draw_sample(processing, _number(cohort))
    return json_answer({"contacts": drawn})


@router.post(
    "/v1/cohorts/{cohort}/review",
    status_code=204,
    summary="Say what was found of somebody drawn",
    responses=gives(204, None) | refuses("not-found", "conflict", body=True),
    openapi_extra=needs(REVIEW_DECIDE) | takes(Review),
)
def review_sample(request: Request, cohort: str) -> Response:
    """Say whether the proof of somebody who was drawn holds; whoever declared the cohort may not."""
    caller = caller_of(request, REVIEW_DECIDE)
    found = read_body(request, Review)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        cohorts.review_sample(processing, _number(cohort), {PersonId(found.contact): found.finding})
    return no_content()


@router.post(
    "/v1/cohorts/{cohort}/decision",
    summary="Decide a cohort",
    responses=gives(200, Decision) | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(REVIEW_DECIDE),
)
def decide_cohort(request: Request, cohort: str) -> Response:
    """Decide by the sample: all good, and what was claimed is proven; it lifts nobody's refusal."""
    caller = caller_of(request, REVIEW_DECIDE)
    state = cohorts.decide_cohort(caller.register, caller.actor, caller.purpose, _number(cohort))
    return json_answer({"state": state})


@router.post(
    "/v1/balancing-tests",
    status_code=201,
    summary="Keep a balancing test",
    responses=gives(201, Numbered) | refuses(body=True),
    openapi_extra=needs(CONSENTS_WRITE) | takes(NewBalancingTest),
)
def record_balancing_test(request: Request) -> Response:
    """Keep a documented legitimate interest, for an untargeted use; it is looked at again within a year."""
    caller = caller_of(request, CONSENTS_WRITE)
    new = balancing.NewBalancingTest(**read_body(request, NewBalancingTest).model_dump())
    with caller.register.open(caller.actor, caller.purpose) as processing:
        number = balancing.record_balancing_test(processing, new)
    return json_answer({"number": number}, 201)


@router.get(
    "/v1/balancing-tests",
    summary="List the balancing tests",
    responses=gives(200, BalancingTests) | refuses(),
    openapi_extra=needs(CONSENTS_READ),
)
def get_balancing_tests(request: Request) -> Response:
    """List the documented legitimate interests."""
    caller = caller_of(request, CONSENTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = balancing.list_balancing_tests(processing)
    return json_answer({"balancing_tests": [asdict(one) for one in found]})


@router.post(
    "/v1/balancing-tests/{number}/end",
    status_code=204,
    summary="End a balancing test",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CONSENTS_WRITE),
)
def end_balancing_test(request: Request, number: str) -> Response:
    """Let a balancing test hold no more."""
    caller = caller_of(request, CONSENTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        balancing.end_balancing_test(processing, _number(number))
    return no_content()


def _number(text: str) -> int:
    """Read a number of an address, once it is known who asks. Raises NotFound."""
    if not text.isascii() or not text.isdecimal() or len(text) > _LONGEST:
        raise NotFound("nothing of that number in this campaign")
    return int(text)
