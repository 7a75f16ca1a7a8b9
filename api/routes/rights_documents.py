"""The papers of a request: the document that a recorded doubt asked for, and what is posted to who has no e-mail."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import REQUESTS_WRITE
from api.answers import json_answer, no_content
from api.boundary import BODY
from api.caller import caller_for
from api.describe import SCAN_BODY, SCANS, Part, gives, needs, refuses
from api.errors import BodyTooLarge
from api.requests import declared_type
from api.wire_rights import PaperLetter
from attachments.content import EXTENSIONS
from attachments.errors import TooLarge
from rights.give import give_document, show_document
from rights.paper import print_letter
from rights.perform import PURPOSE

router = APIRouter(tags=["rights"])
_CONTENT: dict[int | str, Part] = {200: {"description": "The document as it was given", "content": SCANS}}


@router.put(
    "/v1/rights-requests/{asked}/document",
    status_code=204,
    summary="Put the document that the post brought",
    responses=gives(204, None) | refuses("not-found", "conflict", "attachment-refused", body=True),
    openapi_extra=needs(REQUESTS_WRITE, purposes={PURPOSE}) | SCAN_BODY,
)
def take_rights_document(request: Request, asked: UUID) -> Response:
    """Take in the document that a recorded doubt asked for, from whoever sent it by post; the clock goes on."""
    caller = caller_for(request, REQUESTS_WRITE, PURPOSE)
    media_type, content = declared_type(request), request.scope[BODY]
    try:
        with caller.register.open(caller.actor, PURPOSE) as processing:
            give_document(processing, asked, media_type, content)
    except TooLarge as refusal:
        raise BodyTooLarge(str(refusal)) from None
    return no_content()


@router.get(
    "/v1/rights-requests/{asked}/document",
    summary="Look at the document of a request",
    responses=_CONTENT | refuses("not-found", "invalid-input"),
    openapi_extra=needs(REQUESTS_WRITE, purposes={PURPOSE}),
)
def show_rights_document(request: Request, asked: UUID) -> Response:
    """Send the document that a doubt asked for; the log tells of it first. It is only saved, never shown in a page."""
    caller = caller_for(request, REQUESTS_WRITE, PURPOSE)
    with caller.register.open(caller.actor, PURPOSE) as processing:
        opened = show_document(processing, asked)
    told = opened.document
    headers = {
        "Content-Disposition": f'attachment; filename="{told.id}.{EXTENSIONS[told.media_type]}"',
        "Content-Security-Policy": "sandbox",
    }
    return Response(opened.content, 200, headers, media_type=told.media_type)


@router.get(
    "/v1/rights-requests/{asked}/letter",
    summary="Print what the latest step tells",
    responses=gives(200, PaperLetter) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(REQUESTS_WRITE, purposes={PURPOSE}),
)
def print_rights_letter(request: Request, asked: UUID) -> Response:
    """Give the letter of the latest step for who left a postal address only; an extension is to be posted that day."""
    caller = caller_for(request, REQUESTS_WRITE, PURPOSE)
    with caller.register.open(caller.actor, PURPOSE) as processing:
        paper = print_letter(processing, asked, caller.installation.settings.public_url)
    return json_answer({"to": paper.to, "subject": paper.letter.subject, "text": paper.letter.text})
