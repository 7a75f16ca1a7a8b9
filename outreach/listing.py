"""List interactions: of the campaign or of one contact, in the order of recording; and export those of persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.walk import Walk, again, onward
from kernel.identity import PersonId
from outreach.store import AWAITED, INTERACTION, among, page_of_interactions, read_interactions, slices
from outreach.words import Channel, Kind, MessageKind, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing that happened; ``role`` and ``actor`` say who recorded it, never by name."""

    id: UUID
    contact: PersonId
    kind: Kind
    channel: Channel
    outcome: Outcome | None
    message: UUID | None
    message_kind: MessageKind | None
    eligibility: UUID | None
    at: datetime
    recorded_at: datetime
    role: str
    actor: str


@dataclass(frozen=True, slots=True)
class InteractionPage:
    """Interactions of one page, and where to go on. After an empty page the place is that of the next walk."""

    interactions: Sequence[Interaction]
    walk: Walk | None


def list_interactions(
    processing: Processing, walk: Walk | None, *, contact: PersonId | None = None, limit: int
) -> InteractionPage:
    """Return a page of interactions, the one recorded first at the beginning; the reading is noted."""
    after = None if walk is None else (walk.at, walk.after)
    rows = page_of_interactions(processing, contact=contact, after=after, limit=limit)
    processing.note(Note(event=Event.INTERACTION_LISTED, counts={"interaction.read": len(rows)}))
    if not rows:
        return InteractionPage((), again(walk))
    place = onward(walk, rows[-1].recorded_at, rows[-1].id, processing.at)
    return InteractionPage([_view(row) for row in rows], place)


def export_interactions(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Interaction]]:
    """Return all interactions of these persons, in the order in which they happened; the reading is noted."""
    found: dict[PersonId, list[Interaction]] = {}
    for some in slices(processing, persons):
        here = INTERACTION.c.campaign_id == processing.campaign, among(processing, INTERACTION.c.contact_id, some)
        ordered = select(INTERACTION).where(*here).order_by(INTERACTION.c.occurred_at, INTERACTION.c.id)
        for row in read_interactions(processing, ordered):
            found.setdefault(PersonId(row.contact_id), []).append(_view(row))
    counts = {"interaction.read": sum(map(len, found.values()))}
    processing.note(Note(event=Event.INTERACTION_EXPORTED, counts=counts))
    return found


def _view(row: Any) -> Interaction:  # noqa: ANN401 - a row
    return Interaction(
        id=row.id,
        contact=PersonId(row.contact_id),
        kind=Kind(row.kind),
        channel=Channel(row.channel),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        message=row.message_id,
        message_kind=None if row.message_kind is None else MessageKind(row.message_kind),
        eligibility=row.eligibility_id,
        at=row.occurred_at,
        recorded_at=row.recorded_at,
        role=row.role,
        actor=row.actor,
    )


def contacted_among(processing: Processing, persons: Sequence[PersonId]) -> frozenset[PersonId]:
    """Return those of these persons with whom something happened, or to whom a sending is allowed just now."""
    found: set[PersonId] = set()
    for table in (INTERACTION, AWAITED):
        for some in slices(processing, persons):
            mine = table.c.campaign_id == processing.campaign, among(processing, table.c.contact_id, some)
            rows = processing.read(table, select(table.c.contact_id).distinct().where(*mine))
            processing.note(Note(event=Event.INTERACTION_LISTED, counts={f"{table.name}.read": len(rows)}))
            found |= {PersonId(row.contact_id) for row in rows}
    return frozenset(found)
