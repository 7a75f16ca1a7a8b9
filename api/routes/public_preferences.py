"""Stopping, on public pages: by a link anybody may ask for, by one click in a mail (RFC 8058), by STOP to a text."""

from fastapi import APIRouter, Request, Response

from api.answers import json_answer, no_content
from api.boundary import BODY
from api.caller import installation_of, throttle_of
from api.describe import gives, refuses, takes
from api.pages.render import words
from api.pages.visit import ABSENT, LANGUAGE, Visit, admit, campaign_named, form_of, shown, taken, visited
from api.requests import read_body
from api.wire_consent import Receipt
from api.wire_notices import TextReply
from consent.receipts import Form
from kernel.errors import NotFound
from messages.gateway import Signed, check_signed
from signups.begin import BadWish
from signups.boxes import box_of
from signups.links import DeadLink, campaign_of_link
from signups.preferences import (
    Preferences,
    ask_link,
    show_preferences,
    stop_by_text,
    stop_some,
    unsubscribe,
    write_receipt,
)
from signups.visitor import RIGHTS, visitor_in
from signups.wish import Wish

router = APIRouter(tags=["pages"])
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@router.get("/preferences/{campaign}", **shown("Show where a link is asked for"))
def show_link_form(request: Request, campaign: str) -> Response:
    """Show the page on which anybody asks for a link to their preferences, as often as they like."""
    return visited(request, campaign, lambda visit: _link_form(visit, (), 200))


@router.post("/preferences/{campaign}", **taken("Ask for a link"))
def ask_for_link(request: Request, campaign: str) -> Response:
    """Take an address: whoever asks gets this answer, and the address is only looked up afterwards."""

    def build(visit: Visit) -> Response:
        admit(request)
        given = (form_of(request).get("email") or [""])[0].strip()[:300]
        try:
            with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
                ask_link(processing, Wish(email=given, language=visit.language))
                throttle_of(request).admit_letter(request.scope, visit.campaign, given)
        except BadWish as bad:
            return _link_form(visit, bad.fields, 422)
        return visit.tell("link_sent")

    return visited(request, campaign, build)


@router.get("/preferences/{campaign}/{link}", **shown("Show one's preferences"))
def show_own_preferences(request: Request, campaign: str, link: str) -> Response:
    """Show what a link's person may be sent; nothing else of them, and nothing changes by it."""

    def build(visit: Visit) -> Response:
        _check_campaign(visit, link)
        with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
            found = show_preferences(processing, link)
        receipt = f"{request.url.path}/receipt" if found.said else None
        told = _told(visit, found)
        return visit.answer(
            *("preferences.html", "preferences"),
            boxes=told,
            action=visit.here(),
            receipt=receipt,
            agrees=found.agrees,
        )

    return visited(request, campaign, build)


@router.get(
    "/preferences/{campaign}/{link}/receipt/{form}",
    summary="Download one's receipt",
    responses=gives(200, Receipt) | ABSENT | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def download_receipt(request: Request, campaign: str, link: str, form: str) -> Response:
    """Give a link's person their receipt to keep: `dpv` (ISO/IEC TS 27560 in JSON-LD) or `kantara` (1.1)."""

    def build(visit: Visit) -> Response:
        _check_campaign(visit, link)
        with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
            receipt = write_receipt(processing, link, _form_named(form), visit.language)
        return json_answer(receipt, 200, {"Content-Disposition": f'attachment; filename="{form}-receipt.json"'})

    return visited(request, campaign, build)


@router.post("/preferences/{campaign}/{link}", **taken("Change one's preferences"))
def change_own_preferences(request: Request, campaign: str, link: str) -> Response:
    """Stop what is not ticked any more, or everything; nothing is ever added here."""

    def build(visit: Visit) -> Response:
        _check_campaign(visit, link)
        form = form_of(request)
        everything = form.get("do") != ["keep"]
        kept = set(form.get("keep", ()))
        with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
            stop_some(processing, link, None if everything else kept)
        return visit.tell("stopped")

    return visited(request, campaign, build)


@router.get("/unsubscribe/{campaign}/{link}", **shown("Show the buttons that stop e-mails"))
def show_unsubscribe(request: Request, campaign: str, link: str) -> Response:
    """Show two buttons: whatever opens links on the way stops nothing by it."""

    def build(visit: Visit) -> Response:
        _check_campaign(visit, link)
        said = words("unsubscribe", visit.language, owner=visit.owner)
        deeds = [
            {"name": "do", "value": "email", "text": said["deed"]},
            {"name": "do", "value": "everything", "text": said["everything"]},
        ]
        return visit.answer("ask.html", "unsubscribe", lines=[said["line"]], deeds=deeds, action=visit.here())

    return visited(request, campaign, build)


@router.post("/unsubscribe/{campaign}/{link}", **taken("Stop e-mails"))
def stop_emails(request: Request, campaign: str, link: str) -> Response:
    """Stop e-mails at once: by the button, or by a mail program's own one click (RFC 8058)."""

    def build(visit: Visit) -> Response:
        _check_campaign(visit, link)
        everything = form_of(request).get("do") == ["everything"]
        with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
            unsubscribe(processing, link, everything=everything)
        return visit.tell("stopped")

    return visited(request, campaign, build)


@router.post(
    "/v1/text-replies/{campaign}",
    status_code=204,
    summary="Take a reply to a text message",
    responses=gives(204, None) | refuses("unauthenticated", "not-found", known=False, body=True),
    openapi_extra=takes(TextReply) | {"security": [{"gateway": []}]},
)
def take_text_reply(request: Request, campaign: str) -> Response:
    """Take what somebody answered, signed by the gateway: STOP, in any writing, stops text messages at once."""
    installation = installation_of(request)
    secret = installation.settings.sms_secret
    if not secret:
        message = "no gateway is set: ISOLOIR_SMS_SECRET"
        raise NotFound(message)
    names = {name: request.headers.get(name, "") for name in _HEADERS}
    signed = Signed(names["webhook-id"], names["webhook-timestamp"], names["webhook-signature"], request.scope[BODY])
    check_signed(secret.encode(), signed, installation.clock.now())
    answer = read_body(request, TextReply)
    if answer.stops:
        with installation.register.open(visitor_in(campaign_named(campaign)), RIGHTS) as processing:
            stop_by_text(processing, answer.sender)
    return no_content()


def _check_campaign(visit: Visit, link: str) -> None:
    if campaign_of_link(link) != visit.campaign:
        raise DeadLink


def _form_named(text: str) -> Form:
    if text == "dpv":
        return "dpv"
    if text == "kantara":
        return "kantara"
    raise DeadLink


def _link_form(visit: Visit, faults: tuple[str, ...], status: int) -> Response:
    said = words("link", visit.language, owner=visit.owner)
    named = {name: said[f"fault_{name}"] for name in faults}
    return visit.answer("link.html", "link", status, faults=named, action=visit.here())


def _told(visit: Visit, found: Preferences) -> list[dict[str, str]]:
    shown = map(box_of, found.channels)
    return [{"channel": one.channel, "text": one.short.fr if visit.language == "fr" else one.short.en} for one in shown]
