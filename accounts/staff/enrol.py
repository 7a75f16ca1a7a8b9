"""Enrol with an invitation: a password, then an authenticator that must show it works; before that nobody acts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.staff.account import PURPOSE as OWN
from accounts.staff.account import Account, Part, State, oneself, open_accounts, references_of
from accounts.staff.hashing import hash_password
from accounts.staff.ids import INVITATION_PREFIX, Ticket, read_ticket
from accounts.staff.invite import check_invitation
from accounts.staff.passwords import LONGEST, check_password
from accounts.staff.recovery import issue_recovery_codes
from accounts.staff.second_factor import matching_step, new_secret, setup_uri
from accounts.staff.store import read_account, update_account
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from kernel.errors import Invalid, NotFound, Unauthenticated
from kernel.identity import CampaignId, StaffId


@dataclass(frozen=True, slots=True)
class Setup:
    """What an authenticator is set up with; shown to its owner and nobody else."""

    uri: str = field(repr=False)


def campaign_of_invitation(token: str) -> CampaignId:
    """Return the campaign that an invitation names. Raises Unauthenticated."""
    return read_ticket(token, INVITATION_PREFIX).campaign


def begin_enrolment(register: Register, *, invitation: str, password: str, known: Iterable[str]) -> Setup:
    """Keep a password and return what to set an authenticator up with; doing it again begins anew.

    ``known`` is what anybody knows of the campaign. Raises WeakPassword, Unauthenticated.
    """
    ticket = read_ticket(invitation, INVITATION_PREFIX)
    hashed = hash_password(password[: LONGEST + 1])
    secret = new_secret()
    try:
        with register.open(oneself(ticket.campaign, StaffId(ticket.id)), OWN) as processing:
            account = _invited(processing, ticket)
            identity = account.identity()
            check_password(password, known=[identity.name, identity.email, *known])
            sealed = {
                "password": account.sealed(Part.PASSWORD, hashed.encode()),
                "totp": account.sealed(Part.TOTP, secret),
                "totp_step": 0,
            }
            update_account(processing, account.id, sealed)
            _note(processing, account, Event.STAFF_ENROLMENT_BEGUN, {})
    except NotFound:
        raise _unknown() from None
    return Setup(setup_uri(secret, ticket.campaign))


def confirm_enrolment(register: Register, *, invitation: str, code: str) -> list[str]:
    """Make the account active once its authenticator gives the right code; return the recovery codes, this once.

    Raises Invalid for a wrong code, Unauthenticated.
    """
    ticket = read_ticket(invitation, INVITATION_PREFIX)
    try:
        with register.open(oneself(ticket.campaign, StaffId(ticket.id)), OWN) as processing:
            return _confirm(processing, _invited(processing, ticket), code)
    except NotFound:
        raise _unknown() from None


def _confirm(processing: Processing, account: Account, code: str) -> list[str]:
    secret = account.totp()
    step = None if secret is None else matching_step(secret, code, at=processing.at, after=account.row.totp_step)
    if step is None:
        message = "the code is not the authenticator's present one"
        raise Invalid(message)
    codes, changed = issue_recovery_codes(processing, account.id)
    active = {"state": State.ACTIVE.value, "totp_step": step, "invitation": None, "invitation_until": None}
    update_account(processing, account.id, active)
    _note(processing, account, Event.STAFF_ENROLLED, changed)
    return codes


def _invited(processing: Processing, ticket: Ticket) -> Account:
    found = open_accounts(processing, read_account(processing, StaffId(ticket.id)))
    if not found or not check_invitation(processing, found[0], ticket):
        raise _unknown()
    return found[0]


def _note(processing: Processing, account: Account, event: Event, more: dict[str, int]) -> None:
    counts = {"staff_account.read": 1, "staff_account.update": 1, **more}
    processing.note(Note(event=event, counts=counts, subjects=references_of(processing, [account])))


def _unknown() -> Unauthenticated:
    return Unauthenticated("the invitation is not valid: ask for another")
