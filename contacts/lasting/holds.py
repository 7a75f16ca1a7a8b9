"""Legal holds: what should be deleted stands in restricted archive meanwhile (GDPR art. 17(3)(e), 18(1)(c)).

A hold has a reason, an author and a day on which it ends. It keeps nothing in use, and it keeps nothing that the law
lets nobody put off: values of the roll or of a turnout list go all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.words import told
from contacts.lasting.store import delete_old_holds, end_hold, holds_before, holds_in_force, insert_hold
from contacts.store.records import restrictions_of
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.retention import add_months

LONGEST_MONTHS = 24
"""How long a hold lasts at most; whoever needs it longer places another, with its reason."""


class HoldReason(StrEnum):
    """Why something must not be deleted yet."""

    CLAIMS = "claims"
    """To establish, exercise or defend a legal claim."""
    REGULATOR = "regulator"
    """The CNIL, or another authority, asked that it be kept."""
    INVESTIGATION = "investigation"
    """A breach, or an offence, is being looked into."""
    ELECTION_CONTEST = "election_contest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold in force; ``contact`` is None where it is on the whole campaign."""

    id: UUID
    contact: PersonId | None
    reason: HoldReason
    reference: str
    role: str
    actor: str
    placed_at: datetime
    expires_on: date


def place_hold(
    processing: Processing, *, contact: PersonId | None, reason: HoldReason, reference: str, expires_on: date
) -> UUID:
    """Hold a contact, or the whole campaign; return the hold's id. Raises NotFound, Invalid."""
    if not processing.today <= expires_on <= add_months(processing.today, LONGEST_MONTHS):
        message = f"a hold ends on a day to come, within {LONGEST_MONTHS} months"
        raise Invalid(message)
    found = {} if contact is None else restrictions_of(processing, [contact])
    if contact is not None and not found:
        message = "no such contact in this campaign"
        raise NotFound(message)
    hold = random_uuid()
    insert_hold(
        processing,
        {
            "id": hold,
            "contact_id": contact,
            "reason": reason.value,
            "reference": told("a reference", reference),
            "role": processing.actor.role,
            "actor": processing.actor.id,
            "placed_at": processing.at,
            "expires_on": expires_on,
        },
    )
    counts = {"contact.read": len(found), "contact_hold.insert": 1}
    processing.note(Note(event=Event.HOLD_PLACED, counts=counts, free={"hold": str(hold), "reason": reason.value}))
    return hold


def lift_hold(processing: Processing, hold: UUID) -> None:
    """End a hold before its day. Raises NotFound."""
    if not end_hold(processing, hold):
        message = "no such hold in this campaign"
        raise NotFound(message)
    processing.note(Note(event=Event.HOLD_LIFTED, counts={"contact_hold.delete": 1}, free={"hold": str(hold)}))


def list_holds(processing: Processing) -> list[Hold]:
    """Return the holds in force, the oldest first; the reading is noted."""
    holds = holds_now(processing)
    processing.note(Note(event=Event.HOLD_LISTED, counts={"contact_hold.read": len(holds)}))
    return holds


def holds_now(processing: Processing) -> list[Hold]:
    """Return the holds in force; the caller notes ``contact_hold.read``."""
    return [
        Hold(
            id=row.id,
            contact=None if row.contact_id is None else PersonId(row.contact_id),
            reason=HoldReason(row.reason),
            reference=row.reference,
            role=row.role,
            actor=row.actor,
            placed_at=row.placed_at,
            expires_on=row.expires_on,
        )
        for row in holds_in_force(processing, processing.today)
    ]


def held_until(holds: Sequence[Hold], person: PersonId) -> date | None:
    """Return until when a person is held, None where nobody holds them."""
    return max((one.expires_on for one in holds if one.contact in {None, person}), default=None)


def ended_holds(processing: Processing) -> int:
    """Count the holds whose day is over; the caller notes ``contact_hold.read``."""
    return len(holds_before(processing, processing.today))


def clear_ended_holds(processing: Processing) -> int:
    """Delete the holds whose day is over; the log tells that they were. Return how many."""
    cleared = delete_old_holds(processing, processing.today)
    processing.note(Note(event=Event.HOLD_LIFTED, counts={"contact_hold.delete": cleared}, free={"ended": cleared}))
    return cleared
