"""Ask for an approval. Where nobody else could give it, a delay and a notice to the DPO stand in its place.

So that nobody makes themselves alone, who left within the delay still counts as somebody else; and where there is no
DPO who could object, only the command line goes on alone: a member of staff then waits for its decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from accounts.approvals.actions import Action, fingerprint_of, rule_of
from accounts.approvals.store import insert_approval, open_approvals_of
from accounts.roles import DPO
from accounts.scopes import APPROVALS_REQUEST
from accounts.staff.account import State, demand_scope
from accounts.staff.store import standings_of
from audit.events import Event
from audit.note import Note, canonical_json
from audit.processing import Processing
from kernel.actor import ActorKind
from kernel.errors import Conflict
from kernel.identity import random_uuid

VALID = timedelta(days=7)
MOST_OPEN = 20
"""How many requests of one actor may be open: whoever must see them is not buried in them."""


@dataclass(frozen=True, slots=True)
class Requested:
    """A request; ``alone_from`` is when it may be used where nobody else can decide and the DPO is silent."""

    id: UUID
    expires_at: datetime
    alone_from: datetime | None


def request_approval(
    processing: Processing, action: Action, parameters: Mapping[str, str], *, delay: timedelta
) -> Requested:
    """Ask for the approval of an action with these exact parameters; return the request.

    Raises Invalid, Forbidden; Conflict where the same one is open, or too many are.
    """
    demand_scope(processing.actor, APPROVALS_REQUEST)
    return ask_approval(processing, action, parameters, delay=delay)


def ask_approval(
    processing: Processing, action: Action, parameters: Mapping[str, str], *, delay: timedelta
) -> Requested:
    """Ask for an approval as a part of an act that the actor's scopes allow; the act waits for it.

    Raises Invalid, Conflict.
    """
    fingerprint = fingerprint_of(action, parameters)
    staff = standings_of(processing)
    about = parameters.get("staff")
    alone_from = processing.at + delay if _is_alone(processing, staff, action, about, delay) else None
    _check_open(processing, fingerprint, is_alone=alone_from is not None)
    made = Requested(random_uuid(), (alone_from or processing.at) + VALID, alone_from)
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
    counts = processing.reads() | {"approval.insert": 1}
    processing.note(Note(event=Event.APPROVAL_REQUESTED, counts=counts, fields=sorted(parameters)))
    if alone_from is not None:
        # The notice to the DPO: an entry of its own kind, beside the row that approvals list as standing alone.
        processing.note(Note(event=Event.APPROVAL_ANNOUNCED, counts={}))
    return made


def _check_open(processing: Processing, fingerprint: bytes, *, is_alone: bool) -> None:
    """Raise Conflict for a request that is open, unless time alone now lets it be used and did not; or for too many."""
    mine = open_approvals_of(processing, processing.actor.id)
    same = [one for one in mine if bytes(one.fingerprint) == fingerprint]
    if any(one.alone_from is not None or not is_alone for one in same):
        raise Conflict("the same request is open already")
    if len(mine) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} requests are open already: wait until some are decided or over")


def _is_alone(processing: Processing, staff: list[Any], action: Action, about: str | None, delay: timedelta) -> bool:
    """Tell whether nobody else decides on the action, or did within the delay; and whether a DPO may object."""
    since = processing.today - timedelta(days=ceil(delay / timedelta(days=1)))
    deciders, me = rule_of(action).deciders, {processing.actor.id, about}
    for one in staff:
        is_here = one.state == State.ACTIVE or (one.left_on is not None and one.left_on >= since)
        if is_here and one.role in deciders and str(one.id) not in me:
            return False
    if processing.actor.kind is ActorKind.OPERATOR:
        return True
    return any(one.role == DPO and one.state == State.ACTIVE and str(one.id) not in me for one in staff)
