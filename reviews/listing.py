"""Show what is held: the list tells no words; one review opened does, and the log tells of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.scopes import REVIEW_READ
from accounts.staff.account import demand_scope
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from contacts.opening import references_of
from kernel.errors import Forbidden, NotFound
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from reviews.held import open_words
from reviews.store import held_of, lock_review, page_of_reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """What waits, without its words; ``own`` says that the reader wrote them and may not decide."""

    id: UUID
    contact: UUID
    field: str
    rules: Sequence[str]
    origin: int
    purpose: str
    source: str
    lexicon: str
    state: str
    own: bool
    held_at: datetime
    until: datetime


def list_reviews(
    processing: Processing, *, after: tuple[datetime, UUID] | None = None, limit: int = 100
) -> list[ReviewView]:
    """Return what waits, that which goes first at the beginning, without any words."""
    demand_scope(processing.actor, REVIEW_READ)
    rows = page_of_reviews(processing, after, limit)
    processing.note(Note(event=Event.REVIEW_LISTED, counts={"review.read": len(rows)}))
    return [review_view(processing, row) for row in rows]


def reveal_review(processing: Processing, review: UUID) -> tuple[ReviewView, str]:
    """Show one review with its words. Raises NotFound; Forbidden for whoever is no member of the staff."""
    demand_scope(processing.actor, REVIEW_READ)
    if processing.actor.staff_role is None:
        raise Forbidden("only the privacy reviewer and the data protection officer see words that are held")
    row = lock_review(processing, review)
    if row is None:
        raise NotFound("nothing of that id waits for a review in this campaign")
    text, reference, counts = open_held(processing, row)
    counts["review.read"] = 1
    processing.note(
        Note(event=Event.REVIEW_REVEALED, counts=counts, fields=field_names([row.field]), subjects=reference)
    )
    return review_view(processing, row), text


def export_reviews(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[dict[str, str]]]:
    """Return what is held of these persons until somebody decides, opened, for their dossier (GDPR art. 15)."""
    rows = [row for row in held_of(processing, persons) if row.sealed is not None]
    keys = open_person_keys(processing, persons, Compartment.REVIEW)
    counts = {"review.read": len(rows), "person_key.read": len(keys)}
    processing.note(Note(event=Event.REVIEW_REVEALED, counts=counts, fields=field_names(row.field for row in rows)))
    found: dict[PersonId, list[dict[str, str]]] = {}
    for row in rows:
        person = PersonId(row.contact_id)
        _, text = open_words(processing, keys[person], person, row.sealed)
        told = {"field": row.field, "text": text, "held_at": row.held_at.isoformat(), "until": row.until.isoformat()}
        found.setdefault(person, []).append(told)
    return found


def open_held(processing: Processing, row: Any) -> tuple[str, list[bytes], dict[str, int]]:  # noqa: ANN401 - a row
    """Return the words of a row, the reference of its person, and the rows to note. Raises NotFound, Unopenable."""
    person = PersonId(row.contact_id)
    keys = open_person_keys(processing, [person], Compartment.REVIEW, locked=True)
    contact = open_person_keys(processing, [person], Compartment.CONTACT, locked=True)
    if person not in keys or person not in contact:
        raise NotFound("the contact was erased meanwhile")
    _, text = open_words(processing, keys[person], person, row.sealed)
    return text, references_of(processing, [(person.bytes, contact[person])]), {"person_key.read": 2}


def review_view(processing: Processing, row: Any) -> ReviewView:  # noqa: ANN401 - a row
    """Return what a row says, without its words."""
    return ReviewView(
        id=row.id,
        contact=row.contact_id,
        field=row.field,
        rules=json.loads(row.rules),
        origin=row.origin,
        purpose=row.purpose,
        source=row.source,
        lexicon=row.lexicon,
        state=row.state,
        own=row.actor == processing.actor.id,
        held_at=row.held_at,
        until=row.until,
    )
