"""The SQL of reviews."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, literal, select, tuple_, update

from audit.processing import Processing
from kernel.columns import Identifier, Instant, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from reviews.tables import Rescreening, Review

REVIEW = table_of(Review)
RESCREENING = table_of(Rescreening)
_MOST_SWEPT = 1_000


def insert_reviews(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Keep what is held."""
    return processing.execute(REVIEW, insert(REVIEW), rows)


def reviews_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return contact and digest of all that is held, or was accepted, of these persons."""
    statement = select(REVIEW.c.contact_id, REVIEW.c.digest, REVIEW.c.id, REVIEW.c.state).where(
        REVIEW.c.campaign_id == processing.campaign, REVIEW.c.contact_id.in_(persons)
    )
    return processing.read(REVIEW, statement) if persons else ()


def held_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return what waits of these persons, the oldest first."""
    here = REVIEW.c.campaign_id == processing.campaign, REVIEW.c.contact_id.in_(persons)
    statement = select(REVIEW).where(*here, REVIEW.c.until > processing.at)
    return processing.read(REVIEW, statement.order_by(REVIEW.c.held_at, REVIEW.c.id))


def page_of_reviews(processing: Processing, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Any]:
    """Return a page of what waits, that which goes first at the beginning."""
    statement = select(REVIEW).where(REVIEW.c.campaign_id == processing.campaign, REVIEW.c.until > processing.at)
    if after is not None:
        place = tuple_(literal(after[0], Instant()), literal(after[1], Identifier()))
        statement = statement.where(tuple_(REVIEW.c.until, REVIEW.c.id) > place)
    return processing.read(REVIEW, statement.order_by(REVIEW.c.until, REVIEW.c.id).limit(limit))


def lock_review(processing: Processing, review: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return what waits under an id, held until the end."""
    statement = select(REVIEW).where(
        REVIEW.c.campaign_id == processing.campaign, REVIEW.c.id == review, REVIEW.c.until > processing.at
    )
    rows = processing.read(REVIEW, statement.with_for_update() if processing.on_postgresql else statement)
    return rows[0] if rows else None


def update_review(processing: Processing, review: UUID, values: dict[str, Any]) -> int:
    """Change what is held under an id."""
    here = REVIEW.c.campaign_id == processing.campaign, REVIEW.c.id == review
    return processing.execute(REVIEW, update(REVIEW).where(*here).values(values))


def waiting_among(processing: Processing, reviews: Sequence[UUID], held_at: datetime) -> Sequence[Any]:
    """Return ids of those of these reviews that came with a file at this moment and still wait."""
    here = REVIEW.c.campaign_id == processing.campaign, REVIEW.c.id.in_(reviews), REVIEW.c.held_at == held_at
    waiting = REVIEW.c.source == "import", REVIEW.c.state == "waiting"
    return processing.read(REVIEW, select(REVIEW.c.id).where(*here, *waiting))


def delete_reviews(processing: Processing, reviews: Sequence[UUID]) -> int:
    """Delete what is held under these ids."""
    here = REVIEW.c.campaign_id == processing.campaign, REVIEW.c.id.in_(reviews)
    return processing.execute(REVIEW, delete(REVIEW).where(*here)) if reviews else 0


def delete_of_persons(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete all that is held of these persons, and what was accepted."""
    return processing.delete_of(REVIEW, "contact_id", persons)


def expired_reviews(processing: Processing) -> Sequence[Any]:
    """Return ids and contacts of what waited too long."""
    here = REVIEW.c.campaign_id == processing.campaign, REVIEW.c.until <= processing.at
    return processing.read(REVIEW, select(REVIEW.c.id, REVIEW.c.contact_id).where(*here).limit(_MOST_SWEPT))


def is_any_expired(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether anything waited too long."""
    here = REVIEW.c.campaign_id == campaign, REVIEW.c.until <= at
    return bool(reading.query(select(REVIEW.c.id).where(*here).limit(1)))


def is_rescreened(reading: Transaction, campaign: CampaignId, lexicon: str) -> bool:
    """Tell whether all words of a campaign were read with a vocabulary."""
    here = RESCREENING.c.campaign_id == campaign, RESCREENING.c.lexicon == lexicon
    return bool(reading.query(select(RESCREENING.c.lexicon).where(*here, RESCREENING.c.ended_at.is_not(None))))


def read_rescreening(processing: Processing) -> Any | None:  # noqa: ANN401 - a row
    """Return how far the campaign's words were read, if they ever were; it tells of nobody."""
    rows = processing.look_up(RESCREENING, select(RESCREENING).where(RESCREENING.c.campaign_id == processing.campaign))
    return rows[0] if rows else None


def keep_rescreening(processing: Processing, values: dict[str, Any], *, known: bool) -> dict[str, int]:
    """Keep how far the words were read; return the rows to note."""
    if known:
        here = update(RESCREENING).where(RESCREENING.c.campaign_id == processing.campaign)
        return {"rescreening.update": processing.execute(RESCREENING, here.values(values))}
    row = {"campaign_id": processing.campaign, **values}
    return {"rescreening.insert": processing.execute(RESCREENING, insert(RESCREENING), row)}
