"""Recovery codes at rest: digests alone."""

from accounts.staff.ids import SECRET, digest_of
from accounts.staff.second_factor import new_recovery_codes
from accounts.staff.store import delete_recovery, insert_recovery
from audit.processing import Processing
from kernel.identity import StaffId


def issue_recovery_codes(processing: Processing, staff: StaffId) -> tuple[list[str], dict[str, int]]:
    """Put new codes in the place of all that are left; return them, this once, and how many rows changed."""
    codes, key = new_recovery_codes(), processing.keys.active(SECRET)
    deleted = delete_recovery(processing, staff)
    digests = [digest_of(key, "recovery", staff, one.encode()) for one in codes]
    inserted = insert_recovery(processing, staff, key.version, digests)
    return codes, {"staff_recovery.delete": deleted, "staff_recovery.insert": inserted}
