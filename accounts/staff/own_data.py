"""What staff are told of the data kept on them, and what is kept on one of them (GDPR art. 13 and 15)."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from accounts.approvals.store import count_requests_of
from accounts.staff.account import (
    IDENTITY,
    PURPOSE,
    Account,
    StaffView,
    State,
    open_accounts,
    references_of,
    staff_id_of,
)
from accounts.staff.lookup import one_account
from accounts.staff.positions import SharedPosition, position_of
from accounts.staff.sessions import SessionView, views_of
from accounts.staff.store import read_account, recovery_of, sessions_of
from audit.events import Event
from audit.listing import count_entries_of
from audit.note import Note
from audit.processing import Processing
from kernel.errors import Forbidden
from kernel.identity import PersonId, StaffId
from policy.edition import Edition


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything kept on one member of staff; of the entries of the log, how many of each kind."""

    account: StaffView
    sessions: tuple[SessionView, ...]
    recovery_codes: int
    requests: int
    entries: dict[str, int]
    position: SharedPosition | None


def show_own_data(processing: Processing) -> OwnData:
    """Return what is kept on whoever asks. Raises Forbidden for an actor without an account."""
    staff = staff_id_of(processing.actor)
    _check_purpose(processing)
    account = one_account(processing, staff)
    told = _told(processing, account)
    _note(processing, [account])
    return told


def export_staff(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[OwnData]]:
    """Return what is kept on these members of staff, also on who left; an id of a contact is nobody's. Forbidden."""
    _check_purpose(processing)
    wanted = [StaffId(person) for person in dict.fromkeys(persons)]
    accounts = [account for staff in wanted for account in open_accounts(processing, read_account(processing, staff))]
    told = {PersonId(account.id): [_told(processing, account)] for account in accounts}
    _note(processing, accounts)
    return told


def _check_purpose(processing: Processing) -> None:
    if IDENTITY not in processing.edition.purposes[processing.purpose].staff:
        message = f"this purpose reads nothing of the staff: declare {PURPOSE}"
        raise Forbidden(message)


def _told(processing: Processing, account: Account) -> OwnData:
    views = tuple(views_of(processing, sessions_of(processing, account.id)))
    codes = len(recovery_of(processing, account.id)) if account.state is State.ACTIVE else 0
    named = str(account.id)
    requests, entries = count_requests_of(processing, named), count_entries_of(processing, named)
    shared = position_of(processing, account)
    return OwnData(account.view(with_identity=True), views, codes, requests, entries, shared)


def _note(processing: Processing, accounts: Sequence[Account]) -> None:
    subjects = references_of(processing, accounts)
    processing.note(Note(event=Event.STAFF_DATA_SHOWN, counts=processing.reads(), subjects=subjects))


def staff_notice(edition: Edition) -> dict[str, Any]:
    """Return the notice to the staff, in French and English, with the periods of the law's schedule."""
    months = {"staff": edition.retention["staff"].months, "log": edition.retention["log"].months}
    return {
        language: {
            "title": told["title"],
            "parts": [{"title": part["title"], "text": part["text"].strip().format(**months)} for part in told["part"]],
        }
        for language, told in _texts().items()
    }


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "notice.toml").read_text(encoding="utf-8"))
