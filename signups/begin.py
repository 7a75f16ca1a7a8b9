"""Begin a sign-up: what was typed waits sealed until its owner answers; the same for whoever is known and is not.

Nothing of the file is read here, so that neither the answer nor the time it takes can tell who is in it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from accounts.staff.lookup import who_acts
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.record import ask_the_law
from crypto.normalise import email, phone, takes_texts
from kernel.errors import Invalid, NotFound
from kernel.identity import random_uuid
from messages.queue import queue_letters
from notices.publish import newest_notice
from policy.draft import Draft, Origin
from signups.boxes import box_of
from signups.forms import list_forms
from signups.letters import Desk, desk_of, rights_page, write_letter, write_text_message
from signups.links import Ticket, digest_of, new_ticket
from signups.store import insert_signup
from signups.wish import ADDRESS, PURPOSE, SIGN_UP, Wish, seal_wish

VALID = timedelta(days=7)
CATEGORY, ORIGIN_KIND = "regular", "newsletter"
"""Whoever asks to be kept informed is a regular contact by that act (CNIL): the law knows the origin that proves it."""
_STAFF = "staff_account.read"
_LONGEST = {"first_names": 100, "last_name": 100, "phone": 40, "email": 254, "street": 200, "postcode": 20, "city": 100}


class BadWish(Invalid):
    """Say which fields of the page must be filled in otherwise; never what stood in them."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(f"fill in otherwise: {', '.join(fields)}")
        self.fields = tuple(fields)


def begin_signup(
    processing: Processing, wish: Wish, public_url: str, *, texts: bool, asked_at: datetime | None = None
) -> None:
    """Keep a wish until its mailbox confirms it, or its telephone where no mailbox was named.

    ``texts`` tells whether there is a gateway of text messages; ``asked_at`` when it was written on paper, where that
    was before now. Raises BadWish; NotFound where no form is open, or nobody knocks.
    """
    forms, notice = list_forms(processing), newest_notice(processing)
    if not forms or not forms[-1].is_open or notice is None:
        message = "no form is open here"
        raise NotFound(message)
    staff = _who_knocked(processing, wish)
    faults = list(dict.fromkeys(_faults(wish, forms[-1].boxes, texts=texts))) or _refused(processing, wish)
    if faults:
        raise BadWish(faults)
    ticket = new_ticket(processing.campaign, random_uuid())
    key = processing.keys.active(PURPOSE)
    values = {
        "campaign_id": processing.campaign,
        "id": ticket.signup,
        "wish": SIGN_UP,
        "sealed": seal_wish(processing.keys, ticket.signup, wish),
        "secret_version": key.version,
        "secret_digest": digest_of(key, ticket),
        "notice": notice.number,
        "asked_at": asked_at or processing.at,
        "expires_at": processing.at + VALID,
    }
    counts = staff | {"signup.insert": insert_signup(processing, values)}
    desk = desk_of(processing, public_url)
    counts |= _ask_to_confirm(processing, desk, wish, ticket, notice.number)
    processing.note(Note(event=Event.SIGNUP_BEGUN, counts=counts, free={"notice": notice.number}))


def draft_of(wish: Wish, origin: Origin) -> Draft:
    """Return the contact that a wish proposes."""
    agreed = frozenset(box_of(channel).category for channel in wish.channels)
    return Draft(category=CATEGORY, origin=origin, data=wish.data, consents=agreed)


def _who_knocked(processing: Processing, wish: Wish) -> dict[str, int]:
    """See that whoever is said to have knocked is of the team; return the rows to note."""
    if not wish.canvasser:
        return {}
    before = processing.reads().get(_STAFF, 0)
    if wish.canvasser not in who_acts(processing):
        message = "nobody of that id is of the team"
        raise NotFound(message)
    return {_STAFF: processing.reads()[_STAFF] - before}


def _ask_to_confirm(processing: Processing, desk: Desk, wish: Wish, ticket: Ticket, notice: int) -> dict[str, int]:
    told = {"link": desk.address("confirmation", ticket.written()), "notice": desk.address("notices", str(notice))}
    told["rights"] = rights_page(desk, wish.language)
    until = processing.at + VALID
    if wish.email:
        letter = write_letter(desk, "confirm", wish.language, told, to=wish.email, until=until)
    else:
        letter = write_text_message(desk, "text_confirm", wish.language, told, to=wish.phone, until=until)
    return queue_letters(processing, [letter])


def _faults(wish: Wish, shown: Sequence[str], *, texts: bool) -> Iterator[str]:
    asked = {box_of(channel).asks for channel in wish.channels if channel in shown}
    reached = texts and not wish.email and takes_texts(wish.phone)
    if email(wish.email) is None and (not reached or "email" in asked):
        yield "email"
    if not wish.channels or not set(wish.channels) <= set(shown):
        yield "channels"
    if (wish.phone or "phone" in asked) and phone(wish.phone) is None:
        yield "phone"
    if "address" in asked:
        yield from (name for name in ADDRESS if not getattr(wish, name))
    if bool(wish.first_names) != bool(wish.last_name):
        yield "last_name" if wish.first_names else "first_names"
    yield from (name for name, most in _LONGEST.items() if len(str(getattr(wish, name))) > most)


def _refused(processing: Processing, wish: Wish) -> list[str]:
    """Ask the law about what was typed, as a contact that nobody knows yet."""
    origin = Origin(kind=ORIGIN_KIND, obtained_on=processing.today, number=0)
    grounds = ask_the_law(processing, [draft_of(wish, origin)])
    fields = [finding.field.partition(".")[0] for finding in grounds.findings[0]]
    shown = {"*": "last_name", "address": "street"}
    return list(dict.fromkeys(shown.get(one, one) for one in fields))
