"""The pages that end: what takes effect at once, the code, and the way back to a request."""

from collections.abc import Mapping

from starlette.responses import Response

from api.caller import throttle_of
from api.pages import rights, rights_document, rights_status
from api.pages.rights_door import Door, Shows
from api.pages.rights_flow import choose_within, chosen_within
from api.pages.visit import admit, form_of
from kernel.errors import Invalid
from rights.perform import PURPOSE
from rights.receive import receive_requests
from rights.visit import ask_where, begin_visit, show_visit, try_code
from signups.links import DeadLink
from signups.visitor import visitor_in


def _stop_page(page: str) -> Shows:
    return lambda door: _stop(door, page, {}, {}, 200)


def _stop(door: Door, page: str, typed: Mapping[str, str], faults: Mapping[str, str], status: int) -> Response:
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
    def take(door: Door) -> Response:
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


def _code(door: Door) -> Response:
    return _code_page(door, {}, 200)


def _code_page(door: Door, faults: Mapping[str, str], status: int) -> Response:
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


def _code_taken(door: Door) -> Response:
    admit(door.visit.request)
    typed = (door.taken().get("code") or [""])[0][:40]
    ticket = door.ticket()
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        renewed = try_code(processing, ticket, typed, door.public_url)
    return _code_page(door, {"code": "code"}, 422) if renewed is None else door.go("demande", renewed)


def _follow(door: Door) -> Response:
    return _follow_page(door, {}, 200)


def _follow_page(door: Door, faults: Mapping[str, str], status: int) -> Response:
    say = door.speaker.say("follow")
    told = {"name": "reference", "type": "text", "label": say["reference"], "hint": say["reference_hint"]}
    part = told | {"value": "", "autocomplete": "off"}
    lead = [say["intro"]]
    return door.form("follow", status, back=door.address(), lead=lead, parts=[part], deed=say["send"], faults=faults)


def _follow_taken(door: Door) -> Response:
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


SHOWN: Mapping[str, Shows] = {
    **{page: _stop_page(page) for page in rights.AT_ONCE},
    "droit": choose_within,
    "code": _code,
    "suivi": _follow,
    "demande": rights_status.show_page,
    rights_document.PAGE: rights_document.show_page,
}
TAKEN: Mapping[str, Shows] = {
    **{page: _stopped_page(page) for page in rights.AT_ONCE},
    "droit": chosen_within,
    "code": _code_taken,
    "suivi": _follow_taken,
    "demande": rights_status.take_page,
    rights_document.PAGE: rights_document.take_page,
}
