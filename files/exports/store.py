"""The SQL of exports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, literal, or_, select, tuple_, update

from audit.books import Books
from audit.processing import Processing
from files.exports.states import CANCELLED, FAILED, FINISHED, KEPT, OPEN, WAITING
from files.exports.tables import ExportRun
from kernel.columns import Identifier, Instant, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId

EXPORT_RUN = table_of(ExportRun)


def insert_export(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep an export that was asked for."""
    return processing.execute(EXPORT_RUN, insert(EXPORT_RUN), {"campaign_id": processing.campaign, **values})


def export_row(processing: Processing, one: UUID, *, locked: bool = False) -> Any | None:  # noqa: ANN401 - a row
    """Return an export; ``locked``, nobody else changes it before the end."""
    statement = select(EXPORT_RUN).where(*_own(processing.campaign, one))
    rows = processing.look_up(EXPORT_RUN, statement.with_for_update() if locked else statement)
    return rows[0] if rows else None


def page_of_exports(processing: Processing, before: tuple[datetime, UUID] | None, limit: int) -> Sequence[Any]:
    """Return a page of exports, the newest first."""
    statement = select(EXPORT_RUN).where(EXPORT_RUN.c.campaign_id == processing.campaign)
    place = tuple_(EXPORT_RUN.c.created_at, EXPORT_RUN.c.id)
    if before is not None:
        statement = statement.where(place < tuple_(literal(before[0], Instant()), literal(before[1], Identifier())))
    ordered = statement.order_by(EXPORT_RUN.c.created_at.desc(), EXPORT_RUN.c.id.desc()).limit(limit)
    return processing.look_up(EXPORT_RUN, ordered)


def change_export(processing: Processing, one: UUID, states: Sequence[str], values: Mapping[str, Any]) -> int:
    """Change an export that is in one of these states; return 0 where it is in another."""
    statement = update(EXPORT_RUN).where(*_own(processing.campaign, one), EXPORT_RUN.c.state.in_(states))
    return processing.execute(EXPORT_RUN, statement.values(**values))


def rows_of_exports(processing: Processing, exports: Sequence[UUID]) -> Sequence[Any]:
    """Return those of these exports that were ordered here."""
    own = EXPORT_RUN.c.campaign_id == processing.campaign, EXPORT_RUN.c.id.in_(exports)
    return processing.look_up(EXPORT_RUN, select(EXPORT_RUN).where(*own).order_by(EXPORT_RUN.c.id))


def caps_since(processing: Processing, actor: str, since: datetime) -> int:
    """Return how many contacts an actor's exports since then may carry away together, approved ones aside.

    A finished one counts with what it holds. What failed or was cancelled carries nothing away, unless it left before.
    """
    asked = select(func.coalesce(func.sum(EXPORT_RUN.c.weight), 0)).where(
        EXPORT_RUN.c.campaign_id == processing.campaign,
        EXPORT_RUN.c.actor == actor,
        EXPORT_RUN.c.created_at > since,
        EXPORT_RUN.c.approval_id.is_(None),
        or_(EXPORT_RUN.c.state.not_in((FAILED, CANCELLED)), EXPORT_RUN.c.collected > 0),
    )
    return int(processing.look_up(EXPORT_RUN, asked)[0][0])


def waiting_exports(reading: Transaction, campaign: CampaignId, limit: int) -> Sequence[Any]:
    """Return the exports that wait for an approval, oldest first."""
    statement = select(EXPORT_RUN.c.id, EXPORT_RUN.c.approval_id).where(
        EXPORT_RUN.c.campaign_id == campaign, EXPORT_RUN.c.state == WAITING
    )
    return reading.query(statement.order_by(EXPORT_RUN.c.created_at, EXPORT_RUN.c.id).limit(limit))


def over_exports(processing: Processing, waited: datetime, limit: int) -> Sequence[Any]:
    """Return id and state of the exports that waited too long, and of those whose file did."""
    statement = select(EXPORT_RUN.c.id, EXPORT_RUN.c.state).where(*_over(processing.campaign, processing.at, waited))
    return processing.look_up(EXPORT_RUN, statement.limit(limit))


def has_over_exports(books: Books, campaign: CampaignId, waited: datetime) -> bool:
    """Tell whether there are any."""
    return bool(books.look_up(select(EXPORT_RUN.c.id).where(*_over(campaign, books.at, waited)).limit(1)))


def kept_exports(books: Books, campaign: CampaignId, exports: Sequence[UUID]) -> set[UUID]:
    """Return those of these exports of which something is to stay in the spool."""
    statement = select(EXPORT_RUN.c.id).where(
        EXPORT_RUN.c.campaign_id == campaign, EXPORT_RUN.c.id.in_(exports), EXPORT_RUN.c.state.in_(KEPT)
    )
    return {row.id for row in books.look_up(statement)}


def _own(campaign: CampaignId, one: UUID) -> tuple[ColumnElement[bool], ...]:
    return EXPORT_RUN.c.campaign_id == campaign, EXPORT_RUN.c.id == one


def _over(campaign: CampaignId, now: datetime, waited: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = EXPORT_RUN.c.state.in_(OPEN) & (EXPORT_RUN.c.created_at < waited)
    stands = (EXPORT_RUN.c.state == FINISHED) & (EXPORT_RUN.c.until <= now)
    return EXPORT_RUN.c.campaign_id == campaign, or_(waits, stands)
