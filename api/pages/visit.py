"""What the public pages share: whose page it is, forms as they come, and a page for whatever goes wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.boundary import BODY
from api.caller import installation_of, throttle_of
from api.describe import refuses
from api.errors import TooManyRequests
from api.pages.language import LANGUAGES, Language
from api.pages.render import answer_page, language_of, words
from api.requests import FORM, media_type_of
from campaigns.directory import list_campaigns
from installation.open import Installation
from kernel.errors import Conflict, Forbidden, NotFound, Refused
from kernel.identity import CampaignId
from signups.links import DeadLink

HTML = "text/html"
PAGE: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {HTML: {}}}
    for status, text in ((200, "The page"), (404, "Nothing at this address, as a page"))
}
"""The answers of every page, as the description tells them."""
LANGUAGE: Mapping[str, Any] = {
    "parameters": [
        {
            "name": "lang",
            "in": "query",
            "required": False,
            "description": "The language of the page, `fr` or `en`; for any other word the browser's, else French",
            "schema": {"type": "string", "examples": list(LANGUAGES)},
            "example": "fr",
        }
    ]
}
TAKES: dict[str, Any] = {
    **LANGUAGE,
    "requestBody": {"required": True, "content": {FORM: {"schema": {"type": "object"}}}},
}
ABSENT: dict[int | str, dict[str, Any]] = {404: PAGE[404]}
TAKEN = PAGE | {
    status: {"description": text, "content": {HTML: {}}}
    for status, text in ((422, "The form again, with what to correct"), (429, "Too many requests, as a page"))
}
"""The answers of a page that takes a form."""
_MOST_FIELDS = 40


def shown(summary: str) -> dict[str, Any]:
    """Describe a page that is only shown."""
    return {"summary": summary, "responses": PAGE | refuses(known=False), "openapi_extra": dict(LANGUAGE)}


def taken(summary: str) -> dict[str, Any]:
    """Describe what takes a page's form."""
    return {"summary": summary, "responses": TAKEN | refuses(known=False), "openapi_extra": dict(TAKES)}


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to a campaign's public page: who answers for it, and in which language."""

    request: Request = field(repr=False)
    installation: Installation = field(repr=False)
    campaign: CampaignId
    owner: str
    language: Language

    def answer(self, template: str, page: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
        """Answer with a page whose words are those of ``page``."""
        said = words(page, self.language, owner=self.owner)
        given = {
            "owner": self.owner,
            "switchable": True,
            "notice_address": None,
            "rights_address": self.rights,
        } | values
        return answer_page(self.request, template, said, status, **given)

    def tell(self, page: str) -> Response:
        """Answer with a page that only says something."""
        said = words(page, self.language, owner=self.owner)
        lines = [said[name] for name in ("line", "hint") if name in said]
        return self.answer("message.html", page, lines=lines, onward=None, switchable=False)

    def here(self) -> str:
        """Return where the form of this page goes, in the same language."""
        return f"{self.request.url.path}?lang={self.language}"

    @property
    def rights(self) -> str:
        """Return the address of the page of rights."""
        return f"/mes-donnees/{self.campaign}?lang={self.language}"

    @property
    def public_url(self) -> str:
        """Return the address under which the pages stand."""
        return self.installation.settings.public_url


def visited(request: Request, campaign: str, build: Callable[[Visit], Response]) -> Response:
    """Build a campaign's page; whatever goes wrong is told on a page too, and tells nothing of the file."""
    language = language_of(request)
    try:
        return build(_visit(request, campaign, language))
    except DeadLink:
        return _plain(request, language, "dead", 404)
    except TooManyRequests:
        return _plain(request, language, "busy", 429)
    except (NotFound, Conflict, Forbidden, Refused):
        return _plain(request, language, "absent", 404)


def admit(request: Request) -> None:
    """Take a form that somebody sends from their address's quota. Raises TooManyRequests."""
    throttle_of(request).admit_stranger(request.scope)


def form_of(request: Request, most: int = _MOST_FIELDS) -> Mapping[str, list[str]]:
    """Return the fields of a form, at most so many, each with what was sent; nothing for what is no form."""
    if media_type_of(request) != FORM:
        return {}
    try:
        return parse_qs(request.scope[BODY].decode(), errors="strict", max_num_fields=most)
    except ValueError:
        return {}


def campaign_named(text: str) -> CampaignId:
    """Return the campaign that an address names. Raises NotFound."""
    try:
        return CampaignId(UUID(text))
    except ValueError:
        message = "an address names a campaign by its id"
        raise NotFound(message) from None


def _visit(request: Request, text: str, language: Language) -> Visit:
    installation, campaign = installation_of(request), campaign_named(text)
    for one in list_campaigns(installation.database):
        if one.id == campaign and one.end is None:
            return Visit(request, installation, campaign, one.controller, language)
    message = "no such campaign"
    raise NotFound(message)


def _plain(request: Request, language: Language, page: str, status: int) -> Response:
    said = words(page, language)
    values = {"owner": None, "switchable": False, "notice_address": None, "onward": None}
    return answer_page(request, "message.html", said, status, lines=[said["line"]], **values)
