"""Consent: record evidence, withdraw, show; lists of subscribers."""

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CONSENTS_READ, CONSENTS_WRITE
from api.answers import json_answer
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.requests import read_body
from api.wire_cohorts import Numbered
from api.wire_consent import (
    Consents,
    EvidenceBatch,
    Geographies,
    MailingList,
    MailingLists,
    NewEvidence,
    NewGeography,
    NewList,
    Receipt,
    RecordedBatch,
    RecordedEvidence,
    Withdrawal,
)
from audit.processing import Processing
from consent import evidence, newsletters
from consent.channels import LIST_PREFIX, list_lists, register_list
from consent.listing import EvidenceView, list_evidence
from consent.receipts import make_receipt
from consent.record import record_evidence
from consent.standings import list_standings
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.standing import Action

router = APIRouter(tags=["consent"])
_MOST = 1_000
Form = Annotated[Literal["dpv", "kantara"], Query(description="ISO/IEC TS 27560 in DPV, or Kantara 1.1")]
Contact = Annotated[UUID | None, Query(description="Whose evidence")]


@router.post(
    "/v1/consents",
    status_code=201,
    summary="Record evidence of consent",
    responses=gives(201, RecordedEvidence) | refuses("forbidden-attribute", "not-found", "conflict", body=True),
    openapi_extra=needs(CONSENTS_WRITE) | takes(NewEvidence),
)
def record_consent(request: Request) -> Response:
    """Record one piece of evidence: a refusal holds at once, an opt-in without its proof is only claimed."""
    caller = caller_of(request, CONSENTS_WRITE)
    proposed = read_body(request, NewEvidence)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        (made,) = record_evidence(processing, [_evidence(proposed)])
    return json_answer(_recorded(made), 201)


@router.post(
    "/v1/consents:batch",
    summary="Record many pieces of evidence",
    responses=gives(200, RecordedBatch) | refuses("forbidden-attribute", "not-found", "conflict", body=True),
    openapi_extra=needs(CONSENTS_WRITE) | takes(EvidenceBatch),
)
def record_consents(request: Request) -> Response:
    """Record up to a thousand pieces, all or none."""
    caller = caller_of(request, CONSENTS_WRITE)
    proposed = read_body(request, EvidenceBatch)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made = record_evidence(processing, [_evidence(one) for one in proposed.consents])
    return json_answer({"results": [_recorded(one) for one in made]})


@router.post(
    "/v1/consents/withdrawal",
    status_code=201,
    summary="Withdraw consent, or object",
    responses=gives(201, RecordedEvidence) | refuses("not-found", body=True),
    openapi_extra=needs(CONSENTS_WRITE) | takes(Withdrawal),
)
def withdraw_consent(request: Request) -> Response:
    """Take consent back now, for a purpose, a channel or all; it is effective in the next answer."""
    caller = caller_of(request, CONSENTS_WRITE)
    given = read_body(request, Withdrawal)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        (made,) = record_evidence(processing, [_withdrawal(processing, given)])
    return json_answer(_recorded(made), 201)


@router.get(
    "/v1/consents",
    summary="Show a contact's evidence of consent",
    responses=gives(200, Consents) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CONSENTS_READ),
)
def show_consents(request: Request, contact: Contact = None) -> Response:
    """Show what a person agreed to, refused and took back, and where that leads today; the log tells of it."""
    caller = caller_of(request, CONSENTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        person = _named(contact)
        found = list_evidence(processing, person, limit=_MOST)
        standings = list_standings(processing, [person])
    told = [{name: one[name] for name in ("purpose", "channel", "status", "valid_until")} for one in standings]
    return json_answer({"consents": [_shown(one) for one in found], "standings": told})


@router.get(
    "/v1/consents/receipt",
    summary="Write a receipt of a contact's consents",
    responses=gives(200, Receipt) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CONSENTS_READ),
)
def get_receipt(request: Request, contact: Contact = None, form: Form = "dpv") -> Response:
    """Write what the person may keep: ISO/IEC TS 27560 in DPV JSON-LD, or Kantara 1.1; a file to save."""
    caller = caller_of(request, CONSENTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        receipt = make_receipt(processing, _named(contact), form)
    return json_answer(receipt, 200, {"Content-Disposition": f'attachment; filename="{form}-receipt.json"'})


@router.post(
    "/v1/mailing-lists",
    status_code=201,
    summary="Register a list of subscribers",
    responses=gives(201, MailingList) | refuses("refused", "forbidden-attribute", "conflict", body=True),
    openapi_extra=needs(CONSENTS_WRITE) | takes(NewList),
)
def add_mailing_list(request: Request) -> Response:
    """Register a list that people subscribe to, after its name was read; it is a channel of its own."""
    caller = caller_of(request, CONSENTS_WRITE)
    proposed = read_body(request, NewList)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        channel = register_list(processing, proposed.name)
    return json_answer({"name": channel.removeprefix(LIST_PREFIX), "channel": channel}, 201)


@router.get(
    "/v1/mailing-lists",
    summary="List the lists of subscribers",
    responses=gives(200, MailingLists) | refuses(),
    openapi_extra=needs(CONSENTS_READ),
)
def get_mailing_lists(request: Request) -> Response:
    """List the campaign's lists, each with the channel it is."""
    caller = caller_of(request, CONSENTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = list_lists(processing)
    return json_answer({"lists": [{"name": name, "channel": LIST_PREFIX + name} for name in found]})


@router.post(
    "/v1/newsletter-geography",
    status_code=201,
    summary="Say what choosing by place is",
    responses=gives(201, Numbered) | refuses(body=True),
    openapi_extra=needs(CONSENTS_WRITE) | takes(NewGeography),
)
def record_geography(request: Request) -> Response:
    """Say, with the reason, whether to choose a newsletter's subscribers by place is targeting; unsaid, it is."""
    caller = caller_of(request, CONSENTS_WRITE)
    said = read_body(request, NewGeography)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        number = newsletters.record_geography(processing, said.places, said.reason)
    return json_answer({"number": number}, 201)


@router.get(
    "/v1/newsletter-geography",
    summary="List what choosing by place was said to be",
    responses=gives(200, Geographies) | refuses(),
    openapi_extra=needs(CONSENTS_READ),
)
def get_geographies(request: Request) -> Response:
    """List what was said of it, oldest first; the last holds."""
    caller = caller_of(request, CONSENTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = newsletters.list_geographies(processing)
    return json_answer({"readings": [asdict(one) for one in found]})


def _named(contact: UUID | None) -> PersonId:
    if contact is None:
        raise Invalid("name the contact")
    return PersonId(contact)


def _evidence(proposed: NewEvidence) -> evidence.NewEvidence:
    return evidence.NewEvidence(
        person=PersonId(proposed.contact),
        purpose=proposed.purpose,
        channel=proposed.channel,
        action=Action(proposed.action),
        occurred_at=proposed.occurred_at,
        indicated_by=evidence.Indicated(proposed.indicated_by),
        method=evidence.Method(proposed.method),
        notice=proposed.notice,
        origin=proposed.origin,
        cohort=proposed.cohort,
        attachment=proposed.attachment,
        window=None if proposed.window is None else (proposed.window.start, proposed.window.end),
        valid_until=proposed.valid_until,
        details=proposed.details,
    )


def _withdrawal(processing: Processing, given: Withdrawal) -> evidence.NewEvidence:
    return evidence.NewEvidence(
        person=PersonId(given.contact),
        purpose=given.purpose,
        channel=given.channel,
        action=Action.WITHDRAWN,
        occurred_at=processing.at,
        indicated_by=evidence.Indicated.PERSON,
        method=evidence.Method(given.method),
    )


def _recorded(made: Any) -> dict[str, Any]:  # noqa: ANN401 - what became of a piece
    return {"id": made.id, "level": made.level.name.lower()}


def _shown(one: EvidenceView) -> dict[str, Any]:
    told = asdict(one)
    told["contact"] = told.pop("person")
    told["window"] = None if one.window is None else {"start": one.window[0], "end": one.window[1]}
    return told
