"""The SQL of how long contacts last: headers out, days in."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from audit.processing import Processing
from contacts.lasting.tables import ContactEnding, ContactHold
from contacts.store.records import CONTACT
from kernel.columns import among, table_of
from kernel.identity import PersonId

HOLD = table_of(ContactHold)
ENDING = table_of(ContactEnding)
_EXAMINED = (CONTACT.c.id, CONTACT.c.category, CONTACT.c.origin, CONTACT.c.due_on, CONTACT.c.restricted)


def page_of_terms(
    processing: Processing, after: UUID | None, limit: int, due: tuple[date, date] | None = None
) -> Sequence[Any]:
    """Return a page of contacts in the order of their ids, with their sealed records and without their keys.

    ``due``: only those in use whose day lies between two.
    """
    statement = select(*_EXAMINED, CONTACT.c.record).where(CONTACT.c.campaign_id == processing.campaign)
    if due is not None:
        statement = statement.where(CONTACT.c.due_on.between(*due), CONTACT.c.restricted.is_(False))
    if after is not None:
        statement = statement.where(CONTACT.c.id > after)
    return processing.read(CONTACT, statement.order_by(CONTACT.c.id).limit(limit))


def move_due_days(processing: Processing, days: Sequence[tuple[PersonId, date | None]]) -> int:
    """Set the days after which contacts are withheld; it is no change of what they hold."""
    statement = update(CONTACT).where(CONTACT.c.campaign_id == processing.campaign, CONTACT.c.id == bindparam("b_id"))
    rows = [{"b_id": person, "due": day} for person, day in days]
    return processing.execute(CONTACT, statement.values(due_on=bindparam("due")), rows)


def endings_between(processing: Processing, first: UUID, last: UUID) -> Sequence[Any]:
    """Return the endings of the contacts from one id to another."""
    named = ENDING.c.contact_id >= first, ENDING.c.contact_id <= last
    return processing.read(ENDING, select(ENDING).where(ENDING.c.campaign_id == processing.campaign, *named))


def insert_ending(processing: Processing, values: dict[str, Any]) -> int:
    """Keep an ending, in place of an earlier one of the same kind."""
    same = (ENDING.c.contact_id == values["contact_id"], ENDING.c.event == values["event"])
    gone = processing.execute(ENDING, delete(ENDING).where(ENDING.c.campaign_id == processing.campaign, *same))
    processing.execute(ENDING, insert(ENDING), {"campaign_id": processing.campaign, **values})
    return gone


def holds_in_force(processing: Processing, on: date) -> Sequence[Any]:
    """Return the holds that are not over, the oldest first."""
    here = HOLD.c.campaign_id == processing.campaign, HOLD.c.expires_on >= on
    return processing.read(HOLD, select(HOLD).where(*here).order_by(HOLD.c.placed_at, HOLD.c.id))


def holds_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return the holds of contacts, the oldest first."""
    named = among(HOLD.c.contact_id, persons, on_postgresql=processing.on_postgresql)
    statement = select(HOLD).where(HOLD.c.campaign_id == processing.campaign, named)
    return processing.read(HOLD, statement.order_by(HOLD.c.placed_at, HOLD.c.id))


def endings_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return the endings of contacts, the oldest first."""
    named = among(ENDING.c.contact_id, persons, on_postgresql=processing.on_postgresql)
    statement = select(ENDING).where(ENDING.c.campaign_id == processing.campaign, named)
    return processing.read(ENDING, statement.order_by(ENDING.c.ended_on, ENDING.c.event))


def holds_before(processing: Processing, day: date) -> Sequence[Any]:
    """Return the holds that ended before a day."""
    return processing.read(
        HOLD, select(HOLD.c.id).where(HOLD.c.campaign_id == processing.campaign, HOLD.c.expires_on < day)
    )


def insert_hold(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a hold."""
    return processing.execute(HOLD, insert(HOLD), {"campaign_id": processing.campaign, **values})


def end_hold(processing: Processing, hold: UUID) -> int:
    """Delete a hold; the log tells that it was."""
    return processing.execute(HOLD, delete(HOLD).where(HOLD.c.campaign_id == processing.campaign, HOLD.c.id == hold))


def delete_old_holds(processing: Processing, before: date) -> int:
    """Delete the holds that ended before a day."""
    old = HOLD.c.campaign_id == processing.campaign, HOLD.c.expires_on < before
    return processing.execute(HOLD, delete(HOLD).where(*old))


def delete_of(processing: Processing, persons: Sequence[PersonId]) -> dict[str, int]:
    """Delete the holds and endings of contacts; return the rows to note."""
    return {f"{table.name}.delete": processing.delete_of(table, "contact_id", persons) for table in (HOLD, ENDING)}
