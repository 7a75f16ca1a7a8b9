"""How long data are kept: sweeps asked for and listed, the monthly report, legal holds, endings."""

import dataclasses
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CONTACTS_WRITE, DOSSIERS_MAKE, RETENTION_READ, RETENTION_WRITE
from api.answers import json_answer, no_content
from api.caller import caller_for, caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, made_once
from api.requests import read_body
from api.translate import contact_parts
from api.wire_contact import Contact
from api.wire_governance import Named
from api.wire_jobs import Queued
from api.wire_retention import ArchiveOpening, Holds, NewEnding, NewHold, NewRun, RetentionReport, RetentionRuns
from contacts.lasting.archive import PURPOSE as ARCHIVE
from contacts.lasting.archive import open_archive
from contacts.lasting.endings import record_endings
from contacts.lasting.holds import HoldReason, lift_hold, list_holds, place_hold
from kernel.errors import Invalid
from kernel.identity import PersonId
from retention.report import report_month
from retention.runs import list_past_runs, request_run

router = APIRouter(tags=["retention"])
_YEAR = timedelta(days=366)
Month = Annotated[str | None, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2027-03"])]


@router.post(
    "/v1/retention/runs",
    status_code=202,
    summary="Ask for a sweep",
    responses=gives(202, Queued, "Location") | refuses(body=True),
    openapi_extra=needs(RETENTION_WRITE) | takes(NewRun),
)
def request_retention_run(request: Request) -> Response:
    """Ask for a sweep, simulated or for real; nobody can put off what it does, only bring it forward."""
    caller = caller_of(request, RETENTION_WRITE)
    body = read_body(request, NewRun)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        job = request_run(processing, simulated=body.simulated)
    return json_answer({"job": job}, 202, {"Location": f"/v1/jobs/{job}"})


@router.get(
    "/v1/retention/runs",
    summary="List sweeps",
    responses=gives(200, RetentionRuns, "Link") | refuses("invalid-input"),
    openapi_extra=needs(RETENTION_READ),
)
def get_retention_runs(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the sweeps of the last year, with how far each is and what it did; nobody is named."""
    caller = caller_of(request, RETENTION_READ)
    listing = Listing("/v1/retention/runs", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        runs = list_past_runs(processing, processing.at - _YEAR)
        page, following = page_of_registry(
            processing, listing, cursor, runs, lambda one: [one.started_at.isoformat(), str(one.id)]
        )
    told = [{name: value for name, value in dataclasses.asdict(one).items() if name != "after"} for one in page]
    return listing.answer("runs", told, following)


@router.get(
    "/v1/retention/report",
    summary="Report a month of sweeps",
    responses=gives(200, RetentionReport) | refuses("invalid-input"),
    openapi_extra=needs(RETENTION_READ),
)
def get_retention_report(request: Request, month: Month = None) -> Response:
    """Tell what the sweeps of a month did, by line of the schedule and act; this month if none is named."""
    caller = caller_of(request, RETENTION_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        report = report_month(processing, month or processing.today.strftime("%Y-%m"))
    return json_answer(dataclasses.asdict(report))


@router.get(
    "/v1/holds",
    summary="List legal holds",
    responses=gives(200, Holds, "Link") | refuses("invalid-input"),
    openapi_extra=needs(RETENTION_READ),
)
def get_holds(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the holds in force, oldest first."""
    caller = caller_of(request, RETENTION_READ)
    listing = Listing("/v1/holds", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        holds = list_holds(processing)
        page, following = page_of_registry(
            processing, listing, cursor, holds, lambda one: [one.placed_at.isoformat(), str(one.id)]
        )
    return listing.answer("holds", [dataclasses.asdict(one) for one in page], following)


@router.post(
    "/v1/holds",
    status_code=201,
    summary="Place a legal hold",
    responses=gives(201, Named, "Idempotency-Replayed") | refuses(*REPEAT_REFUSALS, "not-found", body=True),
    openapi_extra=needs(RETENTION_WRITE, MAY_REPEAT) | takes(NewHold),
)
def add_hold(request: Request) -> Response:
    """Keep what would go in restricted archive, for claims; what the law lets nobody put off goes all the same."""
    caller = caller_of(request, RETENTION_WRITE)
    body = read_body(request, NewHold)
    expires_on = _day(body.expires_on)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made, headers = made_once(
            processing,
            request,
            lambda: place_hold(
                processing,
                contact=None if body.contact is None else PersonId(body.contact),
                reason=HoldReason(body.reason),
                reference=body.reference,
                expires_on=expires_on,
            ),
        )
    return json_answer({"id": made}, 201, headers)


@router.delete(
    "/v1/holds/{hold}",
    status_code=204,
    summary="Lift a legal hold",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(RETENTION_WRITE),
)
def remove_hold(request: Request, hold: UUID) -> Response:
    """End a hold before its day; what it kept goes with the next sweep."""
    caller = caller_of(request, RETENTION_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        lift_hold(processing, hold)
    return no_content()


@router.post(
    "/v1/contacts/{contact:uuid}/endings",
    status_code=204,
    summary="Record an ending",
    responses=gives(204, None) | refuses("not-found", body=True),
    openapi_extra=needs(CONTACTS_WRITE) | takes(NewEnding),
)
def add_ending(request: Request, contact: UUID) -> Response:
    """Record that a membership, a mandate or a life ended; from that day the contact's clock runs."""
    caller = caller_of(request, CONTACTS_WRITE)
    body = read_body(request, NewEnding)
    ended_on = _day(body.ended_on)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        record_endings(processing, [PersonId(contact)], body.event, ended_on)
    return no_content()


@router.post(
    "/v1/contacts/{contact:uuid}/archive",
    summary="Open a contact in archive",
    responses=gives(200, Contact) | refuses("not-found", "forbidden-attribute", body=True),
    openapi_extra=needs(DOSSIERS_MAKE, purposes={ARCHIVE}) | takes(ArchiveOpening),
)
def open_archived(request: Request, contact: UUID) -> Response:
    """Show a contact that stands in restricted archive; the reason and the case are in the log beside who was shown."""
    caller = caller_for(request, DOSSIERS_MAKE, ARCHIVE)
    asked = read_body(request, ArchiveOpening)
    with caller.register.open(caller.actor, ARCHIVE) as processing:
        (shown,) = open_archive(processing, [PersonId(contact)], HoldReason(asked.reason), asked.reference)
    return json_answer(contact_parts(shown))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = "a day is one of the calendar"
        raise Invalid(message) from None
