"""What a person is told when they are erased: what stays and why, who was told, from when no backup opens.

Written in the transaction that erases, before the address goes: no certificate without an erasure, no erasure without
its certificate. The message keeps the address until it is handed over, a week at most, under a key of its own.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from attachments.kinds import TERMS
from attachments.listing import export_attachments
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import list_controllers
from consent.channels import ALL
from consent.listing import has_evidence
from contacts.reveal import reveal_contacts
from holdings.orders import Language, Order
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from messages.letter import Letter
from messages.queue import queue_letters
from notices.words import day
from policy.edition import Compartment as Law
from policy.retention import archived_until
from signups.evidence import oppose

_DELIVERY = timedelta(days=7)
_ALWAYS = ("ledger", "log")
"""Compartments that every erasure leaves something in."""
_LANGUAGES: tuple[Language, ...] = ("fr", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A compartment that an erasure leaves, restricted: by which letter of art. 17(3), and until when."""

    compartment: str
    label_fr: str
    label_en: str
    letter: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of one person: what stays, whom we told, from which day on no backup opens, and the certificate."""

    person: PersonId
    kept: tuple[Kept, ...]
    recipients: tuple[str, ...]
    backups_until: date
    sent: bool
    """Whether the certificate went to an address of the person's; else it goes by post."""
    certificate: str = field(repr=False)


_Told = tuple[Sequence[Kept], Sequence[str], date, str]
"""What stays, who was told, from when no backup opens, and which words tell of the objection."""


def take_leave(processing: Processing, order: Order, recipients: Sequence[str], rotation: timedelta) -> Erased | None:
    """Keep the person's objection, and write to them; None where nobody is there any more.

    Whose contact does not open is erased all the same: their certificate goes by post.
    """
    unopened: list[PersonId] = []
    (contact,) = reveal_contacts(processing, [order.person], unopened=unopened)
    if contact is None and not unopened:
        return None
    data = [] if contact is None else [(one.field, one.value) for one in contact.data]
    opposed = order.opposes and oppose(processing, data, ALL)
    kept = _kept(processing, order, opposed=opposed)
    until = processing.today + rotation
    controller = _controller(processing)
    text = _certificate(processing, order, (kept, recipients, until, _objection(order, opposed=opposed)), controller)
    address = next((value for name, value in data if name == "email"), None)
    counts = (
        {} if address is None else queue_letters(processing, [_letter(processing, order, address, text, controller)])
    )
    processing.note(Note(event=Event.ERASURE_CERTIFIED, counts=counts, free={"backups_until": str(until)}))
    return Erased(
        person=order.person,
        kept=kept,
        recipients=tuple(recipients),
        backups_until=until,
        sent=address is not None,
        certificate=text,
    )


def _objection(order: Order, *, opposed: bool) -> str:
    """Name the words that say what became of the objection."""
    if not order.opposes:
        return "not_opposes"
    return "opposes" if opposed else "unknown"


def _kept(processing: Processing, order: Order, *, opposed: bool) -> tuple[Kept, ...]:
    """Ask the pack of each compartment that holds something of the person."""
    held = {*_ALWAYS, *(("opposition",) if opposed else ())}
    if has_evidence(processing, order.person):
        held.add("evidence")
    for one in export_attachments(processing, [order.person]).get(order.person, ()):
        held.add(TERMS[one.kind].erasure)
    keys = open_person_keys(processing, [order.person], Compartment.RIGHTS)
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"person_key.read": len(keys)}))
    held |= {"rights"} if keys else set()
    found = [(one, one.letter(order.ground)) for name, one in processing.edition.compartments.items() if name in held]
    return tuple(_stays(processing, one, letter) for one, letter in found if letter is not None)


def _stays(processing: Processing, one: Law, letter: str) -> Kept:
    rule = processing.edition.rules[f"erasure.{one.id}"]
    line = processing.edition.retention[one.retention or ""]
    return Kept(
        compartment=one.id,
        label_fr=rule.label_fr,
        label_en=rule.label_en,
        letter=letter,
        until=archived_until(line, processing.today),
    )


def _letter(processing: Processing, order: Order, address: str, text: str, controller: str) -> Letter:
    subject = _words()[order.language]["subject"].format(controller=controller)
    until = processing.at + _DELIVERY
    return Letter(medium="email", to=address, text=text, until=until, sender=controller, subject=subject)


def _certificate(processing: Processing, order: Order, told: _Told, controller: str) -> str:
    """Write the certificate in both languages, the person's first."""
    ordered = sorted(_LANGUAGES, key=lambda one: one != order.language)
    parts = [_text(processing, language, told, order, controller) for language in ordered]
    return "\n--\n\n".join(parts)


def _text(
    processing: Processing,
    language: Language,
    told: _Told,
    order: Order,
    controller: str,
) -> str:
    words, (kept, recipients, until, objection) = _words()[language], told
    lines = [
        f"- {_label(one, language)} (art. 17(3)({one.letter})), {words['until']} {_day(one.until, language)}"
        for one in kept
    ]
    parts = {
        "controller": controller,
        "day": _day(processing.today, language),
        "ground": f"art. 17(1)({processing.edition.grounds[order.ground]})",
        "kept": "\n".join(lines),
        "recipients": "\n".join(f"- {one}" for one in recipients) or words["nobody"],
        "until": _day(until, language),
        "objection": words[objection],
    }
    return str(words["text"]).strip().format_map(parts) + "\n"


def _label(one: Kept, language: Language) -> str:
    return one.label_fr if language == "fr" else one.label_en


def _day(on: date, language: Language) -> str:
    told = day(on)
    return told.fr if language == "fr" else told.en


def _controller(processing: Processing) -> str:
    return next(one.name for one in list_controllers(processing) if one.own)


@cache
def _words() -> Any:  # noqa: ANN401 - what the file says
    return tomllib.loads((Path(__file__).parent / "certificate.toml").read_text(encoding="utf-8"))
