"""The pages of rights: one question a page, no script, the same answer for who is in the file and who is not.

GET shows, POST changes. What is typed is kept sealed in a visit, to which a cookie leads; every form brings back a
secret of the visit, and a browser that says a form comes from another site is not believed.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.caller import installation_of, throttle_of
from api.describe import Part, refuses
from api.pages import rights
from api.pages.accessibility import declaration
from api.pages.render import answer_page, language_of, words
from api.pages.visit import LANGUAGE, PAGE, TAKEN, TAKES, Visit, admit, form_of, visited
from api.pages.visiting import is_foreign, set_cookie, ticket_of
from audit.processing import Processing
from campaigns.directory import list_campaigns
from kernel.errors import Invalid, NotFound
from kernel.identity import CampaignId, PersonId
from notices.publish import read_published
from rights.board import Line
from rights.course import OPEN, NotNow, State
from rights.letters import written_day
from rights.perform import PURPOSE
from rights.receive import receive_requests
from rights.steps import complete_details, withdraw_request
from rights.visit import Visit as Typing
from rights.visit import ask_where, begin_visit, keep_typed, own_request, send_request, show_visit, try_code
from rights.words import Kind, label
from signups.links import DeadLink, Ticket, Use, campaign_of_link, read_link
from signups.visitor import visitor_in

router = APIRouter(tags=["pages"])
_MOVED: dict[int | str, Part] = {303: {"description": "The next page"}}
_CAMPAIGN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_MOST = 2_000
_STOPPING = {one.value: page for page, one in rights.AT_ONCE.items()}
_AWAITING = frozenset({State.AWAITING_DETAILS.value, State.AWAITING_IDENTITY.value})
_EMPTY: Mapping[str, Any] = {
    "back": None,
    "faults": {},
    "progress": None,
    "lead": (),
    "panel": (),
    "listed": (),
    "listed_title": "",
    "parts": (),
    "deed": "",
    "other_deed": "",
    "tail": (),
    "onward": None,
    "secret": "",
}


@dataclass(frozen=True, slots=True)
class _Door:
    """A visit of one campaign's pages of rights."""

    visit: Visit
    speaker: rights.Speaker

    @property
    def public_url(self) -> str:
        return self.visit.public_url

    @property
    def texts(self) -> bool:
        return bool(self.visit.installation.settings.sms_url)

    def address(self, page: str = "") -> str:
        """Return the address of a page; nothing of it was typed by anybody."""
        path = f"/mes-donnees/{self.visit.campaign}" + (f"/{page}" if page else "")
        return f"{path}?lang={self.visit.language}"

    def go(self, page: str, ticket: Ticket | None = None) -> Response:
        """Lead to another page."""
        answer = RedirectResponse(self.address(page), 303)
        return answer if ticket is None else set_cookie(answer, ticket, self.public_url)

    def form(self, name: str, status: int = 200, *, heading: str = "", **values: Any) -> Response:  # noqa: ANN401
        """Answer with a page of the one template."""
        say = self.speaker.say(name)
        faults = {field: say[f"fault_{word}"] for field, word in values.pop("faults", {}).items()}
        told = {**_EMPTY, "action": self.visit.here(), "owner": self.speaker.owner, "switchable": True}
        told |= {"notice_address": None, "heading": heading or say["title"], "faults": faults} | values
        return answer_page(self.visit.request, "rights_form.html", say, status, **told)

    def ticket(self) -> Ticket:
        """Return the visit that the cookie leads to. Raises DeadLink."""
        return ticket_of(self.visit.request, self.public_url)

    def typing(self, work: Callable[[Processing, Ticket], Typing]) -> Typing:
        """Do something with the visit in one processing."""
        ticket = self.ticket()
        with self.visit.installation.register.open(visitor_in(self.visit.campaign), PURPOSE) as processing:
            return work(processing, ticket)

    def taken(self) -> Mapping[str, list[str]]:
        """Return the fields of a form that is this visit's own. Raises DeadLink for another's."""
        form = form_of(self.visit.request)
        ours = self.typing(show_visit).form_secret
        if not hmac.compare_digest((form.get("secret") or [""])[0].encode(), ours.encode()):
            raise DeadLink
        return form


Shows = Callable[[_Door], Response]


@router.get(
    "/mes-donnees", summary="Choose whom to ask", responses=PAGE | refuses(known=False), openapi_extra=dict(LANGUAGE)
)
def show_chooser(request: Request) -> Response:
    """Show the campaigns found here, and a field for the reference of a message."""
    return _chooser(request, 200)


@router.get(
    "/my-data",
    status_code=303,
    summary="Choose whom to ask, in English",
    responses=_MOVED | refuses(known=False),
)
def show_chooser_in_english() -> Response:
    """Lead to the same in English."""
    return _moved("/mes-donnees?lang=en")


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
    return _opened(request, campaign, lambda door: _choose(door, "", 200))


@router.post(
    "/mes-donnees/{campaign}",
    summary="Choose a right",
    responses=TAKEN | _MOVED | refuses(known=False),
    openapi_extra=TAKES,
)
def choose_right(request: Request, campaign: str) -> Response:
    """Begin a request, or lead to the one page of what takes effect at once."""

    def build(door: _Door) -> Response:
        admit(request)
        chosen = (form_of(request).get("kind") or [""])[0]
        if chosen in _STOPPING:
            return door.go(_STOPPING[chosen])
        if chosen not in set(Kind):
            return _choose(door, "", 422)
        ticket = _begun(door, {"kind": chosen})
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

    def build(door: _Door) -> Response:
        if page in rights.FIELDS:
            return _question(door, page)
        return _SHOWN[page](door)

    return _opened(request, campaign, build, page)


@router.post(
    "/mes-donnees/{campaign}/{page}",
    summary="Answer a page of a request",
    responses=TAKEN | _MOVED | refuses(known=False),
    openapi_extra=TAKES,
)
def take_rights_page(request: Request, campaign: str, page: str) -> Response:
    """Take one answer; the last page sends the request."""

    def build(door: _Door) -> Response:
        if page in rights.FIELDS:
            return _send(door) if page == "verifier" else _answered(door, page)
        return _TAKEN[page](door)

    return _opened(request, campaign, build, page)


@router.get(
    "/mes-donnees/{campaign}/lien/{link}",
    summary="Show where a message's link leads",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_rights_link(request: Request, campaign: str, link: str) -> Response:
    """Show a button: whatever opens links on the way proves nothing by it."""

    def build(door: _Door) -> Response:
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

    def build(door: _Door) -> Response:
        admit(request)
        person = _person_of(door, link)
        return door.go("droit", _begun(door, {"contact": str(person)}))

    return _opened(request, campaign, build)


def _opened(request: Request, campaign: str, build: Shows, page: str = "") -> Response:
    """Build a page for a campaign; a page there is none of, and a form of another site, are answered as nothing."""

    def within(visit: Visit) -> Response:
        if page and page not in {*rights.FIELDS, *_SHOWN}:
            message = "no such page"
            raise NotFound(message)
        if request.method == "POST" and is_foreign(request):
            raise DeadLink
        return build(_Door(visit, rights.Speaker(visit.owner, visit.language)))

    return visited(request, campaign, within)


def _begun(door: _Door, typed: Mapping[str, str]) -> Ticket:
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        ticket, _ = begin_visit(processing, typed, door.visit.language)
    return ticket


def _choose(door: _Door, secret: str, status: int) -> Response:
    say = door.speaker.say("choose")
    return door.form(
        "choose",
        status,
        lead=[say[f"lead_{number}"] for number in range(1, 6)],
        parts=rights.choose_parts(say, ""),
        deed=say["send"],
        secret=secret,
        faults={"kind": "kind"} if status != 200 else {},  # noqa: PLR2004
        onward={"address": door.address("suivi"), "text": say["follow"]},
    )


def _choose_within(door: _Door) -> Response:
    return _choose(door, door.typing(show_visit).form_secret, 200)


def _chosen_within(door: _Door) -> Response:
    """Take the right that somebody chose who came by a link."""
    chosen = (door.taken().get("kind") or [""])[0]
    if chosen in _STOPPING:
        return door.go(_STOPPING[chosen])
    if chosen not in set(Kind):
        return _choose(door, door.typing(show_visit).form_secret, 422)
    typed = door.typing(lambda processing, ticket: keep_typed(processing, ticket, {"kind": chosen})).typed
    return door.go(rights.journey(typed)[0])


def _question(door: _Door, page: str) -> Response:
    typing = door.typing(show_visit)
    if page not in rights.journey(typing.typed) or "kind" not in typing.typed:
        raise DeadLink
    if page == "verifier":
        return _check(door, typing)
    return _ask(door, page, typing.typed, typing.form_secret, {}, 200)


def _ask(
    door: _Door, page: str, typed: Mapping[str, str], secret: str, faults: Mapping[str, str], status: int
) -> Response:
    name = rights.words_of(page)
    say, pages = door.speaker.say(name), rights.journey(typed)
    place = pages.index(page)
    other = page == "contact" and rights.heading_of(page, say, typed) != say["title"]
    intro = say.get("intro_other" if other else "intro")
    return door.form(
        name,
        status,
        heading=rights.heading_of(page, say, typed),
        progress=say["progress"].format(step=place + 1, steps=len(pages)),
        back=door.address(pages[place - 1] if place else ""),
        lead=[intro] if intro else (),
        parts=rights.parts_of(page, say, typed),
        deed=say["send"],
        secret=secret,
        faults=faults,
    )


def _answered(door: _Door, page: str) -> Response:
    form = door.taken()
    typing = door.typing(show_visit)
    if page not in rights.journey(typing.typed):
        raise DeadLink
    typed = {**typing.typed, **rights.typed_of(form, rights.FIELDS[page])}
    faults = rights.faults_of(page, typed)
    if faults:
        return _ask(door, page, typed, typing.form_secret, faults, 422)
    kept = {name: typed[name] for name in rights.FIELDS[page]}
    typed_now = door.typing(lambda processing, ticket: keep_typed(processing, ticket, kept)).typed
    return door.go(rights.next_of(typed_now, page))


def _check(door: _Door, typing: Typing) -> Response:
    say, typed = door.speaker.say("check"), typing.typed
    missing = [page for page in rights.journey(typed)[:-1] if any(name not in typed for name in rights.FIELDS[page])]
    if missing:
        return door.go(missing[0])
    rows = [one | {"address": door.address(one["page"])} for one in rights.check_rows(say, typed, door.visit.language)]
    told = {"owner": door.speaker.owner, "switchable": True, "notice_address": None, "rows": rows}
    told |= {"action": door.visit.here(), "secret": typing.form_secret}
    return answer_page(door.visit.request, "rights_check.html", say, 200, **told)


def _send(door: _Door) -> Response:
    request = door.visit.request
    admit(request)
    door.taken()
    typed = door.typing(show_visit).typed
    if any(name not in typed for page in rights.journey(typed) for name in rights.FIELDS[page]):
        raise DeadLink
    contact = PersonId(UUID(typed["contact"])) if "contact" in typed else None
    new, ticket = rights.request_of(typed, door.visit.language, contact), door.ticket()
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        send_request(processing, ticket, new, door.public_url, texts=door.texts)
        to = new.told.correspondent.email or new.told.correspondent.phone
        if to:
            throttle_of(request).admit_letter(request.scope, door.visit.campaign, to)
    return door.go("demande" if contact is not None else "code")


def _stop_page(page: str) -> Shows:
    return lambda door: _stop(door, page, {}, {}, 200)


def _stop(door: _Door, page: str, typed: Mapping[str, str], faults: Mapping[str, str], status: int) -> Response:
    say, kind = door.speaker.say("stop"), rights.AT_ONCE[page]
    return door.form(
        "stop",
        status,
        heading=say[f"title_{kind}"],
        back=door.address(),
        lead=[say["intro"]],
        parts=rights.stop_parts(say, typed, channels=True),
        deed=say["send"],
        faults=faults,
    )


def _stopped_page(page: str) -> Shows:
    def take(door: _Door) -> Response:
        """Let it take effect at once: no code, no proof, and no look into the file before the answer."""
        request = door.visit.request
        admit(request)
        typed = rights.typed_of(form_of(request), rights.STOPS)
        faults = rights.faults_of(page, typed)
        if faults:
            return _stop(door, page, typed, faults, 422)
        new = rights.stop_of(rights.AT_ONCE[page], typed, door.visit.language)
        with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
            (made,) = receive_requests(processing, [new], door.public_url)
            if typed["email"]:
                throttle_of(request).admit_letter(request.scope, door.visit.campaign, typed["email"])
        say = door.speaker.say("stopped")
        panel = [{"term": say["reference"], "text": made.reference}]
        return door.form("stopped", lead=[say["line"], say["hint"]], panel=panel, tail=[say["complain"]])

    return take


def _code(door: _Door) -> Response:
    return _code_page(door, {}, 200)


def _code_page(door: _Door, faults: Mapping[str, str], status: int) -> Response:
    typing = door.typing(show_visit)
    if not typing.reference:
        raise DeadLink
    say = door.speaker.say("code")
    sent = bool(typing.due)
    panel = [{"term": say["reference"], "text": typing.reference}]
    if sent:
        panel.append({"term": say["due"], "text": typing.due})
    part = {
        "name": "code",
        "type": "text",
        "label": say["code"],
        "hint": "",
        "value": "",
        "autocomplete": "one-time-code",
    }
    return door.form(
        "code",
        status,
        heading=say["title"] if sent else say["title_follow"],
        lead=[say["next"], say["next_posted"]] if sent else [say["next_follow"]],
        panel=panel,
        parts=[part],
        deed=say["send"],
        secret=typing.form_secret,
        faults=faults,
        tail=[say["complain"]] if sent else (),
    )


def _code_taken(door: _Door) -> Response:
    admit(door.visit.request)
    typed = (door.taken().get("code") or [""])[0][:40]
    ticket = door.ticket()
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        renewed = try_code(processing, ticket, typed, door.public_url)
    return _code_page(door, {"code": "code"}, 422) if renewed is None else door.go("demande", renewed)


def _follow(door: _Door) -> Response:
    return _follow_page(door, {}, 200)


def _follow_page(door: _Door, faults: Mapping[str, str], status: int) -> Response:
    say = door.speaker.say("follow")
    told = {"name": "reference", "type": "text", "label": say["reference"], "hint": say["reference_hint"]}
    part = told | {"value": "", "autocomplete": "off"}
    lead = [say["intro"]]
    return door.form("follow", status, back=door.address(), lead=lead, parts=[part], deed=say["send"], faults=faults)


def _follow_taken(door: _Door) -> Response:
    request = door.visit.request
    admit(request)
    typed = (form_of(request).get("reference") or [""])[0][:40]
    try:
        with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
            ticket, _ = begin_visit(processing, {}, door.visit.language)
            ask_where(processing, ticket, typed)
            throttle_of(request).admit_letter(request.scope, door.visit.campaign, typed.upper())
    except Invalid:
        return _follow_page(door, {"reference": "reference"}, 422)
    return door.go("code", ticket)


def _status(door: _Door) -> Response:
    return _status_page(door, {}, 200)


def _status_page(door: _Door, faults: Mapping[str, str], status: int) -> Response:
    ticket, language = door.ticket(), door.visit.language
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        typing, line = own_request(processing, ticket)
    say = door.speaker.say("status")
    awaits, open_still = line.state in _AWAITING, line.state in OPEN and line.state != State.DECIDED
    part = {"name": "words", "type": "words", "label": say["awaiting"], "hint": say["awaiting_hint"], "value": ""}
    mailbox = line.identity == "mailbox" and line.state == State.RECEIVED
    return door.form(
        "status",
        status,
        lead=[say["mailbox"]] if mailbox else (),
        panel=_panel(say, line, language),
        parts=[part] if awaits else (),
        deed=(say["send"] if awaits else say["withdraw"]) if open_still else "",
        other_deed=say["withdraw"] if awaits else "",
        secret=typing.form_secret,
        faults=faults,
        tail=[say["complain"]],
    )


def _panel(say: Mapping[str, str], line: Line, language: str) -> list[dict[str, str]]:
    due = say["suspended"] if line.due_on is None else written_day(line.due_on, language)
    rows = {
        "reference": line.reference,
        "asked": label("kind", line.kind, language),
        "state": label("state", line.state, language),
        "received": written_day(line.received_on, language),
        "due": due,
    }
    shown = rows if line.state in OPEN else {name: text for name, text in rows.items() if name != "due"}
    return [{"term": say[name], "text": text} for name, text in shown.items()]


def _status_taken(door: _Door) -> Response:
    """Take an answer to what was asked, or withdraw the request."""
    form, ticket = door.taken(), door.ticket()
    reply = (form.get("words") or [""])[0].strip()
    withdraws = form.get("do") == ["withdraw"] or "words" not in form
    if not withdraws and not reply:
        return _status_page(door, {"words": "words"}, 422)
    try:
        with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
            _, line = own_request(processing, ticket)
            if withdraws:
                withdraw_request(processing, line.id, door.public_url)
            else:
                complete_details(processing, line.id, reply)
    except NotNow:
        pass  # It moved meanwhile: the page tells where it stands.
    return door.go("demande")


_SHOWN: Mapping[str, Shows] = {
    **{page: _stop_page(page) for page in rights.AT_ONCE},
    "droit": _choose_within,
    "code": _code,
    "suivi": _follow,
    "demande": _status,
}
_TAKEN: Mapping[str, Shows] = {
    **{page: _stopped_page(page) for page in rights.AT_ONCE},
    "droit": _chosen_within,
    "code": _code_taken,
    "suivi": _follow_taken,
    "demande": _status_taken,
}


def _person_of(door: _Door, link: str) -> PersonId:
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
    shown = []
    with installation.database.directory() as reading:
        for one in list_campaigns(installation.database):
            if one.end is not None:
                continue
            reading.enter(one.id)
            try:
                read_published(reading, one.id)
            except NotFound:
                continue
            address = f"/mes-donnees/{one.id}?lang={language}"
            shown.append({"address": address, "text": f"{one.controller} ({one.name})"})
    field = {"name": "message", "type": "text", "label": say["message"], "hint": say["message_hint"], "value": ""}
    told = {**_EMPTY, "owner": None, "switchable": True, "notice_address": None, "heading": say["title"]}
    told |= {"lead": [say["intro"]] if shown else [say["intro"], say["none"]], "listed": shown}
    told |= {"listed_title": say["listed"], "parts": [field | {"autocomplete": "off"}], "deed": say["send"]}
    told |= {"action": f"/mes-donnees?lang={language}"}
    told |= {"faults": {"message": say["fault_message"]} if status != 200 else {}}  # noqa: PLR2004
    return answer_page(request, "rights_form.html", say, status, **told)


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
