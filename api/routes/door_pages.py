"""The pages for a telephone on which the team keys in its sheets: no script, one cookie, nobody's name.

Who signs in does it as everywhere: password and second factor, the same counted tries, the same session.
"""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from accounts.staff.account import PURPOSE as OWN_ACCOUNT
from accounts.staff.sessions import end_sessions, session_of
from accounts.staff.sign_in import Attempt, SignInDelayed, sign_in
from api.caller import throttle_of
from api.describe import Part, refuses
from api.pages.keying import instant_typed, show_page, take_page
from api.pages.shift import (
    Shift,
    address,
    drop_session,
    keep_session,
    may_key_in,
    message,
    page_of,
    say,
    shift_of,
    token_of,
)
from api.pages.signing_up import form_values, takes_texts, typed_wish
from api.pages.visit import HTML, LANGUAGE, PAGE, TAKEN, TAKES, Visit, form_of, visited
from api.pages.visiting import is_foreign
from kernel.actor import Actor, ActorKind
from kernel.errors import NotFound, Unauthenticated
from sheets.key_in import key_in
from sheets.lines import show_lines
from sheets.make import list_sheets
from sheets.newcomers import Asking, Newcomer
from sheets.outcomes import zone_of
from signups.links import DeadLink
from signups.wish import Wish

router = APIRouter(tags=["pages"])
_OTHERS: dict[int | str, Part] = {
    303: {"description": "On to another page, or to sign in", "headers": {"Location": {"schema": {"type": "string"}}}},
    403: {"description": "Whose role does not key in, as a page", "content": {HTML: {}}},
    429: {"description": "Too many requests, as a page", "content": {HTML: {}}},
}
_SHOWN: dict[str, Any] = {"responses": PAGE | _OTHERS | refuses(known=False), "openapi_extra": dict(LANGUAGE)}
_TAKEN: dict[str, Any] = {"responses": TAKEN | _OTHERS | refuses(known=False), "openapi_extra": dict(TAKES)}
_LONGEST = 300


@router.get("/porte/{campaign}", summary="Choose a sheet", **_SHOWN)
def show_door_sheets(request: Request, campaign: str) -> Response:
    """Show the sheets that may be keyed in; whoever is not signed in is led to sign in."""

    def build(shift: Shift) -> Response:
        with shift.open() as processing:
            found = list_sheets(processing)
        listed = [(one, address(shift.visit, f"/feuille/{one.id}")) for one in found]
        return shift.page("door_sheets.html", "door_sheets", sheets=listed, out=address(shift.visit, "/sortir"))

    return shift_of(request, campaign, build)


@router.get("/porte/{campaign}/entrer", summary="Show the page to sign in", **_SHOWN)
def show_door_sign_in(request: Request, campaign: str) -> Response:
    """Show the form with which the team signs in on a telephone."""
    return visited(request, campaign, lambda visit: _sign_in_page(visit, {}, 200))


@router.post("/porte/{campaign}/entrer", summary="Sign in on a page", **_TAKEN)
def sign_in_at_door(request: Request, campaign: str) -> Response:
    """Begin a session with password and second factor, and give it to this browser alone."""

    def build(visit: Visit) -> Response:
        if is_foreign(request):
            raise DeadLink
        try:
            made = sign_in(visit.installation.register, _attempt(visit))
        except SignInDelayed:
            return _sign_in_page(visit, {"login": "fault_wait"}, 422)
        except Unauthenticated:
            return _sign_in_page(visit, {"login": "fault_login"}, 422)
        actor = visit.installation.sessions.actor(made.token)
        if may_key_in(actor) and actor.campaign == visit.campaign:
            return keep_session(RedirectResponse(address(visit), 303), visit, made.token)
        _end_session(visit, actor, made.token)  # It would open nothing here, and no page would end it.
        return message(visit, "door_forbidden", status=403)

    return visited(request, campaign, build)


@router.post("/porte/{campaign}/sortir", summary="Sign out of the pages", **_TAKEN)
def sign_out_at_door(request: Request, campaign: str) -> Response:
    """End the session everywhere, and let the browser forget it."""

    def build(shift: Shift) -> Response:
        _end_session(shift.visit, shift.actor, token_of(shift.visit))
        return drop_session(RedirectResponse(address(shift.visit, "/entrer"), 303), shift.visit)

    return shift_of(request, campaign, build)


@router.get("/porte/{campaign}/feuille/{sheet}", summary="Show a sheet's lines", **_SHOWN)
def show_door_lines(request: Request, campaign: str, sheet: str) -> Response:
    """Show the numbers of a sheet and what was keyed in of them; nobody's name and no address."""
    begin = request.query_params.get("from", "")
    first = int(begin) if begin.isdecimal() and len(begin) < len("1000") else 1
    return shift_of(request, campaign, lambda shift: show_page(shift, _id_of(sheet), max(first, 1)))


@router.post("/porte/{campaign}/feuille/{sheet}", summary="Key in a sheet's lines", **_TAKEN)
def take_door_lines(request: Request, campaign: str, sheet: str) -> Response:
    """Take what came of many lines at once; a note to be written differently stays on the page, without its words."""
    return shift_of(request, campaign, lambda shift: take_page(shift, _id_of(sheet)))


@router.get("/porte/{campaign}/feuille/{sheet}/personne", summary="Show the form of a newcomer", **_SHOWN)
def show_door_newcomer(request: Request, campaign: str, sheet: str) -> Response:
    """Show the form into which is copied what somebody wrote and ticked at the door."""

    def build(shift: Shift) -> Response:
        local = shift.visit.installation.clock.now().astimezone(_zone(shift, _id_of(sheet)))
        empty = Wish(email="", language=shift.visit.language)
        return _newcomer_page(shift, sheet, empty, (), (f"{local:%Y-%m-%d}", f"{local:%H:%M}"), 200)

    return shift_of(request, campaign, build)


@router.post("/porte/{campaign}/feuille/{sheet}/personne", summary="Take in a newcomer", **_TAKEN)
def take_door_newcomer(request: Request, campaign: str, sheet: str) -> Response:
    """Ask somebody who wrote at the door to confirm by their own mailbox or telephone; before, they are nobody."""

    def build(shift: Shift) -> Response:
        visit, form = shift.visit, form_of(request)
        day, hour = ((form.get(name) or [""])[0].strip()[:10] for name in ("day", "hour"))
        wish = typed_wish(visit, canvasser=shift.actor.id if shift.actor.kind is ActorKind.STAFF else "")
        at = instant_typed(day, hour, _zone(shift, _id_of(sheet)))
        if at is None:
            return _newcomer_page(shift, sheet, wish, ("at",), (day, hour), 422)
        throttle_of(request).admit_letter(request.scope, visit.campaign, wish.email or wish.phone)
        asking = Asking(visit.public_url, texts=takes_texts(visit))
        with shift.open() as processing:
            (faults,) = key_in(processing, _id_of(sheet), (), [Newcomer(wish, at)], asking).newcomers
        if faults:
            return _newcomer_page(shift, sheet, wish, faults, (day, hour), 422)
        onward = {"address": address(visit, f"/feuille/{sheet}"), "text": say(visit, "door_key")["title"]}
        return message(visit, "door_asked", onward=onward)

    return shift_of(request, campaign, build)


def _attempt(visit: Visit) -> Attempt:
    """Read who signs in; a password is taken as it was typed. Raises TooManyRequests."""
    near = throttle_of(visit.request).admit_stranger(visit.request.scope)
    form = {name: values[0][:_LONGEST] for name, values in form_of(visit.request).items()}
    return Attempt(
        login=form.get("login", "").strip(),
        campaign=visit.campaign,
        password=form.get("password", ""),
        code=form.get("code", "").strip(),
        address=near,
        replaces=token_of(visit) or None,
    )


def _end_session(visit: Visit, actor: Actor, token: str) -> None:
    with visit.installation.register.open(actor, OWN_ACCOUNT) as processing:
        end_sessions(processing, session_of(token))


def _sign_in_page(visit: Visit, faults: dict[str, str], status: int) -> Response:
    said = say(visit, "door_in")
    named = {name: said[word] for name, word in faults.items()}
    return page_of(visit, "door_in.html", "door_in", status, faults=named, action=address(visit, "/entrer"))


def _newcomer_page(
    shift: Shift, sheet: str, wish: Wish, faults: tuple[str, ...], when: tuple[str, str], status: int
) -> Response:
    visit = shift.visit
    said = say(visit, "signup") | say(visit, "door_person")
    named = {name: said[f"fault_{name}"] for name in faults if f"fault_{name}" in said}
    given = form_values(visit) | {"wish": wish, "day": when[0], "hour": when[1], "form": said, "faults": named}
    alone = f"/inscription/{visit.campaign}/door/{shift.actor.id}?lang={visit.language}"
    place = address(visit, f"/feuille/{sheet}")
    here = address(visit, f"/feuille/{sheet}/personne")
    return shift.page("door_person.html", "door_person", status, alone=alone, home=place, action=here, **given)


def _zone(shift: Shift, sheet: UUID) -> ZoneInfo:
    with shift.open() as processing:
        view, _ = show_lines(processing, sheet)
        return zone_of(processing.edition, view.commune)


def _id_of(sheet: str) -> UUID:
    try:
        return UUID(sheet)
    except ValueError:
        message = "a sheet is named by its id"
        raise NotFound(message) from None
