"""Ask a person once whether they stay, and take their yes: their own act, from which their time begins anew.

The question is a link of one use, as a sign-up's is: opening it does nothing, only the button behind it does. What
waits for it holds the contact's random id, sealed, and no address.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.evidence import Indicated, Method, NewEvidence
from consent.lasting import asked_since
from consent.record import record_evidence
from contacts.reveal import reveal_contacts
from kernel.errors import NotFound, Unopenable
from kernel.identity import PersonId, random_uuid
from messages.letter import Letter
from messages.queue import queue_letters
from notices.words import day
from policy.standing import Action
from signups.evidence import channels_of
from signups.letters import Desk, desk_of, way_out, write_letter
from signups.links import DeadLink, Ticket, digest_of, new_ticket
from signups.store import delete_signup, find_signup, insert_signup
from signups.wish import PURPOSE as KEY
from signups.wish import STAY, Wish, open_wish, seal_wish

PURPOSE = "email_campaign"
CHANNEL = "email"
_AGAIN = timedelta(days=90)
"""Whoever was asked so lately is not asked again: one message is all that the law lets us send."""


def ask_to_stay(processing: Processing, due: Mapping[PersonId, date], public_url: str) -> int:
    """Write once to each of these persons who agreed to e-mails, with the day on which they leave; return to how many.

    Whoever refused since, was asked already, or left no address is not written to.
    """
    if not due:
        return 0
    asked = asked_since(processing, list(due), processing.at - _AGAIN)
    agreed = channels_of(processing, [one for one in due if one not in asked])
    persons = [one for one, channels in agreed.items() if CHANNEL in channels]
    addresses = _addresses(processing, persons)
    desk = desk_of(processing, public_url)
    letters = [_ask(processing, desk, one, address, due[one]) for one, address in addresses.items()]
    counts = {"consent_evidence.read": len(asked), "signup.insert": len(letters), **queue_letters(processing, letters)}
    processing.note(Note(event=Event.RETENTION_ASKED, counts=counts))
    if addresses:
        record_evidence(processing, [_asked(processing, one) for one in addresses])
    return len(letters)


def confirm_stay(processing: Processing, ticket: Ticket) -> None:
    """Take a person's yes behind a link, once. Raises DeadLink, also where they were erased meanwhile."""
    row = find_signup(processing, ticket.signup, STAY)
    if row is None or row.expires_at <= processing.at:
        raise DeadLink
    try:
        key = processing.keys.at(KEY, row.secret_version)
    except Unopenable:
        raise DeadLink from None
    if not hmac.compare_digest(bytes(row.secret_digest), digest_of(key, ticket)):
        raise DeadLink
    person = open_wish(processing.keys, row).contact
    counts = {"signup.read": 1, "signup.delete": delete_signup(processing, ticket.signup)}
    processing.note(Note(event=Event.SIGNUP_CONFIRMED, counts=counts, free={"stays": True}))
    yes = NewEvidence(
        person=person,
        purpose=PURPOSE,
        channel=CHANNEL,
        action=Action.RENEWED,
        occurred_at=processing.at,
        indicated_by=Indicated.PERSON,
        method=Method.LINK,
    )
    try:
        record_evidence(processing, [yes], own_form=True)
    except NotFound:
        raise DeadLink from None


def _addresses(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, str]:
    shown = reveal_contacts(processing, persons, only={"email"}) if persons else []
    found = {one.person: [datum.value for datum in one.data] for one in shown if one is not None}
    return {person: values[0] for person, values in found.items() if values}


def _ask(processing: Processing, desk: Desk, person: PersonId, address: str, last: date) -> Letter:
    ticket, key = new_ticket(processing.campaign, random_uuid()), processing.keys.active(KEY)
    until = datetime.combine(last + timedelta(days=1), time(), UTC)
    wish = Wish(email="", language="fr", person=str(person))
    insert_signup(
        processing,
        {
            "campaign_id": processing.campaign,
            "id": ticket.signup,
            "wish": STAY,
            "sealed": seal_wish(processing.keys, ticket.signup, wish),
            "secret_version": key.version,
            "secret_digest": digest_of(key, ticket),
            "asked_at": processing.at,
            "expires_at": until,
        },
    )
    link, headers = way_out(processing, desk, person)
    told = {"link": desk.address("rester", ticket.written()), "day_fr": day(last).fr, "day_en": day(last).en}
    return write_letter(
        desk,
        "stay",
        "fr",
        told | {"unsubscribe": link},
        to=address,
        until=min(until, processing.at + timedelta(days=7)),
        person=person,
        headers=headers,
    )


def _asked(processing: Processing, person: PersonId) -> NewEvidence:
    return NewEvidence(
        person=person,
        purpose=PURPOSE,
        channel=CHANNEL,
        action=Action.REQUESTED,
        occurred_at=processing.at,
        indicated_by=Indicated.SYSTEM,
        method=Method.TERM,
    )
