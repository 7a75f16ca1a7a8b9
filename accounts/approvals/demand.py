"""Demand an approval: what use-cases call before they do what takes four eyes."""

from accounts.approvals.actions import Action
from accounts.approvals.standing import Standing, standing_of
from accounts.approvals.store import approvals_of, update_approval
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.errors import Conflict

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
