"""The audit log: its entries, and its newest signed checkpoint."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import PlainTextResponse

from accounts.scopes import AUDIT_READ
from api.caller import caller_of
from api.describe import Part, gives, needs, refuses
from api.paging import DEFAULT, Cursor, Limit, Listing, since_of
from api.wire_campaign import Entries
from audit.events import Event
from audit.listing import EntryView, latest_checkpoint, list_entries
from kernel.errors import NotFound

router = APIRouter(tags=["log"])
_CHECKPOINT: dict[int | str, Part] = {
    200: {"description": "A C2SP signed note", "content": {"text/plain": {"schema": {"type": "string"}}}},
}


@router.get(
    "/v1/audit/entries",
    summary="List entries of the log",
    responses=gives(200, Entries, "Link") | refuses("invalid-input", "refused"),
    openapi_extra=needs(AUDIT_READ),
)
def get_entries(
    request: Request,
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
    event: Annotated[Event | None, Query(examples=["contact.revealed"])] = None,
    actor: Annotated[UUID | None, Query(description="One actor; only for the purpose accountability")] = None,
) -> Response:
    """List who did what, for which purpose, newest first. Reading the log is in the log.

    Who of the staff did what is told for the purpose ``accountability`` alone.
    """
    caller = caller_of(request, AUDIT_READ)
    about = None if actor is None else str(actor)
    listing = Listing("/v1/audit/entries", limit, {"event": None if event is None else event.value, "actor": about})
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        before = since_of(place)
        entries = list_entries(processing, event=event, before=before, limit=limit, actor=about).entries
        reached = place if not entries else [entries[-1].at.isoformat(), entries[-1].id]
        following = listing.cursor(processing, reached)
    return listing.answer("entries", [_parts(one) for one in entries], following)


@router.get(
    "/v1/audit/checkpoint",
    summary="Get the newest checkpoint",
    response_class=PlainTextResponse,
    responses={**_CHECKPOINT, **refuses("not-found")},
    openapi_extra=needs(AUDIT_READ),
)
def get_checkpoint(request: Request) -> Response:
    """Give the newest signed checkpoint: keep it elsewhere, and the log's end can never be cut unseen."""
    caller = caller_of(request, AUDIT_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        note = latest_checkpoint(processing)
    if note is None:
        message = "the log has no checkpoint yet"
        raise NotFound(message)
    return PlainTextResponse(note)


def _parts(entry: EntryView) -> dict[str, object]:
    return {name: getattr(entry, name) for name in EntryView.__slots__}
