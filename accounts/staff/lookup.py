"""Find one account by its id, or those who act."""

from accounts.staff.account import Account, State, open_accounts
from accounts.staff.store import read_account, roles_of
from audit.processing import Processing
from kernel.errors import NotFound
from kernel.identity import StaffId


def one_account(processing: Processing, staff: StaffId) -> Account:
    """Return an account, held until the end; the caller notes ``staff_account.read``. Raises NotFound."""
    found = open_accounts(processing, read_account(processing, staff))
    if not found:
        message = "no such member of staff in this campaign"
        raise NotFound(message)
    return found[0]


def roles_by_id(processing: Processing) -> dict[str, str]:
    """Return the role of every account, by the id that the log knows; the caller notes ``staff_account.read``."""
    return {str(staff): role for staff, role, _ in roles_of(processing)}


def who_acts(processing: Processing) -> frozenset[str]:
    """Return the ids of the members of staff whose accounts are active; the caller notes ``staff_account.read``."""
    return frozenset(str(staff) for staff, _, state in roles_of(processing) if state == State.ACTIVE)
