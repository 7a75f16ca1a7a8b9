"""The SQL of requests for approval."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, insert, select, update

from accounts.approvals.standing import Decision
from accounts.approvals.tables import Approval
from audit.processing import Processing
from kernel.columns import table_of

APPROVAL = table_of(Approval)


def insert_approval(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a request."""
    return processing.execute(APPROVAL, insert(APPROVAL), values)


def read_approval(processing: Processing, approval: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a request, held until the end."""
    rows = processing.read(APPROVAL, _held(processing, APPROVAL.c.id == approval))
    return rows[0] if rows else None


def approvals_of(processing: Processing, fingerprint: bytes) -> list[Any]:
    """Return the requests of the actor for exactly this, newest first, held until the end."""
    mine = APPROVAL.c.fingerprint == fingerprint, APPROVAL.c.requested_by == processing.actor.id
    return list(processing.read(APPROVAL, _held(processing, *mine)))


def open_approvals_of(processing: Processing, actor: str) -> list[Any]:
    """Return the requests of an actor that may still be used."""
    return list(processing.read(APPROVAL, _held(processing, _open(processing), APPROVAL.c.requested_by == actor)))


def all_approvals(processing: Processing, limit: int) -> list[Any]:
    """Return requests: first those that time alone lets be used, then others still open, then the rest; newest first.

    So nobody hides a request from the DPO behind newer ones.
    """
    statement = select(APPROVAL).where(APPROVAL.c.campaign_id == processing.campaign)
    alone = and_(_open(processing), APPROVAL.c.alone_from.is_not(None))
    rank = case((alone, 0), (_open(processing), 1), else_=2)
    ordered = statement.order_by(rank, APPROVAL.c.requested_at.desc(), APPROVAL.c.id).limit(limit)
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
