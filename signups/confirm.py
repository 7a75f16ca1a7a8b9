"""Confirm a sign-up: the mailbox answered, so the contact is recorded and what was agreed to is kept as evidence."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.incoming import let_in
from contacts.declare import NewOrigin, declare_origin, origin_by_number
from contacts.record import record_contacts
from contacts.registries import origins_of
from kernel.errors import Unopenable
from kernel.identity import PersonId
from messages.letter import Letter
from messages.queue import queue_letters
from policy.draft import Origin
from policy.findings import Refusal
from signups.begin import ORIGIN_KIND, draft_of
from signups.boxes import box_of
from signups.evidence import Agreed, keep_agreed
from signups.letters import Desk, desk_of, rights_link, way_out, write_letter, write_text_message
from signups.links import DeadLink, Ticket, digest_of
from signups.store import delete_signup, find_signup
from signups.wish import PURPOSE, SIGN_UP, Wish, open_wish

_LETTER_LIVES = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who is confirmed, and to what they agreed."""

    person: PersonId
    channels: tuple[str, ...]
    notice: int


def confirm_signup(processing: Processing, ticket: Ticket, public_url: str, *, texts: bool) -> Confirmed:
    """Confirm what waits behind a link, once. ``texts`` tells whether there is a gateway of text messages.

    Raises DeadLink; Refusal where the law has changed meanwhile.
    """
    row = find_signup(processing, ticket.signup, SIGN_UP)
    if row is None or not _fits(processing, row, ticket) or row.expires_at <= processing.at:
        raise DeadLink
    wish = open_wish(processing.keys, row)
    counts = {"signup.read": 1, "signup.delete": delete_signup(processing, ticket.signup)}
    confirmed = confirm_wish(processing, wish, asked_at=row.asked_at, notice=row.notice, signup=str(ticket.signup))
    desk = desk_of(processing, public_url)
    letters = _letters(processing, desk, wish, confirmed, texts=texts)
    counts |= queue_letters(processing, letters)
    free = {"channels": list(confirmed.channels), "notice": confirmed.notice}
    processing.note(Note(event=Event.SIGNUP_CONFIRMED, counts=counts, free=free))
    return confirmed


def confirm_wish(processing: Processing, wish: Wish, *, asked_at: datetime, notice: int, signup: str) -> Confirmed:
    """Record the contact, or complete the one it is, and keep what was agreed to. Raises Refusal."""
    let_in(processing)
    recorded = record_contacts(processing, [draft_of(wish, _origin_of_today(processing))])[0]
    if recorded.person is None:
        raise Refusal(recorded.findings)
    agreed = Agreed(
        person=recorded.person,
        boxes=tuple(box_of(channel) for channel in wish.channels),
        notice=notice,
        asked_at=asked_at,
        given_at=processing.at,
        source=signup,
        canvasser=wish.canvasser,
    )
    keep_agreed(processing, agreed)
    return Confirmed(recorded.person, wish.channels, notice)


def _fits(processing: Processing, row: Any, ticket: Ticket) -> bool:  # noqa: ANN401 - a row
    try:
        key = processing.keys.at(PURPOSE, row.secret_version)
    except Unopenable:
        return False
    return hmac.compare_digest(bytes(row.secret_digest), digest_of(key, ticket))


def _origin_of_today(processing: Processing) -> Origin:
    """Return the origin of what comes by the form today, declared with the first sign-up of the day."""
    for one in origins_of(processing):
        if one.kind == ORIGIN_KIND and one.obtained_on == processing.today and not one.synthetic:
            return origin_by_number(processing, one.number)
    return declare_origin(processing, NewOrigin(kind=ORIGIN_KIND, obtained_on=processing.today))


def _letters(processing: Processing, desk: Desk, wish: Wish, confirmed: Confirmed, *, texts: bool) -> list[Letter]:
    until = processing.at + _LETTER_LIVES
    address, headers = way_out(processing, desk, confirmed.person)
    agreed = [box_of(channel).short for channel in confirmed.channels]
    told = {
        "agreed": "\n".join(f"- {one.fr if wish.language == 'fr' else one.en}" for one in agreed),
        "unsubscribe": address,
        "preferences": desk.address("preferences"),
        "notice": desk.address("notices", str(confirmed.notice)),
        "rights": rights_link(processing, desk, confirmed.person),
    }
    text = partial(write_text_message, desk, to=wish.phone, until=until, person=confirmed.person)
    if not wish.email:
        return [text("text_confirmed", wish.language, told)]
    letter = write_letter(
        desk, "confirmed", wish.language, told, to=wish.email, until=until, person=confirmed.person, headers=headers
    )
    return [letter, text("text_message", wish.language, told)] if "sms" in confirmed.channels and texts else [letter]
