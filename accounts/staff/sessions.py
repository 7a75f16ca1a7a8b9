"""Sessions: opaque tokens that end when they are not used, at the latest after a working day, or at once when told."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.roles import Role, role_of
from accounts.staff.account import PURPOSE, State, actor_of, staff_id_of
from accounts.staff.ids import SECRET, SESSION_PREFIX, Ticket, digest_of, new_ticket, public_id, read_ticket
from accounts.staff.store import delete_sessions, insert_session, session_row, sessions_of, use_session
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import LoadCampaign, Register
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.database import Database
from kernel.errors import IsoloirError, NotFound, Unauthenticated, Unavailable
from kernel.identity import StaffId, random_uuid

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
USED = timedelta(minutes=5)
"""How often the use of a session is written down: an unused one ends 25 to 30 minutes after its last use."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token, shown once, and what it allows."""

    token: str = field(repr=False)
    expires_at: datetime
    staff: str
    role: Role


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as its owner sees it: no address and no device are kept."""

    id: UUID
    created_at: datetime
    used_at: datetime
    expires_at: datetime


class SessionReader:
    """Turn session tokens into actors. Nothing is remembered: a session that was ended is ended everywhere at once."""

    def __init__(self, register: Register, database: Database, *, load_campaign: LoadCampaign, clock: Clock) -> None:
        self._register = register
        self._database = database
        self._load_campaign = load_campaign
        self._clock = clock

    def actor(self, token: str) -> Actor:
        """Return the member of staff a session speaks for. Raises Unauthenticated, with one message."""
        ticket, now = read_ticket(token, SESSION_PREFIX), self._clock.now()
        try:
            with self._database.transaction(ticket.campaign) as transaction:
                keys = self._load_campaign(transaction, ticket.campaign).keys
                row = session_row(transaction, ticket.campaign, ticket.id)
                if row is None or not _holds(row, now):
                    raise _ended()
                digest = digest_of(keys.at(SECRET, row.secret_version), "session", ticket.id, ticket.secret)
                if not hmac.compare_digest(digest, row.secret_digest):
                    raise _ended()
            actor = actor_of(ticket.campaign, StaffId(row.staff_id), role_of(row.role))
        except Unavailable:
            raise  # It says nothing of the session.
        except IsoloirError:
            raise _ended() from None
        if now - row.used_at >= USED:
            self._write_use(actor, ticket)
        return actor

    def _write_use(self, actor: Actor, ticket: Ticket) -> None:
        with self._register.open(actor, PURPOSE) as processing:
            counts = {"staff_session.update": use_session(processing, ticket.id)}
            processing.note(Note(event=Event.STAFF_SESSION_USED, counts=counts))


def begin_session(processing: Processing, staff: StaffId, role: Role, *, replaces: str | None) -> tuple[SignedIn, int]:
    """Begin a session with a token never used before; return it, and how many old ones went. The caller notes them."""
    ended = delete_sessions(processing, staff, ended_by=processing.at)
    ended += delete_sessions(processing, staff, only=_replaced(replaces)) if replaces else 0
    ticket, key = new_ticket(processing.campaign, random_uuid()), processing.keys.active(SECRET)
    expires_at = processing.at + LONGEST
    row = {
        "campaign_id": processing.campaign,
        "id": ticket.id,
        "staff_id": staff,
        "secret_version": key.version,
        "secret_digest": digest_of(key, "session", ticket.id, ticket.secret),
        "created_at": processing.at,
        "used_at": processing.at,
        "expires_at": expires_at,
    }
    insert_session(processing, row)
    told = public_id(processing.campaign, staff)
    return SignedIn(ticket.written(SESSION_PREFIX), expires_at, told, role), ended


def list_sessions(processing: Processing) -> list[SessionView]:
    """Return the actor's own sessions that hold, newest first."""
    rows = sessions_of(processing, staff_id_of(processing.actor))
    processing.note(Note(event=Event.STAFF_DATA_SHOWN, counts={"staff_session.read": len(rows)}))
    return views_of(processing, rows)


def views_of(processing: Processing, rows: Sequence[Any]) -> list[SessionView]:
    """Return the sessions that hold."""
    return [
        SessionView(row.id, row.created_at, row.used_at, row.expires_at)
        for row in rows
        if processing.at < row.expires_at and processing.at - row.used_at < IDLE
    ]


def end_sessions(processing: Processing, session: UUID | None = None) -> int:
    """End one of the actor's own sessions, or all; return how many. Raises NotFound for one that is not there."""
    ended = delete_sessions(processing, staff_id_of(processing.actor), only=session)
    if session is not None and not ended:
        message = "no such session of yours"
        raise NotFound(message)
    processing.note(Note(event=Event.STAFF_SESSION_ENDED, counts={"staff_session.delete": ended}))
    return ended


def session_of(token: str) -> UUID:
    """Return the id of the session that a token opens. Raises Unauthenticated."""
    return read_ticket(token, SESSION_PREFIX).id


def _holds(row: Any, now: datetime) -> bool:  # noqa: ANN401 - a row
    return bool(row.state == State.ACTIVE and now < row.expires_at and now - row.used_at < IDLE)


def _replaced(token: str) -> UUID:
    try:
        return session_of(token)
    except Unauthenticated:
        return random_uuid()


def _ended() -> Unauthenticated:
    return Unauthenticated("the session is not valid: sign in")
