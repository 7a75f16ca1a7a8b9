"""Attachments: add a file, list, bring one out, remove."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from accounts.scopes import ATTACHMENTS_READ, ATTACHMENTS_WRITE
from api.answers import json_answer, no_content
from api.caller import Caller, caller_of, throttle_of
from api.describe import SCAN_BODY, SCANS, Part, gives, needs, refuses
from api.errors import BodyTooLarge
from api.paging import DEFAULT, Cursor, Limit, Listing
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, REPLAYED, done_once, request_of
from api.requests import declared_type
from api.uploads import pieces_of
from api.wire_attachment import AddedAttachment, Attachments
from api.wire_attachment import Kind as KindWord
from attachments.add import NewAttachment, add_attachments, check_kind
from attachments.content import EXTENSIONS
from attachments.errors import TooLarge
from attachments.intake import Intake, Taken
from attachments.kinds import Kind
from attachments.listing import list_attachments
from attachments.remove import remove_attachments
from attachments.reveal import RevealedAttachment, reveal_attachments
from attachments.view import PURPOSES
from audit.events import Event
from audit.note import Note
from contacts.restrict import who_is_restricted
from jobs import once
from kernel.errors import NotFound
from kernel.identity import PersonId

router = APIRouter(tags=["attachments"])
Contact = Annotated[UUID | None, Query(description="The contact concerned; none: the campaign itself")]
_CONTENT: dict[int | str, Part] = {200: {"description": "The file as it was added", "content": SCANS}}


@router.post(
    "/v1/attachments",
    status_code=201,
    summary="Add an attachment",
    responses=gives(201, AddedAttachment, "Location", "Idempotency-Replayed")
    | refuses(*REPEAT_REFUSALS, "not-found", "attachment-refused", body=True),
    openapi_extra=needs(ATTACHMENTS_WRITE, MAY_REPEAT, purposes=PURPOSES) | SCAN_BODY,
)
async def add_attachment(
    request: Request,
    kind: Annotated[
        KindWord,
        Query(description="A form and a mandate concern a contact, an undertaking none", examples=["undertaking"]),
    ],
    contact: Contact = None,
) -> Response:
    """Take a scan in: checked by content, sealed chunk by chunk as it comes, stored when its last byte has come.

    The only route that waits for its body itself: a slow sender must not hold a thread.
    """
    caller = await run_in_threadpool(caller_of, request, ATTACHMENTS_WRITE)
    chosen, person = Kind(kind), None if contact is None else PersonId(contact)
    check_kind(chosen, person)
    repeated = request_of(request)
    settings = caller.installation.settings
    media_type = declared_type(request)
    with Intake(settings.upload_dir, caller.actor.campaign, media_type, settings.attachment_bytes) as intake:
        try:
            async for piece in pieces_of(request):
                await throttle_of(request).take_in(caller.actor, len(piece))
                intake.take(piece)
        except TooLarge as refusal:
            raise BodyTooLarge(str(refusal)) from None
        added, before = await run_in_threadpool(_store, caller, chosen, person, intake.finish(), repeated)
    return json_answer({"id": added}, 201, {"Location": f"/v1/attachments/{added}"} | (REPLAYED if before else {}))


def _store(
    caller: Caller, kind: Kind, contact: PersonId | None, taken: Taken, repeated: once.Request | None
) -> tuple[Any, bool]:
    if repeated is not None:
        repeated = repeated.having(kind.encode(), str(contact).encode(), taken.plain_digest)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        _, outcome, before = done_once(
            processing, repeated, lambda: (201, add_attachments(processing, [NewAttachment(kind, contact, taken)]))
        )
        if before:
            processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return outcome[0], before


@router.get(
    "/v1/attachments",
    summary="List attachments",
    responses=gives(200, Attachments, "Link") | refuses("invalid-input"),
    openapi_extra=needs(ATTACHMENTS_READ, purposes=PURPOSES),
)
def list_attachments_of(
    request: Request, contact: Contact = None, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Response:
    """List the attachments of a contact, or those that concern none, in the order of their ids."""
    caller = caller_of(request, ATTACHMENTS_READ)
    person = None if contact is None else PersonId(contact)
    listing = Listing("/v1/attachments", limit, {"contact": None if contact is None else str(contact)})
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        after = None if place is None else UUID(place[0])
        found = list_attachments(processing, person, after=after, limit=limit).attachments
        following = listing.cursor(processing, [str(found[-1].id)] if found else place)
    return listing.answer("attachments", [asdict(one) for one in found], following)


@router.get(
    "/v1/attachments/{attachment}",
    summary="Bring an attachment out",
    responses=_CONTENT | refuses("not-found", "invalid-input"),
    openapi_extra=needs(ATTACHMENTS_READ, purposes=PURPOSES),
)
def reveal_attachment(request: Request, attachment: UUID) -> Response:
    """Send the file; the log tells of it before the first byte. It is never shown in a page, only saved."""
    caller = caller_of(request, ATTACHMENTS_READ)
    folder = caller.installation.settings.upload_dir
    revealed: Sequence[RevealedAttachment | None] = ()
    try:
        with caller.register.open(caller.actor, caller.purpose) as processing:
            revealed = reveal_attachments(processing, [attachment], folder, who_is_restricted)
    except BaseException:
        for one in filter(None, revealed):
            one.close()
        raise
    if revealed[0] is None:
        raise _unknown()
    return _file(revealed[0])


def _file(revealed: RevealedAttachment) -> Response:
    told = revealed.attachment
    headers = {
        "Content-Length": str(told.size),
        "Content-Disposition": f'attachment; filename="{told.id}.{EXTENSIONS[told.media_type]}"',
        "Content-Security-Policy": "sandbox",
    }
    return StreamingResponse(revealed.content(), 200, headers, media_type=told.media_type)


@router.delete(
    "/v1/attachments/{attachment}",
    status_code=204,
    summary="Remove an attachment",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(ATTACHMENTS_WRITE, purposes=PURPOSES),
)
def remove_attachment(request: Request, attachment: UUID) -> Response:
    """Delete a file with its key."""
    caller = caller_of(request, ATTACHMENTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        removed = remove_attachments(processing, [attachment])
    if not removed:
        raise _unknown()
    return no_content()


def _unknown() -> NotFound:
    return NotFound("no such attachment in this campaign")
