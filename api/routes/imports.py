"""Imports: send a list, follow what becomes of it, read its report, cancel it."""

import json
from dataclasses import asdict
from itertools import chain
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from accounts.scopes import CONTACTS_WRITE, IMPORTS_READ, IMPORTS_WRITE, reach
from api.answers import json_answer
from api.caller import Caller, caller_of, throttle_of
from api.describe import Part, gives, needs, refuses, takes
from api.errors import BodyTooLarge, ScopeMissing
from api.paging import DEFAULT, Cursor, Limit, Listing, since, since_of
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, REPLAYED, done_once, request_of
from api.requests import declared_type, read_body
from api.uploads import pieces_of
from api.wire_imports import Import, Imports, ImportUndo, MappingDecision, RequestedImport
from attachments.errors import TooLarge, UnknownMediaType, WrongContent
from attachments.intake import Intake, Taken
from audit.events import Event
from audit.note import Note
from files.awaited import decide_mapping
from files.imports import Declared, cancel_import, check_declared, list_imports, request_import, show_import
from files.run_import import report_import
from files.sealed import AnyForm, NoRoom, Spool, spool_of
from files.undo import begin_undo, show_undo
from jobs import once
from kernel.errors import Invalid

router = APIRouter(tags=["imports"])
CSV = "text/csv"
MEDIA_TYPES = (
    CSV,
    "text/tab-separated-values",
    "application/gzip",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)
_LONGEST = 3600.0
"""Seconds for a whole list: a gibibyte comes in this time at 300 kB a second."""
_LIST = "nationbuilder_id,last_name,email\n17,Exemple,exemple@example.org\n"
_BYTES: Part = {one: {"schema": {"type": "string", "format": "binary"}, "example": _LIST} for one in MEDIA_TYPES}
_FILE: Part = {"requestBody": {"required": True, "content": _BYTES}}
_REPORT: dict[int | str, Part] = {
    200: {
        "description": "Row, column, rule, articles, decision; never a value",
        "content": {CSV: {"schema": {"type": "string"}, "example": "row,column,rule,articles,decision\n"}},
    }
}
Origin = Annotated[int, Query(ge=1, le=2**31 - 1, description="Where the list comes from, declared", examples=[3])]
Name = Annotated[str | None, Query(max_length=40, examples=[None])]
Mapping = Annotated[
    str | None,
    Query(max_length=8000, description="JSON: columns, each with the field it is to fill", examples=[None]),
]
Cohort = Annotated[
    int | None,
    Query(ge=1, le=2**31 - 1, description="The cohort that its opt-ins belong to", examples=[None]),
]
Ask = Annotated[
    bool,
    Query(alias="map", description="Await its mapping also where a profile knows the header", examples=[False]),
]


@router.post(
    "/v1/imports",
    status_code=202,
    summary="Import a list",
    responses=gives(202, RequestedImport, "Location", "Idempotency-Replayed") | refuses(*REPEAT_REFUSALS, body=True),
    openapi_extra=needs(IMPORTS_WRITE, MAY_REPEAT) | _FILE,
)
async def add_import(
    request: Request,
    origin: Origin,
    profile: Name = None,
    category: Name = None,
    dry_run: bool = False,  # noqa: FBT001, FBT002 - a part of the query
    mapping: Mapping = None,
    cohort: Cohort = None,
    ask: Ask = False,  # noqa: FBT002 - a part of the query
) -> Response:
    """Take a list in, sealed chunk by chunk as it comes; a worker imports it once its last byte has come.

    Whether it is a list is found out then: a list that cannot be read fails, and its import says why. One whose header
    no profile knows awaits its mapping. The name of the file is not kept.
    """
    caller = await run_in_threadpool(caller_of, request, IMPORTS_WRITE)
    _check_reach(caller)
    told = _mapping(mapping)
    declared = Declared(
        origin=origin,
        profile=profile,
        category=category,
        dry_run=dry_run,
        mapping=told,
        cohort=cohort,
        ask=ask and not told,
    )
    media_type = declared_type(request)
    if media_type not in MEDIA_TYPES:
        raise UnknownMediaType(f"a list is one of {', '.join(MEDIA_TYPES)}")
    repeated = request_of(request)
    await run_in_threadpool(_check, caller, declared)
    settings, form = caller.installation.settings, AnyForm()
    with Intake(settings.upload_dir, caller.actor.campaign, media_type, settings.import_bytes, form) as intake:
        taken = await _take_in(request, caller, intake)
        made, before = await run_in_threadpool(_store, caller, taken, declared, repeated)
    return json_answer({"id": made}, 202, {"Location": f"/v1/imports/{made}"} | (REPLAYED if before else {}))


def _check_reach(caller: Caller) -> None:
    if reach(caller.actor, CONTACTS_WRITE):
        raise ScopeMissing(f"a list writes fields of every category: {CONTACTS_WRITE} is narrowed for this client")


async def _take_in(request: Request, caller: Caller, intake: Intake) -> Taken:
    try:
        async for piece in pieces_of(request, _LONGEST):
            await throttle_of(request).take_in(caller.actor, len(piece))
            intake.take(piece)
        return intake.finish()
    except TooLarge as refusal:
        raise BodyTooLarge(str(refusal)) from None
    except WrongContent as refusal:
        raise Invalid(str(refusal)) from None
    except OSError:
        raise NoRoom from None


def _mapping(text: str | None) -> dict[str, str]:
    try:
        told = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise Invalid("mapping is JSON: an object of columns, each with the name of a field")
    return told


def _check(caller: Caller, declared: Declared) -> None:
    with caller.register.open(caller.actor, caller.purpose) as processing:
        check_declared(processing, declared)
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))


def _store(caller: Caller, taken: Taken, declared: Declared, repeated: once.Request | None) -> tuple[Any, bool]:
    """Keep the upload, then ask for its import; whatever goes wrong between, or was asked before, it is dropped."""
    spool = _spool(caller)
    if repeated is not None:
        repeated = repeated.having(declared.text().encode(), taken.plain_digest)
    kept = False
    try:
        spool.keep(taken.id, taken.sealed)
        with caller.register.open(caller.actor, caller.purpose) as processing:
            _, outcome, before = done_once(
                processing, repeated, lambda: (202, [request_import(processing, spool, taken, declared)])
            )
            if before:
                processing.note(Note(event=Event.REGISTRY_READ, counts={}))
        kept = not before
    finally:
        if not kept:
            spool.drop(taken.id)
    return outcome[0], before


@router.get(
    "/v1/imports",
    summary="List imports",
    responses=gives(200, Imports, "Link") | refuses("invalid-input"),
    openapi_extra=needs(IMPORTS_READ),
)
def get_imports(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List imports, the newest first."""
    caller = caller_of(request, IMPORTS_READ)
    listing = Listing("/v1/imports", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        before = since_of(place)
        found = list_imports(processing, before, limit)
        following = listing.cursor(processing, since(found[-1].created_at, found[-1].id) if found else place)
    return listing.answer("imports", [asdict(one) for one in found], following)


@router.get(
    "/v1/imports/{job}",
    summary="Show an import",
    responses=gives(200, Import) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(IMPORTS_READ),
)
def get_import(request: Request, job: UUID) -> Response:
    """Tell how far an import is, and what became of columns, rows and cells; the same after its end."""
    caller = caller_of(request, IMPORTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        shown = show_import(processing, job)
    return json_answer(asdict(shown))


@router.get(
    "/v1/imports/{job}/report",
    summary="Read the report of an import",
    responses=_REPORT | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(IMPORTS_READ),
)
def get_import_report(request: Request, job: UUID) -> Response:
    """Send what became of each column, row and cell that did not simply come in, so far; kept for seven days."""
    caller = caller_of(request, IMPORTS_READ)
    lines = report_import(caller.register, caller.actor, caller.purpose, job)
    first = next(lines)  # Whatever is refused is refused before the answer begins.
    headers = {"Content-Disposition": f'attachment; filename="{job}.csv"', "Content-Security-Policy": "sandbox"}
    return StreamingResponse(chain([first], lines), 200, headers, media_type=CSV)


@router.post(
    "/v1/imports/{job}/mapping",
    summary="Say what the columns of an import are",
    responses=gives(200, Import) | refuses("forbidden-attribute", "refused", "not-found", "conflict", body=True),
    openapi_extra=needs(IMPORTS_WRITE) | takes(MappingDecision),
)
def decide_import_mapping(request: Request, job: UUID) -> Response:
    """Decide on the columns of an import that awaits its mapping; it goes on, and a file of this header is known then.

    A column that is not asked about and not named here becomes what is proposed. What the law refuses stays refused.
    """
    caller = caller_of(request, IMPORTS_WRITE)
    _check_reach(caller)
    told = read_body(request, MappingDecision)
    decided = {one.position: one.field for one in told.columns}
    if len(decided) != len(told.columns):
        raise Invalid("one decision for a column")
    with caller.register.open(caller.actor, caller.purpose) as processing:
        decide_mapping(processing, job, decided)
        shown = show_import(processing, job)
    return json_answer(asdict(shown))


@router.post(
    "/v1/imports/{job}/cancellation",
    summary="Cancel an import",
    responses=gives(200, Import) | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(IMPORTS_WRITE),
)
def cancel_one_import(request: Request, job: UUID) -> Response:
    """End an import between two chunks and delete its upload; what was stored stays, and is told."""
    caller = caller_of(request, IMPORTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        cancel_import(processing, job)
        shown = show_import(processing, job)
    _spool(caller).drop(job)
    return json_answer(asdict(shown))


@router.post(
    "/v1/imports/{job}/undo",
    status_code=202,
    summary="Undo an import",
    responses=gives(202, ImportUndo, "Location") | refuses("not-found", "import-not-undoable", "invalid-input"),
    openapi_extra=needs(IMPORTS_WRITE),
)
def undo_one_import(request: Request, job: UUID) -> Response:
    """Take an import back as a whole, for seven days from its beginning; a worker does it soon.

    Data that are still as it left them return to what they were, contacts that it made are erased unless somebody
    used them since. No opposition, refusal or withdrawal is lifted.
    """
    caller = caller_of(request, IMPORTS_WRITE)
    _check_reach(caller)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        begun = begin_undo(processing, job)
    return json_answer(asdict(begun), 202, {"Location": f"/v1/imports/{job}/undo"})


@router.get(
    "/v1/imports/{job}/undo",
    summary="Show the undoing of an import",
    responses=gives(200, ImportUndo) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(IMPORTS_READ),
)
def get_import_undo(request: Request, job: UUID) -> Response:
    """Tell how far the undoing is, and what was restored, erased and left, and why: counts only."""
    caller = caller_of(request, IMPORTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        shown = show_undo(processing, job)
    return json_answer(asdict(shown))


def _spool(caller: Caller) -> Spool:
    return spool_of(caller.installation.settings, caller.actor.campaign)
