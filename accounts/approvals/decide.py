"""Decide on somebody else's request, or object to one as the DPO; and list the requests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.approvals.actions import Action, rule_of
from accounts.approvals.standing import Decision, Standing, standing_of
from accounts.approvals.store import all_approvals, read_approval, update_approval
from accounts.scopes import APPROVALS_DECIDE, APPROVALS_OBJECT, APPROVALS_READ
from accounts.staff.account import demand_scope
from accounts.staff.store import roles_of
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.actor import ActorKind
from kernel.errors import Conflict, Forbidden, NotFound

_OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """A request as it is shown; by whom it was asked and decided is told by random identifiers."""

    id: UUID
    action: str
    parameters: Mapping[str, str]
    standing: Standing
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    alone_from: datetime | None
    decided_by: str | None
    decided_at: datetime | None


def list_approvals(processing: Processing, *, limit: int = 100) -> list[ApprovalView]:
    """Return requests, those that time alone lets be used first, then others still open, then the rest."""
    demand_scope(processing.actor, APPROVALS_READ)
    rows = all_approvals(processing, limit)
    processing.note(Note(event=Event.APPROVAL_LISTED, counts={"approval.read": len(rows)}))
    return [_view(row, processing.at) for row in rows]


def decide_approval(processing: Processing, approval: UUID, *, approve: bool) -> None:
    """Approve or refuse somebody else's request, in a role that may decide on that action.

    Raises Forbidden for one's own, or for a request about oneself; Conflict for one that is decided or over.
    """
    demand_scope(processing.actor, APPROVALS_DECIDE)
    row = _open_request(processing, approval)
    about = json.loads(row.parameters).get("staff")
    if processing.actor.id in {row.requested_by, about}:
        message = "nobody decides on one's own request, nor on one about oneself"
        raise Forbidden(message)
    accounts = roles_of(processing)
    if _role_in(processing, accounts) not in rule_of(Action(row.action)).deciders:
        message = f"this role does not decide on {row.action}"
        raise Forbidden(message)
    decision = Decision.APPROVED if approve else Decision.REFUSED
    counts = {"staff_account.read": len(accounts)}
    _decide(processing, approval, decision, Event.APPROVAL_DECIDED, counts)


def object_to(processing: Processing, approval: UUID) -> None:
    """Object to a request that was not used yet, also to one that was approved: it cannot be used any more."""
    demand_scope(processing.actor, APPROVALS_OBJECT)
    _open_request(processing, approval, also=Standing.APPROVED)
    _decide(processing, approval, Decision.OBJECTED, Event.APPROVAL_OBJECTED, {})


def _open_request(processing: Processing, approval: UUID, also: Standing = Standing.WAITING) -> Any:  # noqa: ANN401
    row = read_approval(processing, approval)
    if row is None:
        message = "no such request for approval in this campaign"
        raise NotFound(message)
    standing = standing_of(row, processing.at)
    if standing not in {Standing.WAITING, also}:
        message = f"the request is not open any more: {standing.value}"
        raise Conflict(message)
    return row


def _role_in(processing: Processing, accounts: list[tuple[UUID, str, str]]) -> str | None:
    if processing.actor.kind is ActorKind.OPERATOR:
        return _OPERATOR
    return next((role for staff, role, _ in accounts if str(staff) == processing.actor.id), None)


def _decide(processing: Processing, approval: UUID, decision: Decision, event: Event, counts: dict[str, int]) -> None:
    decided = {"decision": decision.value, "decided_by": processing.actor.id, "decided_at": processing.at}
    update_approval(processing, approval, decided)
    processing.note(Note(event=event, counts={"approval.read": 1, "approval.update": 1, **counts}))


def _view(row: Any, at: datetime) -> ApprovalView:  # noqa: ANN401 - a row
    return ApprovalView(
        id=row.id,
        action=row.action,
        parameters=json.loads(row.parameters),
        standing=standing_of(row, at),
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        alone_from=row.alone_from,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
