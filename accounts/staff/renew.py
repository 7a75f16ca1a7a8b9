"""Renew one's own password or recovery codes; whoever holds but a session cannot.

The present password and code are asked for again, with the counting and the waits of a sign-in (OWASP ASVS 5.0, 6.2.3),
and the session that this begins takes the place of all others.
"""

from collections.abc import Iterable

from accounts.staff.account import PURPOSE, Account, Part, State, oneself, references_of, staff_id_of
from accounts.staff.hashing import hash_password
from accounts.staff.ids import read_public_id
from accounts.staff.lookup import one_account
from accounts.staff.passwords import LONGEST, check_password
from accounts.staff.recovery import issue_recovery_codes
from accounts.staff.sessions import SignedIn, session_of
from accounts.staff.sign_in import Attempt, sign_in
from accounts.staff.store import delete_sessions, update_account
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from kernel.actor import Actor
from kernel.errors import Unauthenticated


def change_password(register: Register, attempt: Attempt, password: str, *, known: Iterable[str]) -> SignedIn:
    """Keep another password and return the one session that is left.

    ``attempt`` holds the present password and a code, ``known`` is what anybody knows of the campaign.
    Raises WeakPassword before the try is counted; SignInDelayed, Unauthenticated.
    """
    actor, hashed = _actor_of(attempt), hash_password(password[: LONGEST + 1])
    with register.open(actor, PURPOSE) as processing:
        account = _active(processing, actor)
        identity = account.identity()
        check_password(password, known=[identity.name, identity.email, *known])
        counts, subjects = processing.reads(), references_of(processing, [account])
        processing.note(Note(event=Event.STAFF_DATA_SHOWN, counts=counts, subjects=subjects))
    signed_in = sign_in(register, attempt)
    with register.open(actor, PURPOSE) as processing:
        account = _active(processing, actor)
        sealed = {"password": account.sealed(Part.PASSWORD, hashed.encode())}
        changed = {"staff_account.update": update_account(processing, account.id, sealed)}
        _note(processing, account, Event.STAFF_PASSWORD_CHANGED, changed | _leave_only(processing, account, signed_in))
    return signed_in


def renew_recovery_codes(register: Register, attempt: Attempt) -> tuple[SignedIn, list[str]]:
    """Take all recovery codes back and return others, this once, with the one session that is left.

    Raises SignInDelayed, Unauthenticated.
    """
    actor = _actor_of(attempt)
    signed_in = sign_in(register, attempt)
    with register.open(actor, PURPOSE) as processing:
        account = _active(processing, actor)
        codes, changed = issue_recovery_codes(processing, account.id)
        _note(processing, account, Event.STAFF_CODES_RENEWED, changed | _leave_only(processing, account, signed_in))
    return signed_in, codes


def _actor_of(attempt: Attempt) -> Actor:
    campaign, staff = read_public_id(attempt.login)
    return oneself(campaign, staff)


def _active(processing: Processing, actor: Actor) -> Account:
    account = one_account(processing, staff_id_of(actor))
    if account.state is not State.ACTIVE:
        message = "the session is not valid: sign in"
        raise Unauthenticated(message)
    return account


def _leave_only(processing: Processing, account: Account, signed_in: SignedIn) -> dict[str, int]:
    ended = delete_sessions(processing, account.id, but=session_of(signed_in.token))
    return {"staff_session.delete": ended}


def _note(processing: Processing, account: Account, event: Event, changed: dict[str, int]) -> None:
    counts, subjects = processing.reads() | changed, references_of(processing, [account])
    processing.note(Note(event=event, counts=counts, subjects=subjects))
