"""The public form: shown, taken, embedded, and confirmed by a button; no script, no cookie, the same answer for all.

Nobody is signed in here, so there is no authority that another site could borrow: what a form brings has no effect
until the mailbox named in it, or without one the telephone, has answered with a secret of one use.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from api.caller import throttle_of
from api.describe import Part, refuses
from api.pages.render import fragment, words
from api.pages.signing_up import form_values, takes_texts, typed_wish
from api.pages.visit import ABSENT, LANGUAGE, Visit, admit, shown, taken, visited
from kernel.errors import NotFound
from signups.begin import BadWish, begin_signup
from signups.confirm import confirm_signup
from signups.forms import FORM_PURPOSE
from signups.links import DeadLink, Ticket, read_ticket
from signups.stay import confirm_stay
from signups.visitor import visitor_in
from signups.wish import Wish

router = APIRouter(tags=["pages"])
_FRAGMENT: dict[int | str, Part] = {200: {"description": "The form as HTML", "content": {"text/plain": {}}}}
_EMPTY = Wish(email="", language="fr")


@router.get("/inscription/{campaign}", **shown("Show the public form"))
def show_form(request: Request, campaign: str) -> Response:
    """Show the form by which people sign up, as a page that needs no script."""
    return visited(request, campaign, lambda visit: _form(visit, _EMPTY, (), 200))


@router.get(
    "/inscription/{campaign}/embed",
    summary="Give the form for another site",
    responses=_FRAGMENT | ABSENT | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def give_form(request: Request, campaign: str) -> Response:
    """Give the form as plain HTML, to be pasted into the campaign's own site."""

    def build(visit: Visit) -> Response:
        values = form_values(visit)
        values["action"] = f"{visit.public_url.rstrip('/')}/inscription/{visit.campaign}?lang={visit.language}"
        said = words("signup", visit.language, owner=visit.owner)
        return PlainTextResponse(fragment("embed.html", lang=visit.language, say=said, **values))

    return visited(request, campaign, build)


@router.post("/inscription/{campaign}", **taken("Sign up"))
def sign_up(request: Request, campaign: str) -> Response:
    """Take a form: a mail asks the mailbox, whoever is known or not; nothing of the file is read."""
    return _signed_up(request, campaign, "")


@router.get("/inscription/{campaign}/door/{canvasser}", **shown("Show the public form at the door"))
def show_form_at_door(request: Request, campaign: str, canvasser: str) -> Response:
    """Show the form on the device of whoever knocked, who is named by their id; the person fills it in."""

    def build(visit: Visit) -> Response:
        _id_of(canvasser)
        return _form(visit, _EMPTY, (), 200)

    return visited(request, campaign, build)


@router.post("/inscription/{campaign}/door/{canvasser}", **taken("Sign up at the door"))
def sign_up_at_door(request: Request, campaign: str, canvasser: str) -> Response:
    """Take a form at the door: the same mail asks the person's own mailbox, and the proof names who knocked."""
    return _signed_up(request, campaign, canvasser)


def _signed_up(request: Request, campaign: str, canvasser: str) -> Response:
    def build(visit: Visit) -> Response:
        admit(request)
        wish = typed_wish(visit, canvasser=_id_of(canvasser) if canvasser else "")
        try:
            with visit.installation.register.open(visitor_in(visit.campaign), FORM_PURPOSE) as processing:
                begin_signup(processing, wish, visit.public_url, texts=takes_texts(visit))
                throttle_of(request).admit_letter(request.scope, visit.campaign, wish.email or wish.phone)
        except BadWish as bad:
            return _form(visit, wish, bad.fields, 422)
        return visit.tell("sent" if wish.email else "sent_text")

    return visited(request, campaign, build)


@router.get("/confirmation/{campaign}/{ticket}", **shown("Show the button that confirms"))
def show_confirmation(request: Request, campaign: str, ticket: str) -> Response:
    """Show a button: whatever opens links on the way, a mail's scanner too, confirms nothing by it."""

    def build(visit: Visit) -> Response:
        _ticket(visit, ticket)
        said = words("confirm", visit.language, owner=visit.owner)
        deed = {"name": "do", "value": "confirm", "text": said["deed"]}
        lines = [said["line"], said["hint"]]
        return visit.answer("ask.html", "confirm", lines=lines, deeds=[deed], action=visit.here())

    return visited(request, campaign, build)


@router.post("/confirmation/{campaign}/{ticket}", **taken("Confirm a sign-up"))
def confirm_sign_up(request: Request, campaign: str, ticket: str) -> Response:
    """Confirm a sign-up, once: the contact is recorded, and what was agreed to is kept as evidence."""

    def build(visit: Visit) -> Response:
        admit(request)
        held, texts = _ticket(visit, ticket), takes_texts(visit)
        with visit.installation.register.open(visitor_in(visit.campaign), FORM_PURPOSE) as processing:
            confirm_signup(processing, held, visit.public_url, texts=texts)
        return visit.tell("confirmed")

    return visited(request, campaign, build)


@router.get("/rester/{campaign}/{ticket}", **shown("Show the button by which somebody stays"))
def show_stay(request: Request, campaign: str, ticket: str) -> Response:
    """Show a button to whoever was asked whether they stay in the file; opening the page changes nothing."""

    def build(visit: Visit) -> Response:
        _ticket(visit, ticket)
        said = words("stay", visit.language, owner=visit.owner)
        deed = {"name": "do", "value": "stay", "text": said["deed"]}
        return visit.answer("ask.html", "stay", lines=[said["line"], said["hint"]], deeds=[deed], action=visit.here())

    return visited(request, campaign, build)


@router.post("/rester/{campaign}/{ticket}", **taken("Stay in the file"))
def say_stay(request: Request, campaign: str, ticket: str) -> Response:
    """Take a person's yes, once: their time begins anew with it."""

    def build(visit: Visit) -> Response:
        admit(request)
        held = _ticket(visit, ticket)
        with visit.installation.register.open(visitor_in(visit.campaign), FORM_PURPOSE) as processing:
            confirm_stay(processing, held)
        return visit.tell("stayed")

    return visited(request, campaign, build)


def _ticket(visit: Visit, text: str) -> Ticket:
    held = read_ticket(text)
    if held.campaign != visit.campaign:
        raise DeadLink
    return held


def _id_of(canvasser: str) -> str:
    """Return the id of a member of the team as it is written. Raises NotFound for what is none: no name goes there."""
    try:
        return str(UUID(canvasser))
    except ValueError:
        message = "whoever knocked is named by their id"
        raise NotFound(message) from None


def _form(visit: Visit, wish: Wish, faults: tuple[str, ...], status: int) -> Response:
    said = words("signup", visit.language, owner=visit.owner)
    named = {name: said[f"fault_{name}"] for name in faults if f"fault_{name}" in said}
    given = form_values(visit) | {"action": visit.here(), "wish": wish}
    return visit.answer("signup.html", "signup", status, faults=named, **given)
