"""The pages of rights: one question a page, no script, the same answer for who is in the file and who is not.

GET shows, POST changes. What is typed is kept sealed in a visit, to which a cookie leads; every form brings back a
secret of the visit, and a browser that says a form comes from another site is not believed.
"""

import re
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.caller import installation_of
from api.describe import Part, refuses
from api.pages import rights
from api.pages.accessibility import declaration
from api.pages.render import answer_page, language_of, words
from api.pages.rights_door import EMPTY, Door, Shows
from api.pages.rights_ends import SHOWN
from api.pages.rights_ends import TAKEN as ENDED
from api.pages.rights_flow import STOPPING, answered, begun, choose, question, send
from api.pages.visit import LANGUAGE, PAGE, TAKEN, TAKES, Visit, admit, form_of, visited
from api.pages.visiting import is_foreign
from campaigns.directory import list_campaigns
from contacts.ids import has_contacts
from installation.open import Installation
from kernel.errors import NotFound
from kernel.identity import CampaignId, PersonId
from notices.publish import read_published
from rights.words import Kind
from signups.links import DeadLink, Use, campaign_of_link, read_link

router = APIRouter(tags=["pages"])
_MOVED: dict[int | str, Part] = {303: {"description": "The next page"}}
_CAMPAIGN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_MOST = 2_000


@router.get(
    "/mes-donnees", summary="Choose whom to ask", responses=PAGE | refuses(known=False), openapi_extra=dict(LANGUAGE)
)
def show_chooser(request: Request) -> Response:
    """Show the campaigns found here, and a field for the reference of a message."""
    return _chooser(request, 200)


@router.get("/my-data", summary="Choose whom to ask, in English", responses=PAGE | refuses(known=False))
def show_chooser_in_english(request: Request) -> Response:
    """Show the same in English."""
    return _chooser(Request({**request.scope, "path": "/mes-donnees", "query_string": b"lang=en"}), 200)


@router.post(
    "/mes-donnees",
    summary="Find a campaign by a message",
    responses=TAKEN | _MOVED | refuses(known=False),
    openapi_extra=TAKES,
)
def find_campaign(request: Request) -> Response:
    """Lead to the campaign that a message came from; nothing of what was pasted is kept or shown again."""
    text = (form_of(request).get("message") or [""])[0].strip()[:_MOST]
    known = {one.id for one in list_campaigns(installation_of(request).database) if one.end is None}
    found = next((one for one in _campaigns_in(text) if one in known), None)
    if found is None:
        return _chooser(request, 422)
    return _moved(f"/mes-donnees/{found}?lang={language_of(request)}")


@router.get(
    "/accessibilite",
    summary="Read the declaration of accessibility",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_accessibility(request: Request) -> Response:
    """Show what was tested of these pages, and what was not."""
    language = language_of(request)
    said, shown = words("accessibility", language), {"owner": None, "notice_address": None}
    sections = declaration(language)
    return answer_page(request, "accessibility.html", said, 200, switchable=True, sections=sections, **shown)


@router.get(
    "/mes-donnees/{campaign}",
    summary="Show the rights",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_rights(request: Request, campaign: str) -> Response:
    """Say what the campaign holds and why, in five lines, and ask what the person would like to do."""
    return _opened(request, campaign, lambda door: choose(door, "", 200))


@router.post(
    "/mes-donnees/{campaign}",
    summary="Choose a right",
    responses=TAKEN | _MOVED | refuses(known=False),
    openapi_extra=TAKES,
)
def choose_right(request: Request, campaign: str) -> Response:
    """Begin a request, or lead to the one page of what takes effect at once."""

    def build(door: Door) -> Response:
        admit(request)
        chosen = (form_of(request).get("kind") or [""])[0]
        if chosen in STOPPING:
            return door.go(STOPPING[chosen])
        if chosen not in set(Kind):
            return choose(door, "", 422)
        ticket = begun(door, {"kind": chosen})
        return door.go(rights.journey({"kind": chosen})[0], ticket)

    return _opened(request, campaign, build)


@router.get(
    "/mes-donnees/{campaign}/{page}",
    summary="Show a page of a request",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_rights_page(request: Request, campaign: str, page: str) -> Response:
    """Show one question, or where a request stands; nothing changes by it."""

    def build(door: Door) -> Response:
        if page in rights.FIELDS:
            return question(door, page)
        return SHOWN[page](door)

    return _opened(request, campaign, build, page)


@router.post(
    "/mes-donnees/{campaign}/{page}",
    summary="Answer a page of a request",
    responses=TAKEN | _MOVED | refuses(known=False),
    openapi_extra=TAKES,
)
def take_rights_page(request: Request, campaign: str, page: str) -> Response:
    """Take one answer; the last page sends the request."""

    def build(door: Door) -> Response:
        if page in rights.FIELDS:
            return send(door) if page == "verifier" else answered(door, page)
        return ENDED[page](door)

    return _opened(request, campaign, build, page)


@router.get(
    "/mes-donnees/{campaign}/lien/{link}",
    summary="Show where a message's link leads",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_rights_link(request: Request, campaign: str, link: str) -> Response:
    """Show a button: whatever opens links on the way proves nothing by it."""

    def build(door: Door) -> Response:
        _person_of(door, link)
        say = door.speaker.say("link")
        return door.form("link", lead=[say["line"]], deed=say["send"])

    return _opened(request, campaign, build)


@router.post(
    "/mes-donnees/{campaign}/lien/{link}",
    summary="Begin with a message's link",
    responses=TAKEN | _MOVED | refuses(known=False),
    openapi_extra=TAKES,
)
def begin_with_link(request: Request, campaign: str, link: str) -> Response:
    """Begin a request in which a link that we signed for one person proves who asks."""

    def build(door: Door) -> Response:
        admit(request)
        person = _person_of(door, link)
        return door.go("droit", begun(door, {"contact": str(person)}))

    return _opened(request, campaign, build)


def _opened(request: Request, campaign: str, build: Shows, page: str = "") -> Response:
    """Build a page for a campaign; a page there is none of, and a form of another site, are answered as nothing."""

    def within(visit: Visit) -> Response:
        if page and page not in {*rights.FIELDS, *SHOWN}:
            message = "no such page"
            raise NotFound(message)
        if request.method == "POST" and is_foreign(request):
            raise DeadLink
        return build(Door(visit, rights.Speaker(visit.owner, visit.language)))

    return visited(request, campaign, within)


def _person_of(door: Door, link: str) -> PersonId:
    """Return whom a link was signed for. Raises DeadLink."""
    if campaign_of_link(link) != door.visit.campaign:
        raise DeadLink
    with door.visit.installation.register.keeping_books(door.visit.campaign) as books:
        return read_link(books.keys, link, Use.RIGHTS, door.visit.installation.clock.now()).person


def _chooser(request: Request, status: int) -> Response:
    language = language_of(request)
    speaker = rights.Speaker("", language)
    say = speaker.say("chooser") | words("rights_chooser", language)
    installation = installation_of(request)
    shown = [
        {"address": f"/mes-donnees/{one.id}?lang={language}", "text": f"{one.controller} ({one.name})"}
        for one in list_campaigns(installation.database)
        if one.end is None and _is_public(installation, one.id)
    ]
    field = {"name": "message", "type": "text", "label": say["message"], "hint": say["message_hint"], "value": ""}
    told = {**EMPTY, "owner": None, "switchable": True, "notice_address": None, "heading": say["title"]}
    told |= {"lead": [say["intro"]] if shown else [say["intro"], say["none"]], "listed": shown}
    told |= {"listed_title": say["listed"], "parts": [field | {"autocomplete": "off"}], "deed": say["send"]}
    told |= {"action": f"/mes-donnees?lang={language}"}
    told |= {"faults": {"message": say["fault_message"]} if status != 200 else {}}  # noqa: PLR2004
    return answer_page(request, "rights_form.html", say, status, **told)


def _is_public(installation: Installation, campaign: CampaignId) -> bool:
    """Tell whether a campaign has published its notice, or holds anybody: until then nobody hears of it here."""
    with installation.database.directory() as reading:
        reading.enter(campaign)
        try:
            read_published(reading, campaign)
        except NotFound:
            return has_contacts(reading, campaign)
    return True


def _campaigns_in(text: str) -> list[CampaignId]:
    """Return the campaigns that a pasted text may mean: by their id, or inside a link that we signed."""
    found = [CampaignId(UUID(one)) for one in _CAMPAIGN.findall(text.lower())]
    for part in re.split(r"[\s/?#]+", text):
        try:
            found.append(campaign_of_link(part))
        except DeadLink:
            continue
    return found


def _moved(address: str) -> Response:
    return RedirectResponse(address, 303)
