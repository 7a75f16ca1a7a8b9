"""The SQL of requests for approval."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, literal, select, tuple_, update

from accounts.approvals.standing import Decision
from accounts.approvals.tables import Approval
from audit.processing import Processing
from kernel.columns import Identifier, Instant, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId

APPROVAL = table_of(Approval)


def insert_approval(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a request."""
    return processing.execute(APPROVAL, insert(APPROVAL), values)


def read_approval(processing: Processing, approval: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a request, held until the end."""
    rows = processing.read(APPROVAL, _held(processing, APPROVAL.c.id == approval))
    return rows[0] if rows else None


def find_approvals(reading: Transaction, campaign: CampaignId, approvals: Sequence[UUID]) -> Sequence[Any]:
    """Return what decides where these requests stand."""
    columns = APPROVAL.c.id, APPROVAL.c.expires_at, APPROVAL.c.alone_from, APPROVAL.c.decision, APPROVAL.c.used_at
    return reading.query(select(*columns).where(APPROVAL.c.campaign_id == campaign, APPROVAL.c.id.in_(approvals)))


def approvals_of(processing: Processing, fingerprint: bytes) -> list[Any]:
    """Return the requests of the actor for exactly this, newest first, held until the end."""
    mine = APPROVAL.c.fingerprint == fingerprint, APPROVAL.c.requested_by == processing.actor.id
    return list(processing.read(APPROVAL, _held(processing, *mine)))


def open_approvals_of(processing: Processing, actor: str) -> list[Any]:
    """Return the requests of an actor that may still be used."""
    return list(processing.read(APPROVAL, _held(processing, _open(processing), APPROVAL.c.requested_by == actor)))


def newest_approvals(processing: Processing, before: tuple[datetime, UUID] | None, limit: int) -> list[Any]:
    """Return a page of requests, newest first."""
    statement = select(APPROVAL).where(APPROVAL.c.campaign_id == processing.campaign)
    if before is not None:
        place = tuple_(literal(before[0], Instant()), literal(before[1], Identifier()))
        statement = statement.where(tuple_(APPROVAL.c.requested_at, APPROVAL.c.id) < place)
    ordered = statement.order_by(APPROVAL.c.requested_at.desc(), APPROVAL.c.id.desc()).limit(limit)
    return list(processing.read(APPROVAL, ordered))


def update_approval(processing: Processing, approval: UUID, values: dict[str, Any]) -> int:
    """Change a request."""
    here = update(APPROVAL).where(APPROVAL.c.campaign_id == processing.campaign, APPROVAL.c.id == approval)
    return processing.execute(APPROVAL, here.values(values))


def count_requests_of(processing: Processing, actor: str) -> int:
    """Count the requests that an actor made or decided."""
    own = (APPROVAL.c.requested_by == actor) | (APPROVAL.c.decided_by == actor)
    return len(
        processing.read(APPROVAL, select(APPROVAL.c.id).where(APPROVAL.c.campaign_id == processing.campaign, own))
    )


def _open(processing: Processing) -> Any:  # noqa: ANN401 - a condition
    decided = APPROVAL.c.decision.is_(None) | (APPROVAL.c.decision == Decision.APPROVED.value)
    return and_(APPROVAL.c.used_at.is_(None), APPROVAL.c.expires_at > processing.at, decided)


def _held(processing: Processing, *which: Any) -> Any:  # noqa: ANN401 - a select of whole rows
    statement = select(APPROVAL).where(APPROVAL.c.campaign_id == processing.campaign, *which)
    ordered = statement.order_by(APPROVAL.c.requested_at.desc(), APPROVAL.c.id)
    return ordered.with_for_update() if processing.on_postgresql else ordered
