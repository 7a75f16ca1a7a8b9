"""The public form as the team sees it: opened with its boxes, read, closed; and the ways out that mails must bear."""

import dataclasses
from typing import Any

from fastapi import APIRouter, Request, Response

from accounts.scopes import CAMPAIGN_READ, CAMPAIGN_WRITE, CONTACTS_READ
from api.answers import json_answer, no_content
from api.caller import Caller, caller_of
from api.describe import gives, needs, refuses, takes
from api.requests import read_body
from api.wire_notices import ContactLinks, FormBoxes, LinksWanted, SignupForm
from audit.events import Event
from audit.note import Note
from kernel.errors import Conflict, NotFound
from kernel.identity import PersonId
from signups.forms import FormView, close_form, list_forms, open_form
from signups.preferences import write_ways_out

router = APIRouter(tags=["notices"])


@router.get(
    "/v1/signup-form",
    summary="Read the public form",
    responses=gives(200, SignupForm) | refuses("not-found"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_signup_form(request: Request) -> Response:
    """Tell whether the public form is open, with which boxes, and where it stands."""
    caller = caller_of(request, CAMPAIGN_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        forms = list_forms(processing)
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    if not forms:
        message = "no form was ever opened"
        raise NotFound(message)
    return json_answer(_told(caller, forms[-1]))


@router.put(
    "/v1/signup-form",
    summary="Open the public form",
    responses=gives(200, SignupForm) | refuses("conflict", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(FormBoxes),
)
def open_signup_form(request: Request) -> Response:
    """Open the form with these boxes, or change them; it takes an active campaign, a notice, and a mail server."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    boxes = read_body(request, FormBoxes).boxes
    if not caller.installation.settings.mail_url:
        message = "without a mail server nobody could confirm: set ISOLOIR_MAIL_URL"
        raise Conflict(message)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        view = open_form(processing, boxes)
    return json_answer(_told(caller, view))


@router.delete(
    "/v1/signup-form",
    status_code=204,
    summary="Close the public form",
    responses=gives(204, None) | refuses("not-found"),
    openapi_extra=needs(CAMPAIGN_WRITE),
)
def close_signup_form(request: Request) -> Response:
    """Close the form; what waits for its mailbox may still be confirmed."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        close_form(processing)
    return no_content()


@router.post(
    "/v1/contact-links",
    summary="Write the ways out of a mailing",
    responses=gives(200, ContactLinks) | refuses(body=True),
    openapi_extra=needs(CONTACTS_READ) | takes(LinksWanted),
)
def write_contact_links(request: Request) -> Response:
    """Give, for each contact of a mailing, the signed links that stop e-mails and that lead to their rights."""
    caller = caller_of(request, CONTACTS_READ)
    wanted = read_body(request, LinksWanted).contacts
    with caller.register.open(caller.actor, caller.purpose) as processing:
        url = caller.installation.settings.public_url
        links = write_ways_out(processing, [PersonId(one) for one in wanted], url)
    told = [
        {"contact": one, "unsubscribe": link.unsubscribe, "rights": link.rights}
        for one, link in zip(wanted, links, strict=True)
    ]
    return json_answer({"links": told})


def _told(caller: Caller, view: FormView) -> dict[str, Any]:
    base = caller.installation.settings.public_url.rstrip("/")
    return dataclasses.asdict(view) | {"address": f"{base}/inscription/{caller.actor.campaign}"}
