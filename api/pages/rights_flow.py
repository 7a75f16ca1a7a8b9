"""The pages of a request: one question each, what was typed read over, and then it is sent."""

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import Response

from api.caller import throttle_of
from api.pages import rights
from api.pages.render import answer_page
from api.pages.rights_door import Door
from api.pages.visit import admit
from kernel.identity import PersonId
from rights.perform import PURPOSE
from rights.visit import Visit as Typing
from rights.visit import begin_visit, keep_typed, send_request, show_visit
from rights.words import Kind
from signups.links import DeadLink, Ticket
from signups.visitor import visitor_in

STOPPING = {one.value: page for page, one in rights.AT_ONCE.items()}
"""The page of each right that takes effect at once."""


def begun(door: Door, typed: Mapping[str, str]) -> Ticket:
    """Begin a visit."""
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        ticket, _ = begin_visit(processing, typed, door.visit.language)
    return ticket


def choose(door: Door, secret: str, status: int) -> Response:
    """Show the eight rights."""
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


def choose_within(door: Door) -> Response:
    """Show them to who came by a link."""
    return choose(door, door.typing(show_visit).form_secret, 200)


def chosen_within(door: Door) -> Response:
    """Take the right that somebody chose who came by a link."""
    chosen = (door.taken().get("kind") or [""])[0]
    if chosen in STOPPING:
        return door.go(STOPPING[chosen])
    if chosen not in set(Kind):
        return choose(door, door.typing(show_visit).form_secret, 422)
    typed = door.typing(lambda processing, ticket: keep_typed(processing, ticket, {"kind": chosen})).typed
    return door.go(rights.journey(typed)[0])


def question(door: Door, page: str) -> Response:
    """Show one question of the request that is being made. Raises DeadLink for one that it does not take."""
    typing = door.typing(show_visit)
    if page not in rights.journey(typing.typed) or "kind" not in typing.typed:
        raise DeadLink
    if page == "verifier":
        return _check(door, typing)
    return _ask(door, page, typing.typed, typing.form_secret, {}, 200)


def _ask(
    door: Door, page: str, typed: Mapping[str, str], secret: str, faults: Mapping[str, str], status: int
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


def answered(door: Door, page: str) -> Response:
    """Take one answer, and lead to the next question."""
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


def _check(door: Door, typing: Typing) -> Response:
    say, typed = door.speaker.say("check"), typing.typed
    missing = [page for page in rights.journey(typed)[:-1] if any(name not in typed for name in rights.FIELDS[page])]
    if missing:
        return door.go(missing[0])
    rows = [one | {"address": door.address(one["page"])} for one in rights.check_rows(say, typed, door.visit.language)]
    told = {"owner": door.speaker.owner, "switchable": True, "notice_address": None, "rows": rows}
    told |= {"action": door.visit.here(), "secret": typing.form_secret}
    return answer_page(door.visit.request, "rights_check.html", say, 200, **told)


def send(door: Door) -> Response:
    """Send the request; a code is on its way, whoever has that address."""
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
