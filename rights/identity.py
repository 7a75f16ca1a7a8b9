"""Establish who asks, by as little as is enough; an address that several persons share opens nothing by itself."""

import hmac
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.find import find_holders
from contacts.restrict import who_is_restricted
from contacts.reveal import reveal_contacts
from crypto.normalise import email, phone
from jobs.enqueue import enqueue_tasks
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId
from rights.course import OPEN, Act, NotNow, State
from rights.letters import Written, desk_of, send_letters, write_letter
from rights.move import READ, Opened, add_step, came_before, move, note_move, open_request
from rights.paper import address_on_file
from rights.store import change_request, open_twin_of
from rights.words import ESTABLISHED, Asker, Identity, Kind

MATCH = "rights_request.match"
"""The kind of task that looks up whose address a confirmed mailbox is."""
CODE_SIGNS = 8
_POSTED_LIVES = timedelta(days=30)
_MOST_TRIES = 5
_KEY = "signup"
_MAILED = {"email": email, "phone": phone}


@dataclass(frozen=True, slots=True)
class PostedCode:
    """A letter to print and post, with the code in it; it is shown this once."""

    to: tuple[str, ...] = field(repr=False)
    letter: Written = field(repr=False)
    until: datetime


def confirm_identity(
    processing: Processing, request: UUID, means: Identity, *, contact: PersonId | None, words: str, public_url: str
) -> None:
    """Say that somebody of the staff is satisfied of who asks, how, and whose file it is; that may be told later.

    Raises Invalid, NotNow.
    """
    if means not in ESTABLISHED:
        raise Invalid(f"an identity is established by {', '.join(sorted(ESTABLISHED))}")
    if not words.strip():
        raise Invalid("say in a few words what was enough")
    opened = open_request(processing, request)
    row = opened.row
    known = row.identity in ESTABLISHED and row.contact_id is not None and contact in {None, row.contact_id}
    if known and row.state in {State.IN_PROGRESS, State.EXTENDED}:
        raise NotNow("who asks is established, and whose file it is")
    if contact is not None:
        _check_contact(processing, contact)
    _confirm(processing, opened, means, contact or opened.row.contact_id, words, public_url, Counter(READ))


def _check_contact(processing: Processing, contact: PersonId) -> None:
    there = who_is_restricted(processing, [contact])
    processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts={"contact.read": len(there)}))
    if not there:
        raise NotFound("no such contact in this campaign")


def confirm_by_link(processing: Processing, request: UUID, contact: PersonId, public_url: str) -> None:
    """Take a link that we signed for one person as proof of who asks, where nobody else has that person's addresses.

    A mail to an address that several persons share is read by all of them: there the staff establishes who asks.
    """
    opened = open_request(processing, request)
    if _is_shared(processing, contact):
        processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts=READ))
        return
    _confirm(processing, opened, Identity.LINK, contact, "", public_url, Counter(READ))


def _is_shared(processing: Processing, contact: PersonId) -> bool:
    """Tell whether somebody else has an address by which a message may have reached a person."""
    (shown,) = reveal_contacts(processing, [contact])
    known = [] if shown is None else [(one.field, one.value) for one in shown.data if one.field in _MAILED]
    data = [(name, value) for name, value in known if _MAILED[name](value)]  # No message reaches what is no address.
    return any(find_holders(processing, datum) not in ([], [contact]) for datum in data)


def _confirm(
    processing: Processing,
    opened: Opened,
    means: Identity,
    contact: UUID | None,
    words: str,
    public_url: str,
    counts: Counter[str],
) -> None:
    more: Mapping[str, Any] = {"identity": means.value, "contact_id": contact}
    opened, moved = move(processing, opened, Act.CONFIRM, reason=means.value, words=words, more=more)
    note_move(processing, Act.CONFIRM, counts + Counter(moved), reason=means.value)
    if contact is not None:
        _link(processing, opened, PersonId(contact), public_url)


def _link(processing: Processing, opened: Opened, contact: PersonId, public_url: str) -> None:
    """Join the later of two requests in which a person asks the same for themselves to the first, and say so.

    The first keeps its clock, whichever of them was identified first. Who asks for another is answered on their own,
    and a request of somebody not identified joins none and is joined by none: its asker would learn of this person's.
    """
    row = opened.row
    may_join = row.kind != Kind.RECTIFICATION and row.asker == Asker.SELF
    states = OPEN - {State.AWAITING_IDENTITY}
    twin = open_twin_of(processing, contact, row, states, ESTABLISHED) if may_join else None
    counts = Counter({"rights_request.read": 0 if twin is None else 1})
    if twin is None:
        processing.note(Note(event=Event.RIGHTS_REQUEST_LISTED, counts=counts))
        return
    later, first = opened, twin
    if came_before(row, twin) and twin.state != State.DECIDED:
        later, first = open_request(processing, twin.id), row
        counts += Counter(READ)
    later, moved = move(processing, later, Act.LINK, more={"first_id": first.id})
    desk = desk_of(processing, public_url)
    letter = write_letter(desk, later.row, "link", {"first": first.reference})
    counts += Counter(moved) + Counter(send_letters(processing, desk, [(later.told, letter)]))
    note_move(processing, Act.LINK, counts)


def doubt_identity(
    processing: Processing, request: UUID, *, why: str, question: str, public_url: str, document: bool = False
) -> None:
    """Record a reasonable doubt and ask one thing: only now may a document be asked for, and the clock stands.

    ``document``: that thing is a document, to be given on the page. Raises Invalid without a reason and a question,
    NotNow.
    """
    if not why.strip() or not question.strip():
        raise Invalid("a doubt has a reason, and asks for one thing")
    opened = open_request(processing, request)
    words = f"{why.strip()}\n{question.strip()}"
    more = {"document_asked": document}
    opened, moved = move(processing, opened, Act.DOUBT, reason="identity_required", words=words, more=more)
    desk, kind = desk_of(processing, public_url), "doubt_document" if document else "doubt"
    letter = write_letter(desk, opened.row, kind, {"why": why.strip(), "question": question.strip()})
    sent = send_letters(processing, desk, [(opened.told, letter)])
    note_move(processing, Act.DOUBT, Counter(READ) + Counter(moved) + Counter(sent), reason="identity_required")


def confirm_mailbox(processing: Processing, request: UUID) -> None:
    """Note that whoever asks reads the address that was typed; whose it is, a worker looks up."""
    opened = open_request(processing, request)
    counts = Counter(READ)
    if opened.row.identity is None:
        counts += Counter({"rights_request.update": 1})
        change_request(processing, request, {"identity": Identity.MAILBOX.value})
        counts += Counter(add_step(processing, opened, "confirm_mailbox"))
        counts += Counter(enqueue_tasks(processing, MATCH, [{"request": str(request)}]))
    processing.note(Note(event=Event.RIGHTS_REQUEST_IDENTIFIED, counts=counts, free={"means": Identity.MAILBOX.value}))


def match_request(processing: Processing, request: UUID, public_url: str) -> None:
    """Look up whose the confirmed address is; where it is one person's alone, they are who asks. Done again, nothing.

    Nobody's, or several persons': the staff finds out by something that only one of them knows.
    """
    opened = open_request(processing, request)
    row = opened.row
    waits = row.identity == Identity.MAILBOX and row.state in {State.RECEIVED, State.AWAITING_DETAILS}
    person = opened.told.correspondent
    if not waits or person != opened.told.person:
        processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts=READ))
        return
    datum = ("email", person.email) if person.email else ("phone", person.phone)
    holders = find_holders(processing, datum)
    alone = holders[0] if len(holders) == 1 else None
    if alone is None or row.contact_id not in {None, alone}:
        processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts=READ))
        return
    _confirm(processing, opened, Identity.CODE, alone, "", public_url, Counter(READ))


def post_code(processing: Processing, request: UUID, public_url: str, *, contact: PersonId | None = None) -> PostedCode:
    """Draw a code to be posted to the address in the file, for who left neither e-mail nor number.

    Never to the address that was typed: whoever typed it lives there. ``contact``: whose file the staff found, where
    the request does not say it yet. The code is kept as a digest only; another one drawn makes it void. Raises Invalid
    where no file is named or it holds no postal address, NotFound, Conflict.
    """
    opened = open_request(processing, request)
    waits = {State.RECEIVED, State.AWAITING_IDENTITY, State.AWAITING_DETAILS, State.EXTENDED}
    if opened.row.state not in waits or opened.row.identity in ESTABLISHED:  # Else another's file were named unproven.
        raise Conflict("this request waits for no code")
    whose = contact or opened.row.contact_id
    if whose is None:
        raise Invalid("say whose file it is: a code goes to the address in the file, not to the one that was typed")
    to = address_on_file(processing, PersonId(whose))
    code, until = new_code(), processing.at + _POSTED_LIVES
    values = {"posted_digest": _digest(processing, request, code), "posted_until": until, "posted_tries": 0}
    values |= {"contact_id": whose}
    counts = Counter(READ) + Counter({"rights_request.update": change_request(processing, request, values)})
    counts += Counter(add_step(processing, opened, "post_code"))
    processing.note(Note(event=Event.RIGHTS_REQUEST_POSTED, counts=counts))
    letter = write_letter(desk_of(processing, public_url), opened.row, "posted", {"code": written_code(code)})
    return PostedCode(to, letter, until)


def try_posted_code(processing: Processing, request: UUID, code: str, public_url: str) -> bool:
    """Try the code that was posted, five times at most; the right one proves who asks. Return whether it was right."""
    opened = open_request(processing, request)
    row, counts = opened.row, Counter(READ)
    live = row.posted_digest is not None and row.posted_until > processing.at and row.posted_tries < _MOST_TRIES
    held = row.posted_digest if live else secrets.token_bytes(32)
    right = hmac.compare_digest(held, _digest(processing, request, read_code(code))) and live
    values = {"posted_tries": row.posted_tries + 1} | ({"posted_digest": None} if right else {})
    counts += Counter({"rights_request.update": change_request(processing, request, values)})
    if not right or row.identity in ESTABLISHED:
        processing.note(Note(event=Event.RIGHTS_REQUEST_IDENTIFIED, counts=counts, free={"means": "post"}))
        return right
    _confirm(processing, opened, Identity.POST, row.contact_id, "", public_url, counts)
    return True


def new_code() -> str:
    """Draw a code of eight figures."""
    return f"{secrets.randbelow(10**CODE_SIGNS):0{CODE_SIGNS}}"


def read_code(text: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())[:CODE_SIGNS]


def written_code(code: str) -> str:
    """Write a code so that it is easily read over."""
    return f"{code[: CODE_SIGNS // 2]} {code[CODE_SIGNS // 2 :]}"


def _digest(processing: Processing, request: UUID, code: str) -> bytes:
    key = processing.keys.active(_KEY)
    return hmac.digest(key.secret, b"isoloir posted code\0" + request.bytes + code.encode(), "sha256")
