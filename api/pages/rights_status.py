"""The page of one request: where it stands, what it waits for, and the answer once there is one."""

from collections.abc import Mapping
from typing import Any, cast

from starlette.responses import RedirectResponse, Response

from api.pages.language import Language
from api.pages.renewal import renew_answer
from api.pages.rights_document import PAGE as DOCUMENT
from api.pages.rights_document import is_asked
from api.pages.rights_door import Door
from api.pages.visit import admit
from deliveries.again import find_delivery
from deliveries.fetch import State as Waiting
from kernel.identity import PersonId
from rights.board import Line, Whole
from rights.course import OPEN, NotNow, State
from rights.letters import written_day
from rights.perform import PURPOSE
from rights.steps import complete_details, withdraw_request
from rights.visit import own_request
from rights.words import label
from signups.links import DeadLink
from signups.visitor import visitor_in

_AWAITING = frozenset({State.AWAITING_DETAILS.value, State.AWAITING_IDENTITY.value})
_TOLD = frozenset({State.ANSWERED.value, State.CLOSED.value})


def show_page(door: Door) -> Response:
    """Show where a request stands; nothing changes by it."""
    return _page(door, {}, 200)


def take_page(door: Door) -> Response:
    """Take an answer to what was asked, withdraw the request, or lead to the answer."""
    form, ticket = door.taken(), door.ticket()
    wish, reply = form.get("do"), (form.get("words") or [""])[0].strip()
    if wish == ["answer"]:
        return _lead_to_answer(door)
    withdraws = wish == ["withdraw"]
    if not withdraws and not reply:
        return _page(door, {"words": "words"}, 422)
    try:
        with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
            _, whole = own_request(processing, ticket)
            if withdraws:
                withdraw_request(processing, whole.line.id, door.public_url)
            else:
                complete_details(processing, whole.line.id, reply)
    except NotNow:
        pass  # It moved meanwhile: the page tells where it stands.
    return door.go("demande")


def _page(door: Door, faults: Mapping[str, str], status: int) -> Response:
    ticket, language = door.ticket(), door.visit.language
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        typing, whole = own_request(processing, ticket)
    say, line = door.speaker.say("status"), whole.line
    part = {"name": "words", "type": "words", "label": say["awaiting"], "hint": say["awaiting_hint"], "value": ""}
    return door.form(
        "status",
        status,
        lead=_lead(say, whole),
        panel=_panel(say, line, language),
        parts=[part] if line.state in _AWAITING else (),
        secret=typing.form_secret,
        faults=faults,
        tail=[say["complain"]],
        first={"address": door.address(DOCUMENT), "text": say["document"]} if is_asked(whole) else None,
        **_deeds(say, line),
    )


def _lead(say: Mapping[str, str], whole: Whole) -> list[str]:
    line = whole.line
    told = {
        "mailbox": line.identity == "mailbox" and line.state == State.RECEIVED,
        "document_given": whole.document is not None,
        "answer_hint": _is_answered(line),
    }
    return [say[name] for name, holds in told.items() if holds]


def _deeds(say: Mapping[str, str], line: Line) -> dict[str, Any]:
    """Return what the buttons of the page do: answer what was asked, withdraw, or get the answer."""
    if _is_answered(line):
        return {"deed": say["answer"], "deed_value": "answer"}
    if line.state in _AWAITING:
        return {"deed": say["send"], "other_deed": say["withdraw"]}
    open_still = line.state in OPEN and line.state != State.DECIDED
    return {"deed": say["withdraw"], "deed_value": "withdraw"} if open_still else {}


def _is_answered(line: Line) -> bool:
    return line.answer is not None and line.contact is not None and line.state in _TOLD


def _lead_to_answer(door: Door) -> Response:
    """Lead to the page where the answer waits, or make it anew: only the person can ask for that, and only here."""
    admit(door.visit.request)
    visit, ticket = door.visit, door.ticket()
    with visit.installation.register.open(visitor_in(visit.campaign), PURPOSE) as processing:
        _, whole = own_request(processing, ticket)
        line = whole.line
        if not _is_answered(line) or line.contact is None:
            raise DeadLink
        person = PersonId(line.contact)
        found = find_delivery(processing, person)
    if found is not None and found.looked.state is Waiting.READY:
        return RedirectResponse(f"/deliveries/{visit.campaign}/{found.link}?lang={visit.language}", 303)
    made_at = None if found is None else found.looked.made_at
    renew_answer(visit, person, cast("Language", line.language), made_at)
    say = door.speaker.say("renewed")
    return door.form("renewed", lead=[say["line"], say["hint"]], onward=None)


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
