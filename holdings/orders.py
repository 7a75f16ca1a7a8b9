"""Orders of erasure: what persons asked for, kept until it is done, so that a crash at any step forgets none of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import insert, select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.restrict import who_is_restricted
from holdings.ledger import NO_LONGER_NEEDED
from holdings.tables import ErasureOrder
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.errors import Invalid, NotFound
from kernel.identity import CampaignId, PersonId
from kernel.prepared import Prepared, reading_of

ORDER = table_of(ErasureOrder)
_INSERT = Prepared(insert(ORDER), [column.name for column in ORDER.columns])
Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A person to be erased at their request.

    ``opposes`` keeps fingerprints of what they are known by, so that no later file brings them back into use; a person
    may not want that, and then nothing keeps an import from recording them anew.
    """

    person: PersonId
    ground: str = NO_LONGER_NEEDED
    opposes: bool = True
    language: Language = "fr"


def place_orders(processing: Processing, orders: Sequence[Order]) -> None:
    """Keep orders; one of the same person replaces the former. Raises Invalid, NotFound for an unknown contact."""
    if any(one.ground not in processing.edition.grounds for one in orders):
        raise Invalid(f"an erasure has a ground: one of {', '.join(sorted(processing.edition.grounds))}")
    persons = [one.person for one in orders]
    known = who_is_restricted(processing, persons)
    if len(set(persons)) != len(persons) or len(known) != len(persons):
        raise NotFound("no such contact in this campaign")
    rows = [
        {
            "campaign_id": processing.campaign,
            "person_id": one.person,
            "ground": one.ground,
            "opposes": one.opposes,
            "language": one.language,
            "ordered_at": processing.at,
        }
        for one in orders
    ]
    counts = {
        "contact.read": len(known),
        "erasure_order.delete": forget_orders(processing, persons),
        "erasure_order.insert": processing.send(ORDER, _INSERT, rows),
    }
    processing.note(Note(event=Event.ERASURE_ORDERED, counts=counts))


def orders_of(processing: Processing, persons: Sequence[PersonId] | None = None) -> list[Order]:
    """Return the orders that are not done, of these persons or of all; they name nobody, and need no note."""
    return [
        Order(person=PersonId(row.person_id), ground=row.ground, opposes=row.opposes, language=row.language)
        for row in _rows(processing, persons)
    ]


def _rows(processing: Processing, persons: Sequence[PersonId] | None) -> Sequence[Any]:
    if persons is not None and len(persons) == 1:  # Whoever asks is mostly one: the statement is prepared.
        given = {"campaign_id": processing.campaign, "person_id": persons[0]}
        return processing.look_up_prepared(ORDER, reading_of(ORDER, "person_id", ()), given)
    statement = select(ORDER).where(ORDER.c.campaign_id == processing.campaign)
    if persons is not None:
        statement = statement.where(ORDER.c.person_id.in_(persons))
    return processing.look_up(ORDER, statement.order_by(ORDER.c.ordered_at, ORDER.c.person_id))


def has_orders(reading: Transaction, campaign: CampaignId) -> bool:
    """Tell whether anything was ordered and not done."""
    return bool(reading.query(select(ORDER.c.person_id).where(ORDER.c.campaign_id == campaign).limit(1)))


def forget_orders(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the orders of these persons; the caller notes ``erasure_order.delete``."""
    return processing.delete_of(ORDER, "person_id", persons)
