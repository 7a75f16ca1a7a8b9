"""Manage accounts: list them, change a role, close one, lift a lock."""

from typing import Any

from accounts.approvals.actions import Action, fingerprint_of
from accounts.approvals.demand import demand_approval
from accounts.roles import role_of
from accounts.scopes import STAFF_MANAGE, STAFF_READ
from accounts.staff.account import (
    IDENTITY,
    Account,
    StaffView,
    State,
    demand_scope,
    open_accounts,
    references_of,
    takes_four_eyes,
)
from accounts.staff.ids import SECRET
from accounts.staff.lockout import account_digest
from accounts.staff.lookup import one_account
from accounts.staff.position_store import delete_positions
from accounts.staff.store import all_accounts, delete_of, delete_sessions, forget_account_tries, update_account
from audit.events import Event
from audit.listing import look_for_act
from audit.note import Note
from audit.processing import Processing
from kernel.errors import Conflict, Forbidden
from kernel.identity import StaffId
from policy.retention import due_on

NO_ROLE = "none"
"""What is asked for, in place of a role, to close an account whose role takes four eyes."""
_RETENTION = "staff"


def list_staff(processing: Processing) -> list[StaffView]:
    """Return the accounts, oldest first; names and addresses only for a purpose that may read them."""
    demand_scope(processing.actor, STAFF_READ)
    accounts = open_accounts(processing, all_accounts(processing))
    with_identity = IDENTITY in processing.edition.purposes[processing.purpose].staff
    processing.note(
        Note(
            event=Event.STAFF_LISTED,
            counts={"staff_account.read": len(accounts)},
            fields=["email", "name"] if with_identity else (),
            subjects=references_of(processing, accounts),
        ),
    )
    return [one.view(with_identity=with_identity) for one in accounts]


def change_role(processing: Processing, staff: StaffId, role: str) -> None:
    """Give a member of staff another role; the sessions end. Raises Forbidden for one's own, ApprovalMissing."""
    demand_scope(processing.actor, STAFF_MANAGE)
    wanted, account = role_of(role), one_account(processing, staff)
    if processing.actor.id == str(staff):
        message = "nobody changes one's own role"
        raise Forbidden(message)
    _must_be_here(account)
    if wanted.four_eyes or account.role.four_eyes:
        parameters = {"staff": str(staff), "role": wanted.id}
        demand_approval(processing, Action.STAFF_ROLE_CHANGE, fingerprint_of(Action.STAFF_ROLE_CHANGE, parameters))
    update_account(processing, staff, {"role": wanted.id})
    ended = {
        "staff_session.delete": delete_sessions(processing, staff),
        "staff_position.delete": delete_positions(processing, [staff]),
    }
    _note(processing, account, Event.STAFF_ROLE_CHANGED, {"staff_account.update": 1, **ended})


def disable_staff(processing: Processing, staff: StaffId) -> None:
    """Close the account of somebody who leaves: sessions end at once, what signs in is destroyed, the name is kept.

    The name and the address stay until the day the law's schedule gives, so that the log can be read; of who never
    acted nothing need stay, and there is no such day. Closing one whose role takes four eyes takes that role away: so
    does it. Raises Conflict, ApprovalMissing.
    """
    demand_scope(processing.actor, STAFF_MANAGE)
    account = one_account(processing, staff)
    _must_be_here(account)
    if takes_four_eyes(processing, account):
        parameters = {"staff": str(staff), "role": NO_ROLE}
        demand_approval(processing, Action.STAFF_ROLE_CHANGE, fingerprint_of(Action.STAFF_ROLE_CHANGE, parameters))
    acts = look_for_act(processing, str(staff))
    left: dict[str, Any] = {
        "state": State.LEFT.value,
        "password": None,
        "totp": None,
        "invitation": None,
        "left_on": processing.today,
        "due_on": due_on(processing.edition.retention[_RETENTION], processing.today) if acts else None,
    }
    update_account(processing, staff, left)
    counts = {"staff_account.update": 1, "entry.read": acts, **delete_of(processing, [staff])}
    _note(processing, account, Event.STAFF_LEFT, counts)


def unlock_staff(processing: Processing, staff: StaffId) -> int:
    """Lift the locks on an account, from every address; return how many."""
    demand_scope(processing.actor, STAFF_MANAGE)
    account = one_account(processing, staff)
    digests = [account_digest(key, staff.bytes) for key in processing.keys.reading(SECRET)]
    lifted = forget_account_tries(processing, digests)
    _note(processing, account, Event.STAFF_UNLOCKED, {"staff_try.delete": lifted})
    return lifted


def _must_be_here(account: Account) -> None:
    if account.state is State.LEFT:
        message = "this member of staff has left"
        raise Conflict(message)


def _note(processing: Processing, account: Account, event: Event, counts: dict[str, int]) -> None:
    subjects = references_of(processing, [account])
    processing.note(Note(event=event, counts={"staff_account.read": 1, **counts}, subjects=subjects))
