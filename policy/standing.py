"""Where a person stands for one purpose and channel: a pure fold over the evidence, in whatever order it came.

The fold is a join: it keeps the latest instant of each thing that can be said. So no sequence of imports, merges,
repetitions or undone work can lose a refusal; only what the person is *proven* to have said later lifts it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple


class Action(StrEnum):
    """What evidence says was done; the words stand in rows and never change."""

    REQUESTED = "requested"
    GIVEN = "given"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RENEWED = "renewed"
    INVALIDATED = "invalidated"


OPT_INS = frozenset({Action.GIVEN, Action.CONFIRMED, Action.RENEWED})
OPT_OUTS = frozenset({Action.REFUSED, Action.WITHDRAWN})


class Level(IntEnum):
    """How far an opt-in is proven."""

    CLAIMED = 1
    COHORT = 2
    """Proven for the whole form or list it came with; it never lifts a refusal."""
    PROVEN = 3


class Status(IntEnum):
    """What a standing comes to; the numbers stand in rows and never change."""

    UNKNOWN = 0
    REQUESTED = 1
    CLAIMED = 2
    COHORT = 3
    PROVEN = 4
    EXPIRED = 5
    INVALIDATED = 6
    REFUSED = 7
    WITHDRAWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One piece of evidence, as far as it decides."""

    action: Action
    level: Level
    at: datetime
    """When it occurred."""
    valid_until: date | None = None
    window: tuple[int, int] | None = None
    """Minutes of the day within which automated calls were agreed to."""
    parental: bool = False


class Grant(NamedTuple):
    """An opt-in: when it was given, until when it holds, within which hours."""

    at: datetime
    until: date
    window: tuple[int, int]

    def joined(self, other: "Grant") -> "Grant":
        """Keep the later one; of two at one instant what both allow."""
        if self.at != other.at:
            return max(self, other)
        window = max(self.window[0], other.window[0]), min(self.window[1], other.window[1])
        return Grant(self.at, min(self.until, other.until), window)


NO_END = date.max
WHOLE_DAY = (0, 1440)
NO_HOURS = (0, 0)
"""What is agreed to where hours are asked for and none were named (CNIL on automated calls)."""
_GRANTS = ("claimed", "cohort", "proven")
_MARKS = ("requested", "parental", "refused", "withdrawn", "expired", "invalidated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The latest of each thing that was said; what was never said is None."""

    requested: datetime | None = None
    claimed: Grant | None = None
    cohort: Grant | None = None
    proven: Grant | None = None
    parental: datetime | None = None
    refused: datetime | None = None
    withdrawn: datetime | None = None
    expired: datetime | None = None
    invalidated: datetime | None = None

    def joined(self, other: "Standing") -> "Standing":
        """Keep the later of each."""
        kept: dict[str, Any] = {name: _both(getattr(self, name), getattr(other, name)) for name in _GRANTS}
        kept |= {name: _latest(getattr(self, name), getattr(other, name)) for name in _MARKS}
        return Standing(**kept)

    @property
    def opted_out(self) -> datetime | None:
        """Give the latest refusal or withdrawal."""
        latest: datetime | None = _latest(self.refused, self.withdrawn)
        return latest

    @property
    def ended(self) -> datetime | None:
        """Give the latest end that nobody's refusal was: a term, a proof that did not hold."""
        latest: datetime | None = _latest(self.expired, self.invalidated)
        return latest

    @property
    def permission(self) -> Grant | None:
        """Give what permits, if anything does: proven after every opt-out, or nothing but a proven cohort."""
        out = self.opted_out
        if self.proven is not None and self.proven.at > _latest(out, self.ended, _NEVER):
            return self.proven
        if self.cohort is not None and out is None and self.cohort.at > _latest(self.ended, _NEVER):
            return self.cohort
        return None

    @property
    def parents_agree(self) -> bool:
        """Tell whether a parent agreed, and nobody took anything back since."""
        return self.parental is not None and self.parental > _latest(self.opted_out, self.ended, _NEVER)

    @property
    def awaiting(self) -> bool:
        """Tell whether the person asked to be subscribed, and has neither confirmed nor refused since."""
        granted = None if self.proven is None else self.proven.at
        return self.requested is not None and self.requested > _latest(granted, self.opted_out, self.ended, _NEVER)

    @property
    def status(self) -> Status:
        """Sum it up, but for days that pass: whoever asks compares the permission's last day with today."""
        out = self.opted_out
        if out is not None and (self.proven is None or self.proven.at <= out):
            return Status.WITHDRAWN if out == self.withdrawn else Status.REFUSED
        granted = self.permission
        if granted is not None:
            return Status.PROVEN if granted is self.proven else Status.COHORT
        if self.awaiting:
            return Status.REQUESTED
        ended = self.ended
        if self.claimed is not None and out is None and self.claimed.at > _latest(ended, _NEVER):
            return Status.CLAIMED
        if ended is None:
            return Status.UNKNOWN
        return Status.INVALIDATED if ended == self.invalidated else Status.EXPIRED


def lift(said: Said) -> Standing:
    """Say what one piece of evidence comes to alone."""
    if said.action in OPT_INS:
        return _opted_in(said)
    if said.action is Action.REQUESTED and said.level is not Level.PROVEN:
        return Standing()  # Only the person's own form asks for a confirmation.
    mark: dict[str, Any] = {said.action.value: said.at}
    return Standing(**mark)


def _opted_in(said: Said) -> Standing:
    if said.parental:
        return Standing(parental=said.at if said.level is Level.PROVEN else None)
    grant = Grant(said.at, said.valid_until or NO_END, said.window or WHOLE_DAY)
    granted: dict[str, Any] = {said.level.name.lower(): grant}
    return Standing(**granted)


def fold(evidence: Iterable[Said]) -> Standing:
    """Join all that was said."""
    standing = Standing()
    for said in evidence:
        standing = standing.joined(lift(said))
    return standing


_NEVER = datetime.min.replace(tzinfo=UTC)


def _latest(*instants: datetime | None) -> Any:  # noqa: ANN401 - None only where nothing but None was given
    return max((instant for instant in instants if instant is not None), default=None)


def _both(mine: Grant | None, theirs: Grant | None) -> Grant | None:
    if mine is None or theirs is None:
        return mine or theirs
    return mine.joined(theirs)
