"""The blind index of the staff's e-mail addresses, and its rotation."""

from collections.abc import Sequence

from accounts.staff.account import open_accounts
from accounts.staff.store import all_accounts, delete_index_values, index_values_of, insert_index
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from crypto.index import email_keys, index_values, probe_values
from crypto.provider import KeyProvider
from kernel.actor import Actor
from keys.versions import PURPOSE, Pause, rotate_versions

INDEX = "index:staff"


def email_values(processing: Processing, email: str) -> list[int]:
    """Return the values an address is stored under; none for what is no address."""
    return index_values(processing.keys, INDEX, email_keys(email))


def email_probes(processing: Processing, email: str) -> Sequence[int]:
    """Return the values under which an address may stand."""
    return probe_values(processing.keys, INDEX, email_keys(email))


def rotate_staff_index(register: Register, provider: KeyProvider, actor: Actor, pause: Pause) -> int:
    """Give the index of the staff a new key, compute its values anew, destroy the old one; return how many accounts."""
    return rotate_versions(register, provider, actor, [INDEX], pause=pause, move=lambda: _rebuild(register, actor))


def _rebuild(register: Register, actor: Actor) -> int:
    with register.open(actor, PURPOSE) as processing:
        accounts = open_accounts(processing, all_accounts(processing))
        inserted = deleted = 0
        for account in accounts:
            before = index_values_of(processing, account.id)
            now = set(email_values(processing, account.identity().email)) if before else set()
            inserted += insert_index(processing, account.id, sorted(now - before))
            deleted += delete_index_values(processing, sorted(before - now))
        counts = dict(processing.reads()) | {"staff_index.insert": inserted, "staff_index.delete": deleted}
        processing.note(Note(event=Event.INDEX_REBUILT, counts=counts))
        return len(accounts)
