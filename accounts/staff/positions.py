"""Share one's own position: chosen by whoever walks, for some hours; the last place alone, and no trail of the others.

Nobody shares for another, no hour is added by moving on, and what is over is shown to nobody, swept or not
(GDPR art. 7; art. 5(1)(c) and (e)). The log says that somebody shared, never where they were.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.scopes import ACCOUNT_OWN, POSITIONS_READ
from accounts.staff.account import Account, Part, State, demand_scope, open_accounts, references_of, staff_id_of
from accounts.staff.lookup import one_account
from accounts.staff.position_store import delete_positions, insert_position, move_position, read_positions
from accounts.staff.store import all_accounts
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.errors import Conflict, Forbidden, Invalid
from kernel.identity import StaffId

MOST_HOURS = 12
_SHOWN = "position"
_DIGITS = 4
"""Decimals that are kept of a degree: some ten metres, enough to find each other in a street."""
_POLE, _ANTIMERIDIAN = 90, 180


@dataclass(frozen=True, slots=True)
class Place:
    """A place in degrees (WGS 84)."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class SharedPosition:
    """Where a member of staff was last, and until when they share it."""

    staff: StaffId
    place: Place
    until: datetime


def share_position(processing: Processing, place: Place, hours: int | None) -> datetime:
    """Keep one's own position for so many hours, or move a shared one without adding any; return until when.

    Raises Invalid for other than 1 to 12 hours, or for no place on earth; Conflict where nothing is shared to be moved.
    """
    demand_scope(processing.actor, ACCOUNT_OWN)
    account = one_account(processing, staff_id_of(processing.actor))
    sealed = account.sealed(Part.POSITION, _written(place))
    if hours is None:
        until, counts = _move(processing, account, sealed)
    else:
        until, counts = _begin(processing, account, sealed, hours)
    counts["staff_account.read"] = 1
    told = references_of(processing, [account])
    processing.note(Note(event=Event.STAFF_POSITION_SHARED, counts=counts, fields=[_SHOWN], subjects=told))
    return until


def withhold_position(processing: Processing) -> None:
    """Stop sharing one's own position, at once; the place is deleted. Nothing to stop is no error."""
    gone = delete_positions(processing, [staff_id_of(processing.actor)])
    processing.note(Note(event=Event.STAFF_POSITION_WITHHELD, counts={"staff_position.delete": gone}))


def list_positions(processing: Processing) -> list[SharedPosition]:
    """Return where those are who share it now. Raises Forbidden for a purpose that reads no position."""
    demand_scope(processing.actor, POSITIONS_READ)
    if _SHOWN not in processing.edition.purposes[processing.purpose].staff:
        message = "this purpose reads no position of anybody: declare canvassing"
        raise Forbidden(message)
    rows = {row.staff_id: row for row in read_positions(processing)}
    accounts = open_accounts(processing, all_accounts(processing)) if rows else []
    shown = [one for one in accounts if one.id in rows and one.state is State.ACTIVE]
    subjects = references_of(processing, shown)
    processing.note(
        Note(event=Event.STAFF_POSITIONS_READ, counts=processing.reads(), fields=[_SHOWN], subjects=subjects)
    )
    return [SharedPosition(one.id, _read(one, rows[one.id].place), rows[one.id].until) for one in shown]


def position_of(processing: Processing, account: Account) -> SharedPosition | None:
    """Return what an account shares now, for its owner; the caller notes it."""
    rows = read_positions(processing, [account.id])
    return SharedPosition(account.id, _read(account, rows[0].place), rows[0].until) if rows else None


def _begin(processing: Processing, account: Account, sealed: bytes, hours: int) -> tuple[datetime, dict[str, int]]:
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid(f"a position is shared for 1 to {MOST_HOURS} hours")
    until = processing.at + timedelta(hours=hours)
    gone = delete_positions(processing, [account.id])
    kept = insert_position(processing, account.id, sealed, until)
    return until, {"staff_position.delete": gone, "staff_position.insert": kept}


def _move(processing: Processing, account: Account, sealed: bytes) -> tuple[datetime, dict[str, int]]:
    rows = read_positions(processing, [account.id])
    if not rows:
        raise Conflict("you share no position now: say for how many hours")
    moved = move_position(processing, account.id, sealed)
    return rows[0].until, {"staff_position.read": 1, "staff_position.update": moved}


def _written(place: Place) -> bytes:
    if not (abs(place.latitude) <= _POLE and abs(place.longitude) <= _ANTIMERIDIAN):
        raise Invalid("a latitude lies between -90 and 90 degrees, a longitude between -180 and 180")
    return json.dumps([round(place.latitude, _DIGITS), round(place.longitude, _DIGITS)]).encode()


def _read(account: Account, sealed: bytes) -> Place:
    return Place(*json.loads(account.place(sealed)))
