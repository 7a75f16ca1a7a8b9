"""The life of a campaign: what it says of itself, its elections, its activation."""

import dataclasses
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import CAMPAIGN_READ, CAMPAIGN_WRITE
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, made_once
from api.requests import read_body
from api.wire_campaign import Election
from api.wire_governance import ContactPoints, Operator
from api.wire_life import Assessment, Campaign, Declaration, ElectionStep, NewElection, Period
from campaigns import controllers, create, hosting
from campaigns.activation import Declaration as Declared
from campaigns.ballots import State
from campaigns.elections import change_election as take_step
from campaigns.sheet import CampaignSheet, campaign_sheet, read_campaign
from contacts import activate
from notices.declared import notice_address, with_published_notice
from policy import activation
from policy.phase import Phase

router = APIRouter(tags=["campaign"])


@router.get(
    "/v1/campaign",
    summary="Read the campaign",
    responses=gives(200, Campaign) | refuses(),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_campaign(request: Request) -> Response:
    """Tell where the campaign is in its life, who answers for it, and what was declared at its activation."""
    caller = caller_of(request, CAMPAIGN_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        sheet = read_campaign(processing)
    return json_answer(_told(sheet))


@router.post(
    "/v1/campaign/activation",
    status_code=201,
    summary="Activate the campaign",
    responses=gives(201, Campaign) | refuses("forbidden-attribute", "refused", "conflict", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(Declaration),
)
def activate_campaign(request: Request) -> Response:
    """Make the campaign active; everything that is missing is answered at once, each with its article.

    Before it only synthetic origins are taken, after it only real ones. Sent again, it replaces the declaration.
    """
    caller = caller_of(request, CAMPAIGN_WRITE)
    declared = _declared(read_body(request, Declaration))
    with caller.register.open(caller.actor, caller.purpose) as processing:
        address = notice_address(caller.installation.settings.public_url, processing)
        activate.activate_campaign(processing, with_published_notice(processing, declared, address))
        sheet = campaign_sheet(processing, Phase.ACTIVE)
    return json_answer(_told(sheet), 201)


@router.put(
    "/v1/campaign/controller",
    status_code=204,
    summary="Say how the controller is reached",
    responses=gives(204, None) | refuses("forbidden-attribute", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(ContactPoints),
)
def describe_controller(request: Request) -> Response:
    """Say where rights are exercised, and the data protection officer or why none is required."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    points = read_body(request, ContactPoints)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        controllers.describe_controller(processing, points_of(points))
    return no_content()


@router.put(
    "/v1/campaign/operator",
    status_code=204,
    summary="Say who hosts the campaign",
    responses=gives(204, None) | refuses("forbidden-attribute", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(Operator),
)
def describe_operator(request: Request) -> Response:
    """Say who hosts, as processor under which contract, or as controller."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    told = read_body(request, Operator)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        operator = hosting.Operator(name=told.name, role=told.role, contract=told.contract or "")
        hosting.describe_operator(processing, operator)
    return no_content()


@router.post(
    "/v1/elections",
    status_code=201,
    summary="Add an election",
    responses=gives(201, Election, "Idempotency-Replayed")
    | refuses("forbidden-attribute", *REPEAT_REFUSALS, body=True),
    openapi_extra=needs(CAMPAIGN_WRITE, MAY_REPEAT) | takes(NewElection),
)
def add_election(request: Request) -> Response:
    """Add a ballot with its rounds; a type whose rules are not researched will keep the campaign from activation."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    new = read_body(request, NewElection)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        asked = create.NewElection(**new.model_dump())
        election, headers = made_once(processing, request, lambda: create.declare_election(processing, asked))
    return json_answer({"id": election, "state": State.CALLED, **new.model_dump()}, 201, headers)


@router.post(
    "/v1/elections/{election}/changes",
    summary="Take an election to its next state",
    responses=gives(200, Election) | refuses("not-found", "conflict", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(ElectionStep),
)
def change_election(request: Request, election: UUID) -> Response:
    """Say that a round was held, that the election is decided, contested or annulled, and on which day."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    step = read_body(request, ElectionStep)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        view = take_step(processing, election, State(step.state), step.on)
    return json_answer(dataclasses.asdict(view))


def points_of(told: ContactPoints) -> controllers.ContactPoints:
    """Return the contacts of a controller as the use-cases take them."""
    return controllers.ContactPoints(
        rights_contact=told.rights_contact,
        dpo_contact=told.dpo_contact or "",
        dpo_not_required=told.dpo_not_required or "",
    )


def _declared(body: Declaration) -> Declared:
    retention = body.retention
    return Declared(
        assessment=activation.Assessment(**_given(body.dpia)),
        notice=activation.PublishedNotice(**_given(body.notice)),
        purposes=body.purposes,
        territories=body.territories,
        retention=None if retention is None else {name: _period(one) for name, one in retention.items()},
    )


def _period(told: Period) -> activation.Period:
    return activation.Period(months=told.months, days=told.days)


def _given(told: Any) -> dict[str, Any]:  # noqa: ANN401 - one of two shapes, or nothing
    return {} if told is None else {name: one for name, one in told.model_dump().items() if one is not None}


def _told(sheet: CampaignSheet) -> dict[str, Any]:
    told = dataclasses.asdict(sheet)
    if sheet.operator is not None:
        told["operator"]["contract"] = sheet.operator.contract or None
    if sheet.activation is not None:
        assessment = told["activation"].pop("assessment")
        told["activation"]["dpia"] = {name: assessment[name] or None for name in Assessment.model_fields}
    return told
