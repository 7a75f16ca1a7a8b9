"""The clock of a breach (RGPD art. 33, 34): pure; it runs in hours, through weekends and holidays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from policy.edition import Edition

EXEMPTIONS = ("encryption", "measures_after", "disproportionate")
"""The letters of art. 34(3): data unintelligible, risk no longer likely, disproportionate effort (a public notice)."""
READABLE = frozenset({"client", "export", "staff"})
"""Ways of leaking in which the data were read in clear: no encryption makes them unintelligible."""
KEYS_SAFE = ("by", "on", "reference")
"""What proves that the keys were safe: who looked (a function), on which day, where the proof is kept."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when the authority is notified, how much is left, and whether the time is over."""

    by: datetime
    left: timedelta
    is_over: bool


def deadline_of(edition: Edition, aware_at: datetime, now: datetime) -> Deadline:
    """Count the hours from the moment the breach became known: hours do not roll over weekends (Reg. 1182/71)."""
    by = aware_at + timedelta(hours=edition.breach_hours)
    return Deadline(by, max(timedelta(), by - now), now > by)


def may_claim_encryption(way: str, proof: Collection[str]) -> bool:
    """Tell whether persons may stay uninformed because the data are unintelligible: the keys must be proven safe."""
    return way not in READABLE and set(KEYS_SAFE) <= set(proof)
