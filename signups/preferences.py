"""Stop what was agreed to: by a link that anybody may ask for, by one click in a mail, by STOP to a text message.

Who asks for a link gets the same answer in the same time: the address is looked up by a worker afterwards.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.channels import ALL
from consent.evidence import Method
from consent.incoming import let_nobody_in, take_turns
from consent.listing import has_evidence
from consent.receipts import Form, agreed_cells, make_receipt
from contacts.find import find_holders
from contacts.reveal import reveal_contacts
from crypto.normalise import email, phone
from jobs.enqueue import enqueue_tasks
from kernel.errors import Invalid
from kernel.identity import PersonId, random_uuid
from messages.queue import queue_letters
from signups.begin import BadWish
from signups.boxes import boxes, is_list
from signups.evidence import oppose, standing_channels, stop_channels
from signups.letters import Language, desk_of, rights_link, rights_page, way_out, write_letter
from signups.links import Link, Use, read_link, sign_link
from signups.store import delete_signup, find_signup, insert_signup
from signups.wish import STOP_SOME, Wish, open_wish, seal_wish

ANSWER = "preference.answer"
"""The kind of task that looks an address up, and writes to it if somebody known has it."""
_WAITS = timedelta(days=1)
_NAMES = frozenset({"last_name", "usage_name", "first_names", "birth_date", "address"})
_NAMED_BY: Mapping[str, frozenset[str]] = {
    "email": frozenset({"email"}),
    "online_targeting": frozenset({"email", "phone"}),
    "sms": frozenset({"phone"}),
    "call": frozenset({"phone"}),
    "post": _NAMES,
}
"""The data by which somebody who stops a channel is known again."""
_MOST_LINKS = 10
"""More contacts than a family under one address: it stands for none of them, and ten links are enough."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one person may still be sent; all that a link shows."""

    link: Link
    channels: tuple[str, ...]
    said: bool
    """Whether there is anything that a receipt could tell."""
    agrees: bool
    """Whether a receipt could tell of anything agreed to."""


def ask_link(processing: Processing, wish: Wish) -> None:
    """Ask for a link; whether anybody has that address is not looked at here. Raises BadWish."""
    if email(wish.email) is None:
        raise BadWish(["email"])
    asked = random_uuid()
    values = {
        "campaign_id": processing.campaign,
        "id": asked,
        "wish": STOP_SOME,
        "sealed": seal_wish(processing.keys, asked, wish),
        "asked_at": processing.at,
        "expires_at": processing.at + _WAITS,
    }
    counts = {"signup.insert": insert_signup(processing, values)}
    counts |= enqueue_tasks(processing, ANSWER, [{"signup": str(asked)}])
    processing.note(Note(event=Event.PREFERENCE_ASKED, counts=counts))


def answer_link(processing: Processing, signup: str, public_url: str) -> None:
    """Write a link to whoever is known under an address that asked for one; to nobody else."""
    row = find_signup(processing, UUID(signup), STOP_SOME)
    if row is None:
        processing.note(Note(event=Event.PREFERENCE_ANSWERED, counts={}))
        return
    wish, desk, until = open_wish(processing.keys, row), desk_of(processing, public_url), processing.at + _WAITS
    counts = {"signup.read": 1, "signup.delete": delete_signup(processing, row.id)}
    links = [
        desk.address("preferences", sign_link(processing.keys, person, Use.PREFERENCES, processing.at))
        for person in find_holders(processing, ("email", wish.email))[:_MOST_LINKS]
    ]
    told = {"link": "\n".join(links), "rights": rights_page(desk, wish.language)}
    letters = [write_letter(desk, "preferences", wish.language, told, to=wish.email, until=until) for _ in links[:1]]
    counts |= queue_letters(processing, letters)
    processing.note(Note(event=Event.PREFERENCE_ANSWERED, counts=counts))


def show_preferences(processing: Processing, text: str) -> Preferences:
    """Return what a link's person may still be sent. Raises DeadLink."""
    link = read_link(processing.keys, text, Use.PREFERENCES, processing.at)
    channels = standing_channels(processing, link.person)
    said = has_evidence(processing, link.person)
    processing.note(Note(event=Event.PREFERENCE_SHOWN, counts={}))
    return Preferences(link, channels, said, agrees=bool(agreed_cells(processing, link.person)))


def write_receipt(processing: Processing, text: str, form: Form, language: Language) -> dict[str, Any]:
    """Write the receipt that a link's person keeps; it names nobody. Raises DeadLink, NotFound for nothing."""
    link = read_link(processing.keys, text, Use.PREFERENCES, processing.at)
    return make_receipt(processing, link.person, form, language=language)


def stop_some(processing: Processing, text: str, kept: Collection[str] | None) -> None:
    """Stop at once whatever a link's person does not keep, and everything for None. Raises DeadLink.

    Whoever keeps a list of subscribers stops e-mails only if they had agreed to them: lists end with all e-mail.
    """
    link = read_link(processing.keys, text, Use.PREFERENCES, processing.at)
    if kept is None:
        _stop(processing, link.person, None)
        return
    standing = standing_channels(processing, link.person)
    stopped = {*boxes(), *standing}.difference(kept)
    if "email" not in standing and any(map(is_list, set(standing).intersection(kept))):
        stopped.discard("email")
    _stop(processing, link.person, stopped)


def unsubscribe(processing: Processing, text: str, *, everything: bool) -> None:
    """Stop e-mails to a link's person at once, or everything; done again, it changes nothing. Raises DeadLink."""
    link = read_link(processing.keys, text, Use.UNSUBSCRIBE, processing.at)
    _stop(processing, link.person, None if everything else ("email",))


def stop_by_text(processing: Processing, number: str) -> None:
    """Stop text messages to a number at once, whoever has it, known or not. Raises Invalid for what is no number."""
    if phone(number) is None:
        message = "this is no telephone number"
        raise Invalid(message)
    datum = ("phone", number)
    let_nobody_in(processing)
    stop_channels(processing, find_holders(processing, datum), ("sms",), Method.STOP)
    oppose(processing, [datum], "sms")
    processing.note(Note(event=Event.PREFERENCE_CHANGED, counts={}, free={"by": Method.STOP.value}))


def _stop(processing: Processing, person: PersonId, channels: Collection[str] | None) -> None:
    """Withdraw what was agreed to, and keep an opposition by the person's own data, so that no import undoes it."""
    take_turns(processing)
    (contact,) = reveal_contacts(processing, [person])
    if contact is not None:  # Else it was erased, and nothing is left to stop.
        data = [(datum.field, datum.value) for datum in contact.data]
        stop_channels(processing, [person], channels, Method.LINK)
        if channels is None:
            oppose(processing, data, ALL)
        for channel in set(channels or ()) & _NAMED_BY.keys():
            oppose(processing, [datum for datum in data if datum[0] in _NAMED_BY[channel]], channel)
    told = None if channels is None else sorted(channels)
    free = {"by": Method.LINK.value, "channels": told}
    processing.note(Note(event=Event.PREFERENCE_CHANGED, counts={}, free=free))


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What a mail to one person bears: the address that stops e-mails, and the one that leads to their rights."""

    unsubscribe: str = field(repr=False)
    rights: str = field(repr=False)


def write_ways_out(processing: Processing, persons: Sequence[PersonId], public_url: str) -> list[WaysOut]:
    """Return what mails to these persons bear, for a tool that mails them; nothing is read."""
    desk = desk_of(processing, public_url)
    links = [WaysOut(way_out(processing, desk, person)[0], rights_link(processing, desk, person)) for person in persons]
    processing.note(Note(event=Event.PREFERENCE_LINKED, counts={}, free={"links": len(links)}))
    return links
