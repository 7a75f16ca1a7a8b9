"""Let go what nobody decided on in time, and what erased persons had waiting."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys
from reviews.store import (
    delete_of_persons,
    delete_reviews,
    expired_reviews,
    is_any_expired,
    reviews_of,
    waiting_among,
)

EXPIRE = "review.sweep"
"""The kind of task that lets go what waited too long."""


def has_expired(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether there is anything to sweep."""
    return is_any_expired(reading, campaign, at)


def sweep_reviews(processing: Processing) -> int:
    """Delete what waited too long, and shred the keys of whom nothing is left; return how many it were."""
    rows = expired_reviews(processing)
    deleted = delete_reviews(processing, [row.id for row in rows])
    persons = sorted({PersonId(row.contact_id) for row in rows})
    left = reviews_of(processing, persons)
    over = [person for person in persons if person not in {row.contact_id for row in left}]
    counts = {"review.read": len(rows) + len(left), "review.delete": deleted}
    counts["person_key.delete"] = shred_person_keys(processing, over, Compartment.REVIEW) if over else 0
    processing.note(Note(event=Event.REVIEW_SWEPT, counts=counts))
    return deleted


def let_go_of(processing: Processing, reviews: Sequence[UUID], held_at: datetime) -> int:
    """Delete those of these reviews that an import held at this moment and nobody decided on; return how many."""
    rows = waiting_among(processing, reviews, held_at) if reviews else ()
    counts = {"review.read": len(rows), "review.delete": delete_reviews(processing, [row.id for row in rows])}
    processing.note(Note(event=Event.REVIEW_SWEPT, counts=counts))
    return len(rows)


def erase_reviews(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Erase what these persons had waiting, and its keys: on every ground, nothing of it is kept."""
    deleted = delete_of_persons(processing, persons)
    shredded = shred_person_keys(processing, persons, Compartment.REVIEW)
    counts = {"review.delete": deleted, "person_key.delete": shredded}
    processing.note(Note(event=Event.REVIEW_ERASED, counts=counts))
    return 0  # How many persons there were is the contacts' to say.
