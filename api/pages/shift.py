"""A shift of somebody of the team on the pages for a telephone: the session's cookie, who they are, and no script.

The cookie holds the session's token and nothing else, goes to this host alone, is sent with no request of another
site, and dies with the browser. It opens these pages only: the API takes bearer tokens, as it always did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from accounts.scopes import SHEETS_KEY
from accounts.staff.ids import SESSION_PREFIX
from api.boundary import CALLER
from api.caller import Caller, throttle_of
from api.pages.render import answer_page, words
from api.pages.visit import Visit, visited
from api.pages.visiting import is_foreign
from kernel.actor import Actor
from kernel.errors import Unauthenticated
from signups.links import DeadLink

PURPOSE = "canvassing"
_SAFE, _PLAIN = "__Host-staff", "staff"


@dataclass(frozen=True, slots=True)
class Shift:
    """A visit by a member of the team who may key in."""

    visit: Visit
    actor: Actor = field(repr=False)

    def page(self, template: str, name: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
        """Answer with a page of the shift."""
        return page_of(self.visit, template, name, status, **values)

    def open(self) -> Any:  # noqa: ANN401 - a context of a processing
        """Open a processing for the one purpose of these pages."""
        return self.visit.installation.register.open(self.actor, PURPOSE)


Shows = Callable[[Shift], Response]


def shift_of(request: Request, campaign: str, build: Shows) -> Response:
    """Build a page for whoever is signed in and may key in; others are led to sign in."""

    def within(visit: Visit) -> Response:
        if request.method == "POST" and is_foreign(request):
            raise DeadLink
        try:
            actor = _actor(visit)
        except Unauthenticated:
            return RedirectResponse(address(visit, "/entrer"), 303)
        if not may_key_in(actor):
            return message(visit, "door_forbidden", status=403)
        return build(Shift(visit, actor))

    return visited(request, campaign, within)


def may_key_in(actor: Actor) -> bool:
    """Tell whether somebody's role opens these pages."""
    return actor.may(SHEETS_KEY) and PURPOSE in actor.purposes


def page_of(visit: Visit, template: str, name: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """Answer with a page for the team: its words over those of all of them."""
    said = say(visit, name)
    given: Mapping[str, Any] = {
        "owner": visit.owner,
        "switchable": True,
        "notice_address": None,
        "action": visit.here(),
        "out": None,
        "home": None,
        "faults": {},
    }
    return answer_page(visit.request, template, said, status, **{**given, **values})


def say(visit: Visit, name: str) -> dict[str, str]:
    """Return the words of a page for the team."""
    return words(name, visit.language, owner=visit.owner) | words("door_every", visit.language, owner=visit.owner)


def message(visit: Visit, name: str, *, onward: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """Answer with a page that only says something."""
    line = say(visit, name)["line"]
    return page_of(visit, "message.html", name, status, lines=[line], onward=onward, switchable=False)


def address(visit: Visit, page: str = "") -> str:
    """Return the address of a page of the team."""
    return f"/porte/{visit.campaign}{page}?lang={visit.language}"


def token_of(visit: Visit) -> str:
    """Return the session's token that the browser brought; nothing where there is none."""
    token = visit.request.cookies.get(_name(visit), "")
    return token if token.startswith(SESSION_PREFIX) else ""


def keep_session(answer: Response, visit: Visit, token: str) -> Response:
    """Let the browser bring the session back until it is closed."""
    answer.set_cookie(_name(visit), token, path="/", secure=_is_safe(visit), httponly=True, samesite="strict")
    return answer


def drop_session(answer: Response, visit: Visit) -> Response:
    """Let the browser forget the session."""
    answer.delete_cookie(_name(visit), path="/", secure=_is_safe(visit), httponly=True, samesite="strict")
    return answer


def _actor(visit: Visit) -> Actor:
    """Return who is signed in, in this campaign. Raises Unauthenticated, TooManyRequests."""
    token, scope = token_of(visit), visit.request.scope
    if not token:
        message = "sign in"
        raise Unauthenticated(message)
    throttle, installation = throttle_of(visit.request), visit.installation
    actor = throttle.identify(scope, token, installation.tokens, installation.sessions)
    if actor.campaign != visit.campaign:
        message = "the session is of another campaign"
        raise Unauthenticated(message)
    throttle.admit(scope, actor)
    scope[CALLER] = Caller(installation, actor, PURPOSE)
    return actor


def _is_safe(visit: Visit) -> bool:
    return visit.public_url.startswith("https://")


def _name(visit: Visit) -> str:
    """Return the cookie's name; the prefix makes browsers keep it to this very host."""
    return _SAFE if _is_safe(visit) else _PLAIN
