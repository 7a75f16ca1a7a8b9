"""Erase the accounts of staff who left: rows and key go, and the identifiers that the log holds lead to nobody.

Only ``holdings.erase`` calls this, because it writes the erasure ledger first. Nobody is erased before their day: while
the log names a person by a random identifier, the account is what says who acted (GDPR art. 5(2) and 17(3)(b)). Who
never acted has no such day.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from accounts.staff.account import State, open_accounts, references_of
from accounts.staff.store import accounts_before, delete_accounts, delete_of, read_account, standings_of
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from kernel.actor import Actor
from kernel.errors import Conflict, NotFound
from kernel.identity import PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys


def erase_staff(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Erase those of these persons who are staff that left and whose day is past; return how many.

    Whoever is still here, or whose acts the log still holds, is not touched.
    """
    known = {PersonId(row.id): row for row in standings_of(processing)}
    gone = [person for person in persons if person in known and _is_due(known[person], processing.today)]
    accounts = [account for person in gone for account in open_accounts(processing, read_account(processing, person))]
    counts = {"staff_account.read": len(known) + len(accounts)}
    subjects = references_of(processing, accounts)
    if gone:
        counts |= delete_of(processing, gone)
        counts["staff_account.delete"] = delete_accounts(processing, gone)
        counts["person_key.delete"] = shred_person_keys(processing, gone, Compartment.STAFF)
    processing.note(Note(event=Event.STAFF_ERASED, counts=counts, subjects=subjects))
    return len(gone)


def check_due(processing: Processing, person: PersonId) -> None:
    """Say why a person cannot be erased yet, before the ledger says that they are meant to be.

    Raises NotFound for whoever has not left, Conflict before the day until which the account is kept.
    """
    rows = standings_of(processing)
    processing.note(Note(event=Event.STAFF_LISTED, counts={"staff_account.read": len(rows)}))
    row = next((one for one in rows if one.id == person and one.state == State.LEFT), None)
    if row is None:
        message = "nobody here has left by that id: close the account first"
        raise NotFound(message)
    if not _is_due(row, processing.today):
        message = f"the log still names this person: the account is kept until {row.due_on}"
        raise Conflict(message)


def page_through_staff(register: Register, actor: Actor, purpose: str) -> Iterator[list[PersonId]]:
    """Yield the ids of all accounts, noted."""
    with register.open(actor, purpose) as processing:
        found = [PersonId(row.id) for row in standings_of(processing)]
        processing.note(Note(event=Event.STAFF_LISTED, counts={"staff_account.read": len(found)}))
    if found:
        yield found


def staff_past_their_day(processing: Processing) -> list[PersonId]:
    """Return who left so long ago that their account must go; the reading is noted."""
    rows = accounts_before(processing, State.LEFT.value, processing.today)
    processing.note(Note(event=Event.STAFF_LISTED, counts={"staff_account.read": len(rows)}))
    return [PersonId(row.id) for row in rows]


def _is_due(row: Any, today: date) -> bool:  # noqa: ANN401 - a row
    return row.state == State.LEFT and (row.due_on is None or row.due_on < today)
