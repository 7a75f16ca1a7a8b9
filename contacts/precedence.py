"""Which of two statements of one datum stands: the person's own before a tool's, then the newer before the older.

Accuracy (GDPR art. 5(1)(d)) is decided datum by datum, and the same wherever data meet. Of two statements of one rank
the one that came in last stands; else the order in which they came in decides nothing, but where a tool says again what
is held: that keeps its source and its day, so that no period begins anew, a value of the roll goes with its election,
and what another tool said between the two days stands if it comes in after both. Only the person's own word renews.
No opt-out is a datum: oppositions, refusals and restrictions are never weighed, they stand.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of a statement that comes in, beside the one that is held."""

    TAKEN = "taken"
    """Its value stands from now on."""
    CONFIRMED = "confirmed"
    """The person says the same, and better: the value stays and takes the new source."""
    SAME = "same"
    """It says the same, and nothing changes."""
    KEPT_OWN = "kept_own"
    """What the person said stands against it."""
    KEPT_NEWER = "kept_newer"
    """What is held is newer."""

    @property
    def keeps(self) -> bool:
        """Tell whether another value stays as it was."""
        return self in {Verdict.KEPT_OWN, Verdict.KEPT_NEWER}


@dataclass(frozen=True, slots=True)
class Statement:
    """A value that somebody said, and when: the person themselves (``own``), or a tool."""

    value: str = field(repr=False)
    own: bool
    on: date

    @property
    def rank(self) -> tuple[bool, date]:
        """Return what it is weighed by."""
        return self.own, self.on


def weigh(held: Statement, coming: Statement) -> Verdict:
    """Say what becomes of ``coming``, said of the same datum as ``held``."""
    if held.value == coming.value:
        # A tool that sends its list every night would else keep it for ever (CNIL: last contact from the person).
        return Verdict.CONFIRMED if coming.own and coming.rank > held.rank else Verdict.SAME
    if coming.rank >= held.rank:
        return Verdict.TAKEN
    return Verdict.KEPT_OWN if held.own and not coming.own else Verdict.KEPT_NEWER
