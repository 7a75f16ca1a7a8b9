"""Where a request stands at an instant: pure, so that listing and using say the same."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Decision(StrEnum):
    """What somebody else said; an objection is the DPO's."""

    APPROVED = "approved"
    REFUSED = "refused"
    OBJECTED = "objected"


class Standing(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    OBJECTED = "objected"
    USED = "used"
    EXPIRED = "expired"


class Request(Protocol):
    """The columns that decide, as the database gives them."""

    expires_at: datetime
    alone_from: datetime | None
    decision: str | None
    used_at: datetime | None


def standing_of(request: Request, at: datetime) -> Standing:
    """Say where a request stands; one that nobody else can decide is approved by the delay, unless somebody objects."""
    if request.used_at is not None:
        return Standing.USED
    if at >= request.expires_at:
        return Standing.EXPIRED
    if request.decision is not None:
        return Standing(request.decision)
    waited = request.alone_from is not None and at >= request.alone_from
    return Standing.APPROVED if waited else Standing.WAITING
