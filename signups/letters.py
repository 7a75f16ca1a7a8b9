"""Write the mails of the public pages, in the language the person chose."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, cast

from audit.processing import Processing
from campaigns.controllers import controller_named
from campaigns.sheet import campaign_sheet
from kernel.identity import PersonId
from messages.letter import Letter
from signups.links import Use, sign_link

Language = Literal["fr", "en"]
_Words = Mapping[str, Mapping[str, str]]


@cache
def _words() -> _Words:
    text = (Path(__file__).parent / "letters.toml").read_text(encoding="utf-8")
    return cast("_Words", tomllib.loads(text))


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes, and under which address the public pages stand."""

    controller: str
    campaign: str
    pages: str
    path: str

    def address(self, page: str, *parts: str) -> str:
        """Return the address of a public page of the campaign."""
        return "/".join([self.pages, page, self.path, *parts])


def desk_of(processing: Processing, public_url: str) -> Desk:
    """Return who writes in this campaign."""
    name = campaign_sheet(processing, processing.phase).name
    return Desk(controller_named(processing)[0], name, public_url.rstrip("/"), str(processing.campaign))


def write_letter(
    desk: Desk,
    kind: str,
    language: Language,
    told: Mapping[str, str],
    *,
    to: str,
    until: datetime,
    person: PersonId | None = None,
    headers: Mapping[str, str] | None = None,
) -> Letter:
    """Write an e-mail of one kind; ``told`` fills its places."""
    subject, text = _filled(desk, kind, language, told)
    return Letter(
        medium="email",
        to=to,
        sender=desk.controller,
        subject=subject,
        text=text,
        until=until,
        person=person,
        headers=headers or {},
    )


def write_text_message(
    desk: Desk,
    kind: str,
    language: Language,
    told: Mapping[str, str],
    *,
    to: str,
    until: datetime,
    person: PersonId | None = None,
) -> Letter:
    """Write a text message of one kind; ``told`` fills its places."""
    _, text = _filled(desk, kind, language, told)
    return Letter(medium="sms", to=to, text=text, until=until, person=person)


def rights_page(desk: Desk, language: Language) -> str:
    """Return the address of the page of rights."""
    return desk.address("mes-donnees") + ("" if language == "fr" else "?lang=en")


def rights_link(processing: Processing, desk: Desk, person: PersonId) -> str:
    """Return the address that proves on the page of rights whom a message was for, where their address is theirs alone.

    It holds for thirty days; a shared address proves nothing, whoever it was written to.
    """
    return desk.address("mes-donnees", "lien", sign_link(processing.keys, person, Use.RIGHTS, processing.at))


def way_out(processing: Processing, desk: Desk, person: PersonId) -> tuple[str, dict[str, str]]:
    """Return the address that stops everything, and the headers that let a mail program do it (RFC 8058)."""
    address = desk.address("unsubscribe", sign_link(processing.keys, person, Use.UNSUBSCRIBE, processing.at))
    return address, {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _filled(desk: Desk, kind: str, language: Language, told: Mapping[str, str]) -> tuple[str, str]:
    words = _words()[kind]
    places = {"controller": desk.controller, "campaign": desk.campaign, **told}
    subject, text = words[f"subject_{language}"], words[f"text_{language}"]
    return subject.format_map(places), text.strip().format_map(places) + "\n"
