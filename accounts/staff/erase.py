"""Erase the accounts of staff who left: rows and key go, and the identifiers that the log holds lead to nobody.

Only ``holdings.erase`` calls this, because it writes the erasure ledger first.
"""

from collections.abc import Iterator, Sequence

from accounts.staff.account import State, open_accounts, references_of
from accounts.staff.store import accounts_before, delete_accounts, delete_of, read_account, roles_of
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from kernel.actor import Actor
from kernel.identity import PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys


def erase_staff(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Erase those of these persons who are staff that left; return how many. Whoever is still here is not touched."""
    known = {PersonId(staff): State(state) for staff, _, state in roles_of(processing)}
    gone = [person for person in persons if known.get(person) is State.LEFT]
    accounts = [account for person in gone for account in open_accounts(processing, read_account(processing, person))]
    counts = {"staff_account.read": len(known) + len(accounts)}
    subjects = references_of(processing, accounts)
    if gone:
        counts |= delete_of(processing, gone)
        counts["staff_account.delete"] = delete_accounts(processing, gone)
        counts["person_key.delete"] = shred_person_keys(processing, gone, Compartment.STAFF)
    processing.note(Note(event=Event.STAFF_ERASED, counts=counts, subjects=subjects))
    return len(gone)


def page_through_staff(register: Register, actor: Actor, purpose: str) -> Iterator[list[PersonId]]:
    """Yield the ids of all accounts, noted."""
    with register.open(actor, purpose) as processing:
        found = [PersonId(staff) for staff, _, _ in roles_of(processing)]
        processing.note(Note(event=Event.STAFF_LISTED, counts={"staff_account.read": len(found)}))
    if found:
        yield found


def staff_past_their_day(processing: Processing) -> list[PersonId]:
    """Return who left so long ago that their account must go; the reading is noted."""
    rows = accounts_before(processing, State.LEFT.value, processing.today)
    processing.note(Note(event=Event.STAFF_LISTED, counts={"staff_account.read": len(rows)}))
    return [PersonId(row.id) for row in rows]
