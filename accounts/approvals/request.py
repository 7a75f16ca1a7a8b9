"""Ask for an approval. Where nobody else could give it, a delay and a notice to the DPO stand in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.approvals.actions import Action, fingerprint_of, rule_of
from accounts.approvals.store import insert_approval
from accounts.scopes import APPROVALS_REQUEST
from accounts.staff.account import State, demand_scope
from accounts.staff.store import roles_of
from audit.events import Event
from audit.note import Note, canonical_json
from audit.processing import Processing
from kernel.identity import random_uuid

VALID = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Requested:
    """A request; ``alone_from`` is when it may be used where nobody else can decide and the DPO is silent."""

    id: UUID
    expires_at: datetime
    alone_from: datetime | None


def request_approval(
    processing: Processing, action: Action, parameters: Mapping[str, str], *, delay: timedelta
) -> Requested:
    """Ask for the approval of an action with these exact parameters; return the request. Raises Invalid, Forbidden."""
    demand_scope(processing.actor, APPROVALS_REQUEST)
    fingerprint = fingerprint_of(action, parameters)
    staff = roles_of(processing)
    others = [
        one
        for one, role, state in staff
        if state == State.ACTIVE
        and role in rule_of(action).deciders
        and str(one) not in {processing.actor.id, parameters.get("staff")}
    ]
    alone_from = None if others else processing.at + delay
    made = Requested(random_uuid(), processing.at + VALID + (timedelta() if others else delay), alone_from)
    insert_approval(
        processing,
        {
            "campaign_id": processing.campaign,
            "id": made.id,
            "action": action.value,
            "parameters": canonical_json(dict(parameters)),
            "fingerprint": fingerprint,
            "requested_by": processing.actor.id,
            "requested_at": processing.at,
            "expires_at": made.expires_at,
            "alone_from": alone_from,
        },
    )
    counts = {"staff_account.read": len(staff), "approval.insert": 1}
    processing.note(Note(event=Event.APPROVAL_REQUESTED, counts=counts, fields=sorted(parameters)))
    if alone_from is not None:
        # The notice to the DPO: an entry of its own kind, beside the row that approvals list as standing alone.
        processing.note(Note(event=Event.APPROVAL_ANNOUNCED, counts={}))
    return made
