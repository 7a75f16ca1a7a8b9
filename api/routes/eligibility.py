"""May these be reached? The answer, its signed record, and the report of who can be reached today."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CONSENTS_WRITE, CONTACTS_LIST, ELIGIBILITY_ASK
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.errors import ScopeMissing
from api.requests import read_body
from api.translate import data_of_fields
from api.wire_eligibility import (
    Eligibility,
    EligibilityRecord,
    Enquiry,
    Oppositions,
    Reach,
    RecordedOppositions,
)
from api.wire_said import ChannelName
from consent.oppositions import NewOpposition
from eligibility import question
from eligibility.answer import answer_eligibility, eligibility_record
from eligibility.oppose import oppose
from eligibility.report import report_reach
from eligibility.verdicts import Verdict
from kernel.identity import PersonId

router = APIRouter(tags=["consent"])
Channel = Annotated[ChannelName, Query(description="A channel", examples=["email"])]
_TOLD = ("id", "purpose", "message", "targeted", "decided_at", "expires_at", "edition", "asked", "allowed", "signed")


@router.post(
    "/v1/eligibility",
    summary="Ask who may be reached",
    responses=gives(200, Eligibility) | refuses("not-found", "conflict", "refused", "forbidden-attribute", body=True),
    openapi_extra=needs(ELIGIBILITY_ASK) | takes(Enquiry),
)
def ask_eligibility(request: Request) -> Response:
    """Answer for up to 100,000 contacts, a page of the campaign, or whom a selection means: who may be reached now.

    Each of the others comes with the reason why not.

    The record that is kept holds counts and a digest; a withdrawal is effective in the next answer.
    """
    caller = caller_of(request, ELIGIBILITY_ASK)
    asked = read_body(request, Enquiry)
    if asked.selection is not None and not caller.actor.may(CONTACTS_LIST):
        message = f"the client lacks the scope {CONTACTS_LIST}"
        raise ScopeMissing(message)
    clear = {name: value for name in ("category", "commune", "polling_station") if (value := getattr(asked, name))}
    enquiry = question.Enquiry(
        channel=asked.channel,
        message=asked.message,
        at=asked.at,
        persons=None if asked.contacts is None else [PersonId(one) for one in asked.contacts],
        selection=asked.selection,
        criteria=asked.criteria,
        clear=clear,
        after=asked.after,
        sends=asked.sends,
    )
    with caller.register.open(caller.actor, caller.purpose) as processing:
        answer = answer_eligibility(processing, enquiry)
    return json_answer(
        {
            "id": answer.record,
            "expires_at": answer.expires_at,
            "digest": answer.digest.hex(),
            "signed": answer.signed,
            "allowed": [_outcome(one) for one in answer.verdicts if one.answer.allowed],
            "refused": [_outcome(one) for one in answer.verdicts if not one.answer.allowed],
            "unknown": list(answer.unknown),
            "next": answer.next,
        }
    )


@router.get(
    "/v1/eligibility/report",
    summary="Count who can be reached today",
    responses=gives(200, Reach) | refuses("invalid-input"),
    openapi_extra=needs(ELIGIBILITY_ASK),
)
def get_reach(request: Request, channel: Channel = "email") -> Response:
    """Count who can be reached today for the declared purpose, and by which step how many more."""
    caller = caller_of(request, ELIGIBILITY_ASK)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        lines = report_reach(processing, channel)
    told = [{"rule": one.rule, "step": one.step, "contacts": one.persons} for one in lines]
    return json_answer({"purpose": caller.purpose, "channel": channel, "lines": told})


@router.get(
    "/v1/eligibility/{record:uuid}",
    summary="Read the record of an answer",
    responses=gives(200, EligibilityRecord) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(ELIGIBILITY_ASK),
)
def get_eligibility(request: Request, record: UUID) -> Response:
    """Read the signed record of an answer: the question, counts and a digest, and nobody's id."""
    caller = caller_of(request, ELIGIBILITY_ASK)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        row = eligibility_record(processing, record)
    return json_answer({name: getattr(row, name) for name in _TOLD} | {"digest": row.digest.hex()})


@router.post(
    "/v1/oppositions",
    status_code=201,
    summary="Object, for whoever is named",
    responses=gives(201, RecordedOppositions) | refuses(body=True),
    openapi_extra=needs(CONSENTS_WRITE) | takes(Oppositions),
)
def record_oppositions(request: Request) -> Response:
    """Keep objections at once and without a code; they hold for all campaigns of the controller, and nobody reads them.

    They survive erasure, rotation and the end of the campaign, and hold again for whoever comes in later.
    """
    caller = caller_of(request, CONSENTS_WRITE)
    given = read_body(request, Oppositions)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        named = [
            NewOpposition(data=data_of_fields(one.fields), purpose=one.purpose, channel=one.channel)
            for one in given.oppositions
        ]
        entries = oppose(processing, named)
    return json_answer({"entries": entries}, 201)


def _outcome(one: Verdict) -> dict[str, Any]:
    told = asdict(one.answer)
    del told["allowed"]
    return told | {"contacts": list(one.each())}
