"""Sign in: e-mail or staff id, password, and a code, in one step, with one answer for whatever is wrong.

The try is counted before the password is looked at, and committed: however many are made at one moment, each counts.
The password is hashed between two transactions, so that nobody waits for it; so it is for accounts that do not exist.
"""

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from accounts.staff.account import PURPOSE, Account, Part, State, doorkeeper, oneself, open_accounts, references_of
from accounts.staff.hashing import hash_password, is_outdated, is_password
from accounts.staff.ids import SECRET, STAFF_PREFIX, digest_of, read_public_id
from accounts.staff.indexing import email_probes
from accounts.staff.lockout import LOCKED, account_digest, address_digest, not_before
from accounts.staff.second_factor import as_recovery_code, matching_step
from accounts.staff.sessions import SignedIn, begin_session
from accounts.staff.store import (
    find_account,
    forget_try,
    read_account,
    read_try,
    recovery_of,
    spend_recovery,
    sweep_tries,
    update_account,
    write_try,
)
from audit.events import Event, Outcome
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from crypto.index import email_keys
from kernel.errors import NotFound, Unauthenticated
from kernel.identity import CampaignId, StaffId


class SignInDelayed(Unauthenticated):
    """Say that the next try is not heard yet; the same for accounts that do not exist."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many tries: wait before the next one")
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody signs in with. ``login`` is a staff id, or an e-mail address together with its campaign."""

    login: str = field(repr=False)
    campaign: CampaignId | None
    password: str = field(repr=False)
    code: str = field(repr=False)
    address: str = field(repr=False)
    """What is counted as one caller's address (``api.address.neighbourhood``)."""
    replaces: str | None = field(default=None, repr=False)
    """A session token that the new session takes the place of."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """A try that was counted: whose, and under which digests."""

    staff: StaffId | None
    hashed: str | None = field(repr=False)
    account: bytes
    address: bytes
    wait: int
    """Seconds until a try is heard; 0 for this one is."""


def sign_in(register: Register, attempt: Attempt) -> SignedIn:
    """Begin a session. Raises SignInDelayed; Unauthenticated, with one message, whatever is wrong."""
    campaign, staff = _read_login(attempt)
    try:
        if campaign is None:
            raise _unknown()
        tried = _count_try(register, campaign, staff, attempt)
    except (NotFound, Unauthenticated):
        is_password(None, attempt.password)
        raise _unknown() from None
    if tried.wait:
        raise SignInDelayed(tried.wait)
    fits = is_password(tried.hashed, attempt.password)
    anew = hash_password(attempt.password) if fits and tried.hashed and is_outdated(tried.hashed) else None
    actor = oneself(campaign, tried.staff) if fits and tried.staff else doorkeeper(campaign)
    with register.open(actor, PURPOSE) as processing:
        signed_in = _conclude(processing, tried, attempt, anew) if fits else None
        if signed_in is None:
            counts = {} if not fits else processing.reads()
            processing.note(Note(event=Event.STAFF_SIGN_IN_REFUSED, outcome=Outcome.REFUSED, counts=counts))
    if signed_in is None:
        raise _unknown()
    return signed_in


def _read_login(attempt: Attempt) -> tuple[CampaignId | None, StaffId | None]:
    if not attempt.login.startswith(STAFF_PREFIX):
        return attempt.campaign, None
    try:
        return read_public_id(attempt.login)
    except Unauthenticated:
        return None, None


def _count_try(register: Register, campaign: CampaignId, staff: StaffId | None, attempt: Attempt) -> _Tried:
    with register.open(doorkeeper(campaign), PURPOSE) as processing:
        rows = (
            read_account(processing, staff)
            if staff
            else find_account(processing, email_probes(processing, attempt.login))
        )
        accounts = open_accounts(processing, rows)
        key = processing.keys.active(SECRET)
        named = staff or (accounts[0].id if accounts else None)
        text = named.bytes if named else "".join(email_keys(attempt.login)).encode()
        digests = account_digest(key, text), address_digest(key, attempt.address)
        wait, written = _write_try(processing, *digests)
        told = (Event.STAFF_SIGN_IN_REFUSED, Outcome.REFUSED) if wait else (Event.STAFF_SIGN_IN_TRIED, Outcome.DONE)
        counts, subjects = processing.reads() | written, references_of(processing, accounts)
        processing.note(Note(event=told[0], outcome=told[1], counts=counts, subjects=subjects))
        found = accounts[0] if accounts and accounts[0].state is State.ACTIVE else None
        return _Tried(found.id if found else None, found.password() if found else None, *digests, wait)


def _write_try(processing: Processing, account: bytes, address: bytes) -> tuple[int, dict[str, int]]:
    """Count a try, one after the other for one account, unless it comes too soon; return how long it must wait."""
    processing.lock([int.from_bytes(account[:8], "big", signed=True)])
    swept = sweep_tries(processing, processing.at - LOCKED)
    before = read_try(processing, account, address)
    if before is not None and processing.at < before.not_before:
        return _seconds(processing.at, before.not_before), {"staff_try.read": 1, "staff_try.delete": swept}
    failures = 1 + (before.failures if before else 0)
    values = {"failures": failures, "last_at": processing.at, "not_before": not_before(failures, processing.at)}
    write_try(processing, account, address, values, is_new=before is None)
    told = {"staff_try.insert": 1} if before is None else {"staff_try.read": 1, "staff_try.update": 1}
    return 0, {**told, "staff_try.delete": swept}


def _conclude(processing: Processing, tried: _Tried, attempt: Attempt, anew: str | None) -> SignedIn | None:
    accounts = open_accounts(processing, read_account(processing, tried.staff)) if tried.staff else []
    if not accounts or accounts[0].state is not State.ACTIVE or accounts[0].password() != tried.hashed:
        return None
    account = accounts[0]
    values, counts = _second_factor(processing, account, attempt.code)
    if values is None:
        return None
    if anew is not None:
        values["password"] = account.sealed(Part.PASSWORD, anew.encode())
    counts["staff_account.update"] = update_account(processing, account.id, values) if values else 0
    counts["staff_try.delete"] = forget_try(processing, tried.account, tried.address)
    signed_in, ended = begin_session(processing, account.id, account.role, replaces=attempt.replaces)
    counts |= processing.reads() | {"staff_session.insert": 1, "staff_session.delete": ended}
    subjects = references_of(processing, [account])
    processing.note(Note(event=Event.STAFF_SIGNED_IN, counts=counts, subjects=subjects))
    return signed_in


def _second_factor(processing: Processing, account: Account, code: str) -> tuple[dict[str, Any] | None, dict[str, int]]:
    """Return what to keep of a right code, so that it is never right again; None for a wrong one."""
    secret = account.totp()
    step = None if secret is None else matching_step(secret, code, at=processing.at, after=account.row.totp_step)
    if step is not None:
        return {"totp_step": step}, {}
    written = as_recovery_code(code)
    if written is None:
        return None, {}
    for row in recovery_of(processing, account.id):
        key = processing.keys.at(SECRET, row.version)
        if digest_of(key, "recovery", account.id, written.encode()) == bytes(row.digest):
            return {}, {"staff_recovery.delete": spend_recovery(processing, account.id, row.digest)}
    return None, {}


def _seconds(at: datetime, until: datetime) -> int:
    return max(1, ceil((until - at).total_seconds()))


def _unknown() -> Unauthenticated:
    return Unauthenticated("e-mail or staff id, password or code are not right")
