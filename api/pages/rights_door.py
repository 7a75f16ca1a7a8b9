"""The door of one campaign's pages of rights: its addresses, its visit, its forms and their secret."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from api.pages import rights
from api.pages.render import answer_page
from api.pages.visit import Visit, form_of
from api.pages.visiting import set_cookie, ticket_of
from audit.processing import Processing
from rights.perform import PURPOSE
from rights.visit import Visit as Typing
from rights.visit import show_visit
from signups.links import DeadLink, Ticket
from signups.visitor import visitor_in

EMPTY: Mapping[str, Any] = {
    "back": None,
    "faults": {},
    "progress": None,
    "lead": (),
    "panel": (),
    "listed": (),
    "listed_title": "",
    "first": None,
    "parts": (),
    "deed": "",
    "deed_value": "go",
    "other_deed": "",
    "tail": (),
    "onward": None,
    "secret": "",
    "encoding": "",
}


@dataclass(frozen=True, slots=True)
class Door:
    """A visit of one campaign's pages of rights."""

    visit: Visit
    speaker: rights.Speaker

    @property
    def public_url(self) -> str:
        """Return the address under which the pages stand."""
        return self.visit.public_url

    @property
    def texts(self) -> bool:
        """Tell whether there is a gateway of text messages."""
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
        told = {**EMPTY, "action": self.visit.here(), "owner": self.speaker.owner, "switchable": True}
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
        self.own((form.get("secret") or [""])[0])
        return form

    def own(self, secret: str) -> None:
        """Raise DeadLink for a form that brings back another secret than the visit's."""
        if not hmac.compare_digest(secret.encode(), self.typing(show_visit).form_secret.encode()):
            raise DeadLink


Shows = Callable[[Door], Response]
