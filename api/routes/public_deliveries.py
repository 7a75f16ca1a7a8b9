"""The page on which a person fetches their answer: looking changes nothing, a code is sent, the file leaves once."""

from fastapi import APIRouter, Request, Response

from api.describe import refuses
from api.pages.render import words
from api.pages.renewal import renew_answer
from api.pages.visit import LANGUAGE, PAGE, TAKEN, TAKES, Visit, admit, form_of, visited
from deliveries.fetch import Looked, State, fetch_file, look_at, send_code
from notices.words import day
from signups.links import DeadLink, campaign_of_link
from signups.visitor import RIGHTS, visitor_in

router = APIRouter(tags=["pages"])
_GIVES = {
    200: {
        "description": "The page, or with the right code the file",
        "content": {
            "text/html": {},
            "application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "PK"},
        },
    }
}


@router.get(
    "/deliveries/{campaign}/{link}",
    summary="Show that an answer waits",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_delivery(request: Request, campaign: str, link: str) -> Response:
    """Show whether a person's answer waits, and until when; whatever opens links on the way downloads nothing."""
    return visited(request, campaign, lambda visit: _page(visit, _look(visit, link)))


@router.post(
    "/deliveries/{campaign}/{link}",
    summary="Send a code, fetch an answer, or ask for it anew",
    responses=TAKEN | _GIVES | refuses(known=False),
    openapi_extra=TAKES,
)
def fetch_delivery(request: Request, campaign: str, link: str) -> Response:
    """Send a code to the address that is known, let the file go with the right one, or make it anew."""

    def build(visit: Visit) -> Response:
        admit(request)
        form = form_of(request)
        found = _look(visit, link)
        wish = (form.get("do") or [""])[0]
        if wish == "renew":
            return _renew(visit, found)
        if wish == "fetch":
            return _fetch(visit, link, found, (form.get("code") or [""])[0])
        with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
            send_code(processing, link, visit.public_url)
        return _page(visit, found, asked=True)

    return visited(request, campaign, build)


def _look(visit: Visit, link: str) -> Looked:
    if campaign_of_link(link) != visit.campaign:
        raise DeadLink
    with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
        return look_at(processing, link)


def _fetch(visit: Visit, link: str, found: Looked, code: str) -> Response:
    with visit.installation.register.open(visitor_in(visit.campaign), RIGHTS) as processing:
        fetched = fetch_file(processing, link, code)
    if fetched.content is None:
        return _page(visit, found, asked=True, wrong=True)
    headers = {
        "Content-Disposition": 'attachment; filename="vos-donnees.zip"',
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    return Response(fetched.content, 200, headers, media_type="application/zip")


def _renew(visit: Visit, found: Looked) -> Response:
    if found.state is not State.READY:
        renew_answer(visit, found.person, found.language, found.made_at)
    return visit.tell("delivery_renewed")


def _page(visit: Visit, found: Looked, *, asked: bool = False, wrong: bool = False) -> Response:
    said = words("delivery", visit.language, owner=visit.owner)
    if found.state is not State.READY:
        deeds = [{"name": "do", "value": "renew", "text": said["renew"]}]
        lines = [said[found.state.value]]
        return visit.answer("ask.html", "delivery", lines=lines, deeds=deeds, action=visit.here())
    until = day(found.until.date())
    faults = {"code": said["fault_code"]} if wrong else {}
    return visit.answer(
        "delivery.html",
        "delivery",
        422 if wrong else 200,
        until=until.fr if visit.language == "fr" else until.en,
        asked=asked,
        faults=faults,
        action=visit.here(),
    )
