"""The life of a campaign as the law sees it: before accountability stands, only synthetic data may be kept."""

from enum import StrEnum

from policy.edition import Edition
from policy.findings import Finding


class Phase(StrEnum):
    """Where a campaign is: it is prepared, it is active, it is being handed back, it is closed."""

    PREPARING = "preparing"
    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"


def phase_finding(edition: Edition, phase: Phase, field: str, *, synthetic: bool) -> Finding | None:
    """Refuse real data until the campaign is active, and synthetic data from then on."""
    if phase is Phase.ACTIVE:
        return edition.rules["activation.real_only"].finding(field) if synthetic else None
    return None if synthetic else edition.rules["activation.synthetic_only"].finding(field, missing="activation")
