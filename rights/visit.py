"""A visit of the pages of rights: what was typed so far is sealed in its row, and a secret in a cookie leads to it.

Nothing of the file is looked up while somebody types. A visit holds for an hour; its secret is drawn anew once somebody
has proven who they are, so that one that was planted before opens nothing.
"""

import hmac
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.value import open_value, seal_value
from jobs.enqueue import enqueue_tasks
from kernel.errors import Unopenable
from kernel.identity import random_uuid
from rights.board import Whole, show_request
from rights.file import Language
from rights.identity import confirm_by_link, confirm_mailbox, new_code, read_code, try_posted_code, written_code
from rights.letters import desk_of, send_letters, write_letter, written_day
from rights.move import READ, open_request
from rights.receive import NewRequest, Received, receive_requests
from rights.reference import read_reference
from rights.store import change_visit, find_by_reference, find_visit, insert_visit
from signups.links import DeadLink, Ticket, digest_of, new_ticket

SEND_CODE = "rights_visit.send_code"
"""The kind of task that mails a code to who asks where their request stands, if there is such a request."""
LIVES = timedelta(hours=1)
_KEY = "signup"
_MOST_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a visit knows: what was typed, which request it is about, and whether that was proven."""

    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    form_secret: str = field(repr=False)
    """What a form must bring back: no other site knows it."""
    request: UUID | None = None
    reference: str = ""
    due: str = ""
    """By when who sends a request here is answered, as people read it."""
    code: str = field(default="", repr=False)
    proven: bool = False
    language: Language = "fr"


def begin_visit(processing: Processing, typed: Mapping[str, str], language: Language) -> tuple[Ticket, Visit]:
    """Begin a visit; return what its cookie carries."""
    ticket = new_ticket(processing.campaign, random_uuid())
    visit = Visit(typed=dict(typed), form_secret=secrets.token_urlsafe(24), language=language)
    key = processing.keys.active(_KEY)
    values = {
        "campaign_id": processing.campaign,
        "id": ticket.signup,
        "secret_version": key.version,
        "secret_digest": digest_of(key, ticket),
        "sealed": _sealed(processing, ticket.signup, visit),
        "tries": 0,
        "expires_at": processing.at + LIVES,
    }
    counts = {"rights_visit.insert": insert_visit(processing, values)}
    processing.note(Note(event=Event.RIGHTS_VISIT_BEGUN, counts=counts))
    return ticket, visit


def show_visit(processing: Processing, ticket: Ticket) -> Visit:
    """Return what a visit knows; nothing changes by it. Raises DeadLink."""
    _, visit = _found(processing, ticket)
    processing.note(Note(event=Event.RIGHTS_VISIT_SHOWN, counts={"rights_visit.read": 1}))
    return visit


def keep_typed(processing: Processing, ticket: Ticket, typed: Mapping[str, str]) -> Visit:
    """Keep what was typed on one more page. Raises DeadLink."""
    _, visit = _found(processing, ticket)
    visit = replace(visit, typed={**visit.typed, **typed})
    _keep(processing, ticket, visit)
    return visit


def send_request(processing: Processing, ticket: Ticket, new: NewRequest, public_url: str, *, texts: bool) -> Received:
    """Take in what was typed, and send a code to the address that was typed, whoever has it. Raises Invalid, DeadLink.

    Whoever came by a link that we signed needs no code. ``texts``: whether there is a gateway of text messages.
    """
    _, visit = _found(processing, ticket)
    (received,) = receive_requests(
        processing, [replace(new, quiet=new.contact is None and bool(new.told.correspondent.email))], public_url
    )
    code = new_code()
    opened, desk = open_request(processing, received.id), desk_of(processing, public_url)
    written = write_letter(desk, opened.row, "code", {"code": written_code(code)})
    counts = Counter(READ)
    if new.contact is None:
        counts += Counter(send_letters(processing, desk, [(new.told, written)], texts=texts))
    linked = new.contact is not None
    changed = replace(
        visit,
        typed={},
        request=received.id,
        reference=received.reference,
        due=written_day(received.due_on, visit.language),
        code="" if linked else code,
        proven=linked,
    )
    _keep(processing, ticket, changed, counts)
    if new.contact is not None:
        confirm_by_link(processing, received.id, new.contact, public_url)
    return received


def ask_where(processing: Processing, ticket: Ticket, typed: str) -> None:
    """Ask where a request stands: a code is drawn, and a worker sends it if there is such a request.

    What is done here, and how long it takes, is the same for a reference that is known and one that is not.
    Raises Invalid for what is no reference, DeadLink.
    """
    _, visit = _found(processing, ticket)
    visit = replace(visit, typed={}, reference=read_reference(typed), request=None, code=new_code(), proven=False)
    counts = Counter(enqueue_tasks(processing, SEND_CODE, [{"visit": str(ticket.signup)}]))
    _keep(processing, ticket, visit, counts)


def send_code(processing: Processing, visit_id: UUID, public_url: str, *, texts: bool) -> None:
    """Send the code of a visit to the address of the request that it names, if there is one."""
    row = find_visit(processing, visit_id)
    counts = Counter({"rights_visit.read": 0 if row is None else 1})
    visit = None if row is None else _opened(processing, row)
    found = None if visit is None else find_by_reference(processing, visit.reference)
    if found is not None and visit is not None:
        counts += Counter({"rights_request.read": 1}) + Counter(READ)
        opened, desk = open_request(processing, found.id), desk_of(processing, public_url)
        written = write_letter(desk, opened.row, "code", {"code": written_code(visit.code)})
        counts += Counter(send_letters(processing, desk, [(opened.told, written)], texts=texts))
        changed = replace(visit, request=found.id)
        values = {"sealed": _sealed(processing, visit_id, changed)}
        counts += Counter({"rights_visit.update": change_visit(processing, visit_id, values)})
    processing.note(Note(event=Event.RIGHTS_VISIT_CHANGED, counts=counts))


def try_code(processing: Processing, ticket: Ticket, typed: str, public_url: str) -> Ticket | None:
    """Try a code: the one that was mailed, or the one that was posted. Return a new ticket where it was right.

    Five tries a visit, whatever is tried; and five a posted code, whatever visit tries it. Raises DeadLink.
    """
    row, visit = _found(processing, ticket)
    processing.note(Note(event=Event.RIGHTS_VISIT_SHOWN, counts={"rights_visit.read": 1}))
    given, live = read_code(typed), row.tries < _MOST_TRIES
    right = bool(visit.code) and hmac.compare_digest(visit.code, given) and live and visit.request is not None
    if right and visit.request is not None:
        confirm_mailbox(processing, visit.request)
    elif live and _is_posted(processing, visit, given, public_url):
        right, visit = True, replace(visit, request=_request_of(processing, visit))
    if not right:
        values = {"tries": row.tries + 1}
        counts = {"rights_visit.update": change_visit(processing, ticket.signup, values)}
        processing.note(Note(event=Event.RIGHTS_VISIT_CHANGED, counts=counts))
        return None
    return _renewed(processing, ticket, replace(visit, proven=True, code=""))


def own_request(processing: Processing, ticket: Ticket) -> tuple[Visit, Whole]:
    """Return the request that a proven visit is about. Raises DeadLink."""
    visit = show_visit(processing, ticket)
    if not visit.proven or visit.request is None:
        raise DeadLink
    return visit, show_request(processing, visit.request)


def _is_posted(processing: Processing, visit: Visit, given: str, public_url: str) -> bool:
    request = _request_of(processing, visit)
    return request is not None and try_posted_code(processing, request, given, public_url)


def _request_of(processing: Processing, visit: Visit) -> UUID | None:
    if visit.request is not None:
        return visit.request
    found = find_by_reference(processing, visit.reference) if visit.reference else None
    counts = {"rights_request.read": 0 if found is None else 1}
    processing.note(Note(event=Event.RIGHTS_REQUEST_LISTED, counts=counts))
    return None if found is None else found.id


def _found(processing: Processing, ticket: Ticket) -> tuple[Any, Visit]:
    """Return a visit's row and what it knows. Raises DeadLink for one that is over, or another's secret."""
    if ticket.campaign != processing.campaign:
        raise DeadLink
    row = find_visit(processing, ticket.signup)
    if row is None or row.expires_at <= processing.at:
        raise DeadLink
    try:
        key = processing.keys.at(_KEY, row.secret_version)
    except Unopenable:
        raise DeadLink from None
    if not hmac.compare_digest(bytes(row.secret_digest), digest_of(key, ticket)):
        raise DeadLink
    return row, _opened(processing, row)


def _keep(processing: Processing, ticket: Ticket, visit: Visit, counts: Counter[str] | None = None) -> None:
    values = {"sealed": _sealed(processing, ticket.signup, visit)}
    told = Counter({"rights_visit.read": 1, "rights_visit.update": change_visit(processing, ticket.signup, values)})
    processing.note(Note(event=Event.RIGHTS_VISIT_CHANGED, counts=told + (counts or Counter())))


def _renewed(processing: Processing, ticket: Ticket, visit: Visit) -> Ticket:
    """Draw a new secret for a visit that was proven."""
    renewed, key = new_ticket(ticket.campaign, ticket.signup), processing.keys.active(_KEY)
    values = {
        "secret_version": key.version,
        "secret_digest": digest_of(key, renewed),
        "sealed": _sealed(processing, ticket.signup, replace(visit, form_secret=secrets.token_urlsafe(24))),
    }
    counts = {"rights_visit.update": change_visit(processing, ticket.signup, values)}
    processing.note(Note(event=Event.RIGHTS_VISIT_CHANGED, counts=counts))
    return renewed


def _sealed(processing: Processing, visit_id: UUID, visit: Visit) -> bytes:
    told = {
        "typed": dict(visit.typed),
        "form_secret": visit.form_secret,
        "request": None if visit.request is None else str(visit.request),
        "reference": visit.reference,
        "due": visit.due,
        "code": visit.code,
        "proven": visit.proven,
        "language": visit.language,
    }
    plain = json.dumps(told, ensure_ascii=False).encode()
    return seal_value(processing.keys.active(_KEY), context=_context(processing, visit_id), plain=plain)


def _opened(processing: Processing, row: Any) -> Visit:  # noqa: ANN401 - a row
    told = json.loads(open_value(processing.keys, _KEY, _context(processing, row.id), row.sealed))
    request = told.pop("request")
    return Visit(request=None if request is None else UUID(request), **told)


def _context(processing: Processing, visit_id: UUID) -> bytes:
    return b"rights visit" + processing.campaign.bytes + visit_id.bytes
