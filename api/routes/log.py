"""The audit log: its entries, and its newest signed checkpoint."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import PlainTextResponse

from accounts.scopes import AUDIT_READ
from api.answers import json_answer
from api.caller import caller_of
from api.describe import Part, gives, needs, refuses
from api.errors import BadShape
from api.requests import fault
from api.wire_campaign import Entries
from audit.events import Event
from audit.listing import EntryView, Place, latest_checkpoint, list_entries
from kernel.errors import NotFound

router = APIRouter(tags=["log"])
_SEPARATOR = "~"
_CHECKPOINT: dict[int | str, Part] = {
    200: {"description": "A C2SP signed note", "content": {"text/plain": {"schema": {"type": "string"}}}},
}


@router.get(
    "/v1/audit/entries",
    summary="List entries of the log",
    responses=gives(200, Entries) | refuses("invalid-input", "refused"),
    openapi_extra=needs(AUDIT_READ),
)
def get_entries(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100, examples=[50])] = 50,
    cursor: Annotated[str | None, Query(max_length=100, description="The next of the page before")] = None,
    event: Annotated[Event | None, Query(examples=["contact.revealed"])] = None,
    actor: Annotated[UUID | None, Query(description="One actor; only for the purpose accountability")] = None,
) -> Response:
    """List who did what, for which purpose, newest first. Reading the log is in the log.

    Who of the staff did what is told for the purpose ``accountability`` alone.
    """
    caller = caller_of(request, AUDIT_READ)
    before = None if cursor is None else _place(cursor)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        page = list_entries(
            processing, event=event, before=before, limit=limit, actor=None if actor is None else str(actor)
        )
    following = None if page.next is None else f"{page.next[0].isoformat()}{_SEPARATOR}{page.next[1]}"
    return json_answer({"entries": [_parts(one) for one in page.entries], "next": following})


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


def _place(cursor: str) -> Place:
    at, _, entry = cursor.partition(_SEPARATOR)
    try:
        place = datetime.fromisoformat(at), UUID(entry)
    except ValueError:
        raise BadShape([fault("cursor", ("cursor",))]) from None
    if place[0].tzinfo is None:
        raise BadShape([fault("cursor", ("cursor",))])
    return place
