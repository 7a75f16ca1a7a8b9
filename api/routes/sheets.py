"""Sheets for the door: made of a place, printed as a PDF that is never stored, keyed in by number, removed."""

import dataclasses
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import SHEETS_KEY, SHEETS_MAKE
from api.answers import json_answer, no_content
from api.caller import Caller, caller_of, throttle_of
from api.describe import Part, gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, since, since_of
from api.problems import finding_parts
from api.requests import read_body
from api.walking import instant_of
from api.wire_sheets import KeyedSheet, MadeSheets, NewNewcomer, NewSheets, SheetOutcome, SheetOutcomes, Sheets
from kernel.actor import ActorKind
from sheets.key_in import LineAnswer, key_in
from sheets.make import SheetView, Wanted, list_sheets, make_sheets
from sheets.newcomers import Asking, Newcomer
from sheets.outcomes import KeyedLine
from sheets.printing import print_sheet
from sheets.sweep import remove_sheet
from signups.boxes import in_order
from signups.wish import ADDRESS, Wish

router = APIRouter(tags=["outreach"])
_PDF: dict[int | str, Part] = {
    200: {
        "description": "The sheet, as a tagged PDF",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7"}},
    }
}


@router.post(
    "/v1/sheets",
    status_code=201,
    summary="Make sheets for the door",
    responses=gives(201, MadeSheets) | refuses("conflict", body=True),
    openapi_extra=needs(SHEETS_MAKE) | takes(NewSheets),
)
def make_door_sheets(request: Request) -> Response:
    """Give numbers to whoever may be visited in a place, in the order of the streets; nobody's name is opened."""
    caller = caller_of(request, SHEETS_MAKE)
    wanted = Wanted(**dict(read_body(request, NewSheets)))
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made = make_sheets(processing, wanted)
    told = {"sheets": [_told(one) for one in made.sheets], "refused": made.refused, "unopened": made.unopened}
    return json_answer(told, 201)


@router.get(
    "/v1/sheets",
    summary="List sheets for the door",
    responses=gives(200, Sheets, "Link") | refuses("invalid-input"),
    openapi_extra=needs(SHEETS_KEY),
)
def get_door_sheets(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the sheets whose day is not over, the newest first; whom they mean is not told."""
    caller, listing = caller_of(request, SHEETS_KEY), Listing("/v1/sheets", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        found = list_sheets(processing, since_of(place), limit)
        following = listing.cursor(processing, since(found[-1].made_at, found[-1].id) if found else place)
    return listing.answer("sheets", [_told(one) for one in found], following)


@router.get(
    "/v1/sheets/{sheet}",
    summary="Print a sheet",
    responses=_PDF | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(SHEETS_MAKE),
)
def print_door_sheet(request: Request, sheet: UUID) -> Response:
    """Open names and addresses of those who may be visited now, and set the page; the log tells of everybody on it."""
    caller = caller_of(request, SHEETS_MAKE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        paper = print_sheet(processing, sheet, caller.installation.settings.public_url)
    headers = {"Content-Disposition": 'attachment; filename="sheet.pdf"', "Content-Security-Policy": "sandbox"}
    return Response(paper.pdf(), 200, headers, media_type="application/pdf")


@router.delete(
    "/v1/sheets/{sheet}",
    status_code=204,
    summary="Remove a sheet",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(SHEETS_MAKE),
)
def remove_door_sheet(request: Request, sheet: UUID) -> Response:
    """Delete a sheet that is back and keyed in: its numbers mean nobody any more. What was keyed in stays."""
    caller = caller_of(request, SHEETS_MAKE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        remove_sheet(processing, sheet)
    return no_content()


@router.post(
    "/v1/sheets/{sheet}/outcomes",
    summary="Key in a sheet",
    responses=gives(200, KeyedSheet) | refuses("not-found", "conflict", body=True),
    openapi_extra=needs(SHEETS_KEY) | takes(SheetOutcomes),
)
def key_in_door_sheet(request: Request, sheet: UUID) -> Response:
    """Record what came of lines at its true time; said again, the same line of the same day is kept once.

    Objections hold from this moment. A line, a note or a newcomer that cannot be kept takes nothing else with it.
    """
    caller = caller_of(request, SHEETS_KEY)
    told, settings = read_body(request, SheetOutcomes), caller.installation.settings
    lines = [_line(one) for one in told.outcomes]
    newcomers = [_newcomer(caller, one) for one in told.newcomers]
    for one in newcomers:
        throttle_of(request).admit_letter(request.scope, caller.actor.campaign, one.wish.email or one.wish.phone)
    asking = Asking(settings.public_url, texts=bool(settings.sms_url))
    with caller.register.open(caller.actor, caller.purpose) as processing:
        keyed = key_in(processing, sheet, lines, newcomers, asking)
    answers = [_answer(one) for one in keyed.lines]
    return json_answer({"outcomes": answers, "newcomers": [{"faults": one} for one in keyed.newcomers]})


def _told(one: SheetView) -> dict[str, Any]:
    told = dataclasses.asdict(one)
    return {"mark": one.mark, "eligibility": told.pop("eligibility_id"), **told}


def _line(one: SheetOutcome) -> KeyedLine:
    return KeyedLine(line=one.line, outcome=one.outcome, at=instant_of(one.at, "at"), note=(one.note or "").strip())


def _newcomer(caller: Caller, one: NewNewcomer) -> Newcomer:
    """Read a newcomer; who knocked is whoever is signed in, where it is not said."""
    typed = ("email", "phone", "first_names", "last_name", *ADDRESS)
    own = caller.actor.id if caller.actor.kind is ActorKind.STAFF else ""
    wish = Wish(
        language=one.language,
        channels=tuple(in_order(one.channels)),
        canvasser=str(one.canvasser) if one.canvasser else own,
        **{name: getattr(one, name) or "" for name in typed},
    )
    return Newcomer(wish, instant_of(one.at, "at"))


def _answer(one: LineAnswer) -> dict[str, Any]:
    note = one.note
    told = note and {
        "kept": note.kept,
        "findings": [finding_parts(finding) for finding in note.findings],
        "neutral_fr": note.neutral_fr,
        "rewrite": note.rewrite,
        "review": note.review,
    }
    return {"line": one.line, "result": one.result, "effect": one.effect, "note": told}
