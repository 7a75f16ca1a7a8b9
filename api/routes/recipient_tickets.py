"""The tickets that tell recipients of erasures, rectifications, restrictions (GDPR art. 19): both sides of them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CAMPAIGN_READ, CONTACTS_ERASE
from api.answers import json_answer, no_content
from api.caller import caller_for, caller_of, installation_of, throttle_of
from api.describe import Part, gives, needs, refuses
from api.paging import DEFAULT, Cursor, Limit, Listing
from api.wire_dossier import RecipientTickets
from api.wire_dossier import Ticket as ShownTicket
from holdings.erase import RIGHTS
from recipients.letter import write_ticket_letter
from recipients.tickets import Ticket, acknowledge_by_link, acknowledge_ticket, list_tickets, show_ticket
from signups.links import campaign_of_link
from signups.visitor import visitor_in

router = APIRouter(tags=["campaign"])
_NAMES = ("id", "recipient", "act", "told_by", "state", "created_at", "until", "chased", "ended_at")
OnlyState = Annotated[
    Literal["waiting"] | None, Query(description="Only those that nobody acknowledged", examples=["waiting"])
]
_PDF: dict[int | str, Part] = {
    200: {
        "description": "The letter, as a tagged PDF",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7"}},
    }
}


@router.get(
    "/v1/recipient-tickets",
    summary="List the tickets of recipients",
    responses=gives(200, RecipientTickets, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_recipient_tickets(
    request: Request, state: OnlyState = None, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Response:
    """List who was told of what, and who acknowledged it; no id of a person stands here."""
    caller = caller_of(request, CAMPAIGN_READ)
    listing = Listing("/v1/recipient-tickets", limit, {"state": state})
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        after = None if place is None else UUID(place[0])
        found = list_tickets(processing, after=after, limit=limit, waiting=state is not None)
        following = listing.cursor(processing, [str(found[-1].id)] if found else place)
    return listing.answer("recipient_tickets", [_told(one, _NAMES) for one in found], following)


@router.post(
    "/v1/recipient-tickets/{ticket:uuid}/acknowledgement",
    status_code=204,
    summary="Acknowledge a ticket for its recipient",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CONTACTS_ERASE, purposes={RIGHTS}),
)
def acknowledge_recipient_ticket(request: Request, ticket: UUID) -> Response:
    """Note that a recipient answered, by whatever way; the ids of the person go at once."""
    caller = caller_for(request, CONTACTS_ERASE, RIGHTS)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        acknowledge_ticket(processing, ticket)
    return no_content()


@router.get(
    "/v1/recipient-tickets/{ticket:uuid}/letter",
    summary="Write the letter of a ticket",
    responses=_PDF | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(CONTACTS_ERASE, purposes={RIGHTS}),
)
def write_recipient_letter(request: Request, ticket: UUID) -> Response:
    """Write the letter that tells a recipient, for those that no webhook reaches; to be printed."""
    caller = caller_for(request, CONTACTS_ERASE, RIGHTS)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        letter = write_ticket_letter(processing, ticket)
    headers = {"Content-Disposition": 'attachment; filename="letter.pdf"', "Content-Security-Policy": "sandbox"}
    return Response(letter.pdf(), 200, headers, media_type="application/pdf")


@router.get(
    "/v1/tickets/{ticket}",
    summary="Show a recipient its ticket",
    responses=gives(200, ShownTicket) | refuses("not-found", "too-many-requests", known=False),
)
def show_own_ticket(request: Request, ticket: str) -> Response:
    """Show whoever was told by a webhook whom it is about: the ids that it has itself. The address is the key."""
    with _visited(request, ticket) as processing:
        found = show_ticket(processing, ticket)
    return json_answer(_told(found, ("act", "state", "until")) | {"ids": found.ids})


@router.post(
    "/v1/tickets/{ticket}/acknowledgement",
    status_code=204,
    summary="Acknowledge one's ticket",
    responses=gives(204, None) | refuses("not-found", "too-many-requests", known=False),
)
def acknowledge_own_ticket(request: Request, ticket: str) -> Response:
    """Take a recipient's word that it did as it was told; said twice, it is the same."""
    with _visited(request, ticket) as processing:
        acknowledge_by_link(processing, ticket)
    return no_content()


def _visited(request: Request, ticket: str) -> Any:  # noqa: ANN401 - a context of a processing
    throttle_of(request).admit_stranger(request.scope)
    return installation_of(request).register.open(visitor_in(campaign_of_link(ticket)), RIGHTS)


def _told(one: Ticket, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in names}
    return {
        name: value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for name, value in found.items()
    }
