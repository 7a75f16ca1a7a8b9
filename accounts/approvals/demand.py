"""Demand an approval: what use-cases call before they do what takes four eyes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.approvals.actions import Action
from accounts.approvals.standing import Standing, standing_of
from accounts.approvals.store import approvals_of, find_approvals, read_approval, update_approval
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.database import Transaction
from kernel.errors import Conflict
from kernel.identity import CampaignId

_NEXT = {
    Standing.WAITING: "the request waits for somebody else's decision",
    Standing.REFUSED: "the request was refused",
    Standing.OBJECTED: "the data protection officer objected",
    Standing.EXPIRED: "the request has expired: make another",
    Standing.USED: "the request was used: make another",
}
_NONE = "ask for it first"


class ApprovalMissing(Conflict):
    """Say that the action takes the approval of somebody else, and how far it is."""

    def __init__(self, action: Action, standing: Standing | None) -> None:
        told = _NEXT[standing] if standing else _NONE
        super().__init__(f"{action.value} takes the approval of another person: {told}")
        self.action = action
        self.standing = standing


def settle_approval(processing: Processing, approval: UUID) -> Standing:
    """Use an approval for the act that was asked for with it, if it was given; return where it stood. Noted.

    Whoever did the asking is not needed any more: the act is the one that waits under the approval's id.
    """
    request = read_approval(processing, approval)
    standing = Standing.EXPIRED if request is None else standing_of(request, processing.at)
    counts = {"approval.read": 0 if request is None else 1}
    if standing is Standing.APPROVED:
        counts["approval.update"] = update_approval(processing, approval, {"used_at": processing.at})
    event = Event.APPROVAL_USED if standing is Standing.APPROVED else Event.APPROVAL_LISTED
    processing.note(Note(event=event, counts=counts))
    return standing


def settled_approvals(
    reading: Transaction, campaign: CampaignId, approvals: Sequence[UUID], at: datetime
) -> dict[UUID, Standing]:
    """Return those of these requests that wait for nobody any more, each with where it stands."""
    rows = find_approvals(reading, campaign, approvals) if approvals else []
    standings = {row.id: standing_of(row, at) for row in rows}
    return {approval: standing for approval, standing in standings.items() if standing is not Standing.WAITING}


def demand_approval(processing: Processing, action: Action, fingerprint: bytes) -> None:
    """Use the approval that the actor was given for exactly this, or raise ApprovalMissing.

    It is used in the caller's processing, once: what the caller does and the use stand or fall together. The use is
    noted here.
    """
    requests = approvals_of(processing, fingerprint)
    for request in requests:
        if standing_of(request, processing.at) is Standing.APPROVED:
            update_approval(processing, request.id, {"used_at": processing.at})
            counts = {"approval.read": len(requests), "approval.update": 1}
            processing.note(Note(event=Event.APPROVAL_USED, counts=counts))
            return
    raise ApprovalMissing(action, standing_of(requests[0], processing.at) if requests else None)
