"""How long data are kept, on the wire: sweeps, their report, legal holds, endings."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Line, Wire
from policy.leaving import ENDINGS

_ID = ["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"]
_AT = ["2027-03-23T01:00:00.000000Z"]
_COUNTS = [{"roll.erased": 48211, "roll.stripped": 310}]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Reason = Literal["claims", "regulator", "investigation", "election_contest"]
EndingWord = Annotated[str, StringConstraints(pattern="^(" + "|".join(sorted(ENDINGS)) + ")$")]


class NewRun(Wire):
    """A sweep to be done soon; simulated, it says what would go and touches nothing."""

    simulated: bool = Field(default=True, examples=[True])


class RetentionRun(Wire):
    """A sweep: how far it is, and what it did, by line of the schedule and act."""

    id: UUID = Field(examples=_ID)
    simulated: bool = Field(examples=[False])
    started_at: datetime = Field(examples=_AT)
    finished_at: datetime | None = Field(examples=_AT)
    chunks: int = Field(examples=[25])
    examined: int = Field(examples=[50000])
    counts: dict[str, int] = Field(examples=_COUNTS)


class RetentionRuns(Wire):
    """A page of sweeps, the oldest first."""

    runs: list[RetentionRun]
    next: str = NEXT


class RetentionReport(Wire):
    """What the sweeps of a month did."""

    month: str = Field(examples=["2027-03"])
    runs: int = Field(examples=[31])
    unfinished: int = Field(examples=[0])
    examined: int = Field(examples=[50000])
    counts: dict[str, int] = Field(examples=_COUNTS)
    holds: int = Field(examples=[1])


class NewHold(Wire):
    """A legal hold on a contact, or on the whole campaign where none is named."""

    contact: UUID | None = Field(default=None, examples=_ID)
    reason: Reason = Field(examples=["claims"])
    reference: Line = Field(description="The case, without anybody's name", examples=["TA 27/0412"])
    expires_on: Day = Field(description="Within two years", examples=["2027-12-31"])


class ArchiveOpening(Wire):
    """Why a contact in restricted archive is looked at: one of the reasons it is kept for, and the case."""

    reason: Reason = Field(examples=["claims"])
    reference: Line = Field(description="The case, without anybody's name", examples=["TA 27/0412"])


class Hold(Wire):
    """A legal hold in force."""

    id: UUID = Field(examples=_ID)
    contact: UUID | None = Field(examples=_ID)
    reason: Reason = Field(examples=["claims"])
    reference: str = Field(examples=["TA 27/0412"])
    role: str = Field(examples=["manager"])
    actor: str = Field(examples=_ID)
    placed_at: datetime = Field(examples=_AT)
    expires_on: date = Field(examples=["2027-12-31"])


class Holds(Wire):
    """A page of the holds in force, the oldest first."""

    holds: list[Hold]
    next: str = NEXT


class NewEnding(Wire):
    """Something that ended with a person: from that day its clock runs."""

    event: EndingWord = Field(examples=["end_of_membership"])
    ended_on: Day = Field(examples=["2027-01-31"])
