"""A campaign's life on the wire: its elections, its activation, what it says of itself."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import ElectionWord, Line, PlaceCode, PurposeWord, Wire, Word
from api.wire_governance import Controller, Operator

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
State = Literal["called", "round_1", "round_2", "decided", "contested", "annulled"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Address = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https://[^\s@]+$")]
Territory = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z-]{1,12}$")]


class NewElection(Wire):
    """A ballot and its rounds."""

    title: Line = Field(examples=["Élections municipales"])
    type: ElectionWord = Field(description="A type of election, of GET /v1/law", examples=["municipal"])
    first_round: date = Field(examples=["2027-03-14"])
    second_round: date | None = Field(default=None, examples=["2027-03-21"])
    places: list[PlaceCode] = Field(
        default=[],
        max_length=200,
        description="Where people vote: departments, communes (INSEE), `abroad`; none counts as everywhere",
        examples=[["75056"]],
    )


class ElectionStep(Wire):
    """The next state of an election, and the day of it."""

    state: State = Field(examples=["round_1"])
    on: date = Field(examples=["2027-03-14"])


class Assessment(Wire):
    """The impact assessment: approved, or why none is required."""

    reference: Line | None = Field(default=None, examples=["AIPD-2026-1"])
    on: date | None = Field(default=None, examples=["2026-11-01"])
    by: Line | None = Field(default=None, description="A function, never a name", examples=["présidence"])
    not_required: Line | None = Field(default=None, examples=[None])


class Notice(Wire):
    """The notice as published."""

    address: Address = Field(examples=["https://parti.example.org/donnees"])
    version: Line = Field(examples=["1"])
    on: date = Field(examples=["2026-11-01"])
    sha256: Sha256 = Field(description="Digest of its text", examples=["0f" * 32])


class Period(Wire):
    """A shorter period of retention."""

    months: int = Field(default=0, ge=0, le=1200, examples=[24])
    days: int = Field(default=0, ge=0, le=3660, examples=[0])


class Declaration(Wire):
    """What the controller declares to activate the campaign; the registers are read beside it."""

    dpia: Assessment | None = None
    notice: Notice | None = None
    purposes: list[PurposeWord] = Field(default=[], max_length=50, examples=[["contact_management", "canvassing"]])
    territories: list[Territory] = Field(default=[], max_length=500, examples=[["75056"]])
    retention: dict[Word, Period] | None = Field(
        default=None,
        description="Rows made shorter; an empty object confirms the law's periods",
        examples=[{"regular": {"months": 24}}],
    )


class Activation(Wire):
    """The declaration in force."""

    dpia: Assessment
    notice: Notice
    purposes: list[str] = Field(examples=[["administration", "canvassing", "contact_management"]])
    territories: list[str] = Field(examples=[["75056"]])
    retention: dict[str, Period] = Field(examples=[{"regular": {"months": 24, "days": 0}}])
    edition: str = Field(description="The digest of the law's edition that was asked", examples=["0f" * 32])
    activated_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])


class Campaign(Wire):
    """A campaign: where it is in its life, and who answers for it."""

    id: UUID = Field(examples=[_ID])
    name: str = Field(examples=["Municipales"])
    phase: Literal["preparing", "active", "closing"] = Field(examples=["active"])
    controllers: list[Controller]
    operator: Operator | None
    activation: Activation | None
