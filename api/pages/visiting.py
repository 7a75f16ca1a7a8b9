"""The cookie of a visit to the pages of rights: for this site, an hour, and no script."""

from starlette.requests import Request
from starlette.responses import Response

from rights.visit import LIVES
from signups.links import DeadLink, Ticket, read_ticket

_SAFE, _PLAIN = "__Host-rights", "rights"
_OURS = frozenset({"same-origin", "none"})


def ticket_of(request: Request, public_url: str) -> Ticket:
    """Return the visit that the cookie leads to. Raises DeadLink."""
    text = request.cookies.get(_name(public_url))
    if not text:
        raise DeadLink
    return read_ticket(text)


def set_cookie(answer: Response, ticket: Ticket, public_url: str) -> Response:
    """Let the browser lead back to a visit."""
    answer.set_cookie(
        _name(public_url),
        ticket.written(),
        max_age=int(LIVES.total_seconds()),
        path="/",
        secure=_is_safe(public_url),
        httponly=True,
        samesite="lax",
    )
    return answer


def is_foreign(request: Request) -> bool:
    """Tell whether the browser says that a form comes from another site (Fetch Metadata)."""
    return request.headers.get("sec-fetch-site", "none") not in _OURS


def _is_safe(public_url: str) -> bool:
    return public_url.startswith("https://")


def _name(public_url: str) -> str:
    """Return the cookie's name; the prefix makes browsers keep it to this very host."""
    return _SAFE if _is_safe(public_url) else _PLAIN
