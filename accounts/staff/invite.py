"""Invite somebody to the staff, or invite them anew: a link of one use and some days, never a password."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.approvals.actions import Action, fingerprint_of
from accounts.approvals.demand import demand_approval
from accounts.roles import Role, role_of
from accounts.scopes import STAFF_MANAGE
from accounts.staff.account import (
    Account,
    Identity,
    State,
    demand_scope,
    references_of,
    seal_identity,
    takes_four_eyes,
)
from accounts.staff.ids import INVITATION_PREFIX, SECRET, Ticket, digest_of, new_ticket, public_id
from accounts.staff.indexing import email_values
from accounts.staff.lookup import one_account
from accounts.staff.store import delete_of, find_account, insert_account, roles_of, update_account
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.actor import ActorKind
from kernel.errors import Conflict, Forbidden, Invalid
from kernel.identity import PersonId, StaffId, random_uuid
from keys.create import Compartment, draw_person_keys, store_person_keys

VALID = timedelta(hours=72)
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody to invite, and what they are to do."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    role: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """The account's public id, the token that its holder enrols with, and until when."""

    id: UUID
    staff: str
    token: str = field(repr=False)
    until: datetime


def invite_staff(processing: Processing, new: NewStaff) -> Invitation:
    """Open an account and return its invitation. Raises Forbidden, Conflict for an address that has one."""
    demand_scope(processing.actor, STAFF_MANAGE)
    role, name, values = role_of(new.role), new.name.strip(), email_values(processing, new.email)
    if not name or len(name) > _LONGEST_NAME or not values:
        message = "a member of staff has a name and a valid e-mail address"
        raise Invalid(message)
    known = len(find_account(processing, values))
    if known:
        message = "this address has an account already"
        raise Conflict(message)
    others = _demand_first(processing, role)
    staff = StaffId(random_uuid())
    keys = draw_person_keys(processing, [PersonId(staff)], Compartment.STAFF)
    ticket = new_ticket(processing.campaign, staff)
    identity = seal_identity(keys.secrets[0], processing.campaign, staff, Identity(name, new.email.strip()))
    insert_account(processing, _row(processing, role, ticket, identity), values)
    store_person_keys(processing, keys, [0])
    counts = {
        "staff_account.read": others,
        "staff_account.insert": 1,
        "staff_index.insert": len(values),
        "person_key.insert": 1,
    }
    processing.note(Note(event=Event.STAFF_INVITED, counts=counts))
    return _invitation(processing, ticket)


def reset_staff(processing: Processing, staff: StaffId) -> Invitation:
    """Take password, second factor and sessions away and invite anew.

    For a role that takes four eyes to give, so does the reset: whoever holds the invitation becomes that person. Raises
    Conflict for whoever left, ApprovalMissing.
    """
    demand_scope(processing.actor, STAFF_MANAGE)
    account = one_account(processing, staff)
    if account.state is State.LEFT:
        message = "this member of staff has left: invite them as somebody new"
        raise Conflict(message)
    if takes_four_eyes(processing, account):
        demand_approval(processing, Action.STAFF_RESET, fingerprint_of(Action.STAFF_RESET, {"staff": str(staff)}))
    ticket = new_ticket(processing.campaign, staff)
    values = _invited(processing, ticket) | {"password": None, "totp": None, "state": State.INVITED.value}
    update_account(processing, staff, values)
    gone = delete_of(processing, [staff], keep_index=True)
    counts = {"staff_account.read": 1, "staff_account.update": 1, **gone}
    processing.note(Note(event=Event.STAFF_RESET, counts=counts, subjects=references_of(processing, [account])))
    return _invitation(processing, ticket)


def check_invitation(processing: Processing, account: Account, ticket: Ticket) -> bool:
    """Tell whether an invitation is the account's, unused and in time."""
    row = account.row
    if row.invitation is None or account.state is not State.INVITED or row.invitation_until <= processing.at:
        return False
    digest = digest_of(processing.keys.at(SECRET, row.invitation_version), "invitation", account.id, ticket.secret)
    return bytes(row.invitation) == digest


def _demand_first(processing: Processing, role: Role) -> int:
    """Let a role that takes four eyes be given at once only at the command line, to its first holder."""
    if not role.four_eyes:
        return 0
    others = roles_of(processing)
    if not _is_command_line(processing) or any(held == role.id and state != State.LEFT for _, held, state in others):
        message = f"nobody begins as {role.id}: invite with another role, then ask for the role with four eyes"
        raise Forbidden(message)
    return len(others)


def _is_command_line(processing: Processing) -> bool:
    return processing.actor.kind is ActorKind.OPERATOR


def _row(processing: Processing, role: Role, ticket: Ticket, identity: bytes) -> dict[str, Any]:
    return {
        "campaign_id": processing.campaign,
        "id": ticket.id,
        "role": role.id,
        "state": State.INVITED.value,
        "identity": identity,
        "totp_step": 0,
        "created_at": processing.at,
    } | _invited(processing, ticket)


def _invited(processing: Processing, ticket: Ticket) -> dict[str, Any]:
    key = processing.keys.active(SECRET)
    return {
        "invitation_version": key.version,
        "invitation": digest_of(key, "invitation", ticket.id, ticket.secret),
        "invitation_until": processing.at + VALID,
    }


def _invitation(processing: Processing, ticket: Ticket) -> Invitation:
    staff = public_id(processing.campaign, StaffId(ticket.id))
    return Invitation(ticket.id, staff, ticket.written(INVITATION_PREFIX), processing.at + VALID)
