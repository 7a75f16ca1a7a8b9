"""Write what a person is told of their request, in their language: by e-mail, or as text to be printed and posted."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from audit.processing import Processing
from campaigns.controllers import controller_named, list_controllers
from crypto.normalise import takes_texts
from messages.letter import Letter
from messages.queue import queue_letters
from rights.file import Told
from rights.words import label

_LIVES = timedelta(days=7)
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers, how they are reached, and where the pages stand."""

    controller: str
    campaign: str
    reached: str
    pages: str

    @property
    def page(self) -> str:
        """Return the address of the page of rights."""
        return f"{self.pages}/mes-donnees/{self.campaign}"


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and its subject."""

    subject: str
    text: str
    short: str = ""
    """The same in a text message, where it fits into one."""


def desk_of(processing: Processing, public_url: str) -> Desk:
    """Return who answers in this campaign; until somebody says how they are reached, it is by the page of rights."""
    own = next((one for one in list_controllers(processing) if one.own), None)
    desk = Desk(controller_named(processing)[0], str(processing.campaign), "", public_url.rstrip("/"))
    return replace(desk, reached=desk.page if own is None else own.rights_contact)


def write_letter(desk: Desk, row: Any, kind: str, told: Mapping[str, str]) -> Written:  # noqa: ANN401 - a row
    """Write a letter of one kind about a request; ``told`` fills the places that are its own."""
    language = row.language
    words = letters()[kind]
    places = {
        "controller": desk.controller,
        "reference": row.reference,
        "asked": label("kind", row.kind, language),
        "received": written_day(row.received_on, language),
        "due": written_day(row.due_on, language),
        "page": desk.page + ("" if language == "fr" else "?lang=en"),
        "reached": desk.reached,
        "remedies": letters()["remedies"][f"text_{language}"].strip().format(reached=desk.reached),
        **told,
    }
    text = words[f"text_{language}"].strip().format_map(places)
    short = words.get(f"short_{language}", "").format_map(places)
    return Written(words[f"subject_{language}"].format_map(places), text + "\n", short)


def send_letters(
    processing: Processing, desk: Desk, letters_to: Sequence[tuple[Told, Written]], *, texts: bool = False
) -> dict[str, int]:
    """Queue letters to whoever has an e-mail address; return the rows to note. Others are written to by post.

    ``texts``: short ones may go as a text message where there is a mobile only. No letter is tied to a person of the
    file, so that erasing one leaves the answer on its way.
    """
    queued = []
    for told, written in letters_to:
        to = told.correspondent
        if to.email:
            given: dict[str, Any] = {
                "medium": "email",
                "to": to.email,
                "subject": written.subject,
                "text": written.text,
            }
        elif texts and written.short and takes_texts(to.phone):
            given = {"medium": "sms", "to": to.phone, "text": written.short}
        else:
            continue
        queued.append(Letter(until=processing.at + _LIVES, sender=desk.controller, **given))
    return queue_letters(processing, queued)


def written_day(day: date | None, language: str) -> str:
    """Write a day as people read it."""
    if day is None:
        return "-"
    if language == "en":
        return f"{day.day} {_ENGLISH[day.month - 1]} {day.year}"
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first} {_MONTHS[day.month - 1]} {day.year}"


@cache
def letters() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of every letter."""
    return tomllib.loads((Path(__file__).parent / "letters.toml").read_text(encoding="utf-8"))
