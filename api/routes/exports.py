"""Exports: order a list, follow it, hand its file out, cancel it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from accounts.scopes import CONTACTS_READ, ELIGIBILITY_ASK, EXPORTS_READ, EXPORTS_WRITE
from api.answers import json_answer
from api.caller import Caller, caller_of
from api.describe import Part, gives, needs, refuses, takes
from api.errors import ScopeMissing
from api.paging import DEFAULT, Cursor, Limit, Listing, since, since_of
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, REPLAYED, done_once, request_of
from api.requests import read_body
from api.wire_exports import Export, ExportLink, Exports, NewExport, OrderedExport
from audit.events import Event
from audit.note import Note
from contacts.listing import Selection
from files.export_file import ExportOrder
from files.exports.collect import Leaving, download_export, link_export
from files.exports.order import Wanted, order_export
from files.exports.parts import Room, room_of
from files.exports.show import cancel_export, list_exports, show_export
from files.hand_over import Handover
from files.writers import Format

router = APIRouter(tags=["exports"])
BYTES = "application/octet-stream"
_FILE: dict[int | str, Part] = {
    200: {
        "description": "The file, encrypted to the recipient's public key (age)",
        "content": {BYTES: {"schema": {"type": "string", "format": "binary"}, "example": "age-encryption.org/v1"}},
    }
}
_NOT_THERE = ("not-found", "conflict", "invalid-input")


@router.post(
    "/v1/exports",
    status_code=202,
    summary="Order an export",
    responses=gives(202, OrderedExport, "Location", "Idempotency-Replayed")
    | refuses("forbidden-attribute", "refused", *REPEAT_REFUSALS, "not-found", "conflict", body=True),
    openapi_extra=needs(EXPORTS_WRITE, MAY_REPEAT) | takes(NewExport),
)
def add_export(request: Request) -> Response:
    """Order a list for a registered recipient; a worker writes it, or waits for another's approval of a large one."""
    caller = caller_of(request, EXPORTS_WRITE)
    asked = read_body(request, NewExport)
    for scope, is_needed in ((CONTACTS_READ, True), (ELIGIBILITY_ASK, asked.reach is not None)):
        if is_needed and not caller.actor.may(scope):
            raise ScopeMissing(f"the client lacks the scope {scope}")
    settings, wanted = caller.installation.settings, _wanted(asked)
    delay = timedelta(hours=settings.approval_delay_hours)

    def order() -> tuple[int, list[object]]:
        made = order_export(processing, wanted, alone=settings.export_alone, delay=delay)
        alone_from = None if made.alone_from is None else made.alone_from.isoformat()
        return 202, [str(made.id), made.state, made.approval and str(made.approval), alone_from]

    with caller.register.open(caller.actor, caller.purpose) as processing:
        _, outcome, before = done_once(processing, request_of(request), order)
        if before:
            processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    told = dict(zip(("id", "state", "approval", "alone_from"), outcome, strict=True))
    return json_answer(told, 202, {"Location": f"/v1/exports/{outcome[0]}"} | (REPLAYED if before else {}))


def _wanted(asked: NewExport) -> Wanted:
    order = ExportOrder(
        reason=asked.reason,
        recipient=asked.recipient,
        selection=Selection(**asked.selection.model_dump()),
        saved=asked.saved,
        cap=asked.cap,
        only=None if asked.fields is None else tuple(asked.fields),
        format=Format(asked.format),
    )
    reach = None if asked.reach is None else Handover(**asked.reach.model_dump())
    return Wanted(order=order, reach=reach, secured=asked.secured, hours=asked.hours)


@router.get(
    "/v1/exports",
    summary="List exports",
    responses=gives(200, Exports, "Link") | refuses("invalid-input"),
    openapi_extra=needs(EXPORTS_READ),
)
def get_exports(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List exports, the newest first."""
    caller = caller_of(request, EXPORTS_READ)
    listing = Listing("/v1/exports", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        before = since_of(place)
        found = list_exports(processing, before, limit)
        following = listing.cursor(processing, since(found[-1].created_at, found[-1].id) if found else place)
    return listing.answer("exports", [asdict(one) for one in found], following)


@router.get(
    "/v1/exports/{export}",
    summary="Show an export",
    responses=gives(200, Export) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(EXPORTS_READ),
)
def get_export(request: Request, export: UUID) -> Response:
    """Tell how far an export is, and until when its file waits; the same after its end."""
    caller = caller_of(request, EXPORTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        shown = show_export(processing, export)
    return json_answer(asdict(shown))


@router.get(
    "/v1/exports/{export}/file",
    summary="Download an encrypted export",
    responses=_FILE | refuses("refused", *_NOT_THERE),
    openapi_extra=needs(EXPORTS_WRITE),
)
def get_export_file(request: Request, export: UUID) -> Response:
    """Send a file that only its recipient can read, as often as it is asked for in its time; each time is noted."""
    caller = caller_of(request, EXPORTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        leaving = download_export(processing, room_in(caller), export)
    return sent_file(leaving, leaving.pieces())


@router.post(
    "/v1/exports/{export}/link",
    summary="Write the link of an export",
    responses=gives(200, ExportLink) | refuses("refused", *_NOT_THERE),
    openapi_extra=needs(EXPORTS_WRITE),
)
def add_export_link(request: Request, export: UUID) -> Response:
    """Write the link from which a finished file is downloaded once; whoever holds it has the file."""
    caller = caller_of(request, EXPORTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        link, until = link_export(processing, export)
    base = caller.installation.settings.public_url.rstrip("/")
    return json_answer({"link": f"{base}/exports/{caller.actor.campaign}/{link}", "until": until})


@router.post(
    "/v1/exports/{export}/cancellation",
    summary="Cancel an export",
    responses=gives(200, Export) | refuses(*_NOT_THERE),
    openapi_extra=needs(EXPORTS_WRITE),
)
def cancel_one_export(request: Request, export: UUID) -> Response:
    """End an export between two chunks, or withdraw its finished file; nothing of it can be collected any more."""
    caller = caller_of(request, EXPORTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        cancel_export(processing, export)
        shown = show_export(processing, export)
    room_in(caller).spool.drop(export)
    return json_answer(asdict(shown))


def room_in(caller: Caller) -> Room:
    """Return where the exports of the caller's campaign wait."""
    return room_of(caller.installation.settings, caller.actor.campaign)


def sent_file(leaving: Leaving, pieces: Iterator[bytes]) -> Response:
    """Answer with a file, piece by piece, that nothing on the way keeps."""
    headers = {
        "Content-Disposition": f'attachment; filename="{leaving.name}"',
        "Content-Length": str(leaving.size),
        "Content-Security-Policy": "sandbox",
    }
    return StreamingResponse(pieces, 200, headers, media_type=BYTES)
