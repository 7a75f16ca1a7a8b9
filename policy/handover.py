"""Disclosures: the hand-over of data between controllers, and transfers out of the European Economic Area."""

from collections.abc import Collection

from policy.edition import Edition
from policy.findings import Finding


def handover_findings(edition: Edition, ground: str, facts: Collection[str]) -> tuple[Finding, ...]:
    """Ask whether data may pass from one controller to another on this ground, with these facts proven."""
    known = edition.handovers.get(ground)
    if known is None:
        return (edition.rules["handover.ground"].finding("ground", missing="ground"),)
    if known.forbidden:
        return (edition.rules[known.forbidden].finding("ground"),)
    return tuple(
        edition.rules[asked.rule].finding("evidence", missing=asked.fact)
        for asked in known.requires
        if asked.fact not in facts
    )


def transfer_findings(edition: Edition, hosting: str, control: str, basis: str | None) -> tuple[Finding, ...]:
    """Ask whether data may be hosted in one country under the control of another (GDPR art. 44 to 49)."""
    free = edition.zones["eea"] | edition.zones["adequate"]
    if {hosting, control} <= free:
        return ()
    if basis in edition.transfers:
        return ()
    return (edition.rules["transfer.basis"].finding("transfer_basis", missing="transfer_basis"),)
