"""Sheets for the door on the wire: the place wanted, sheets, what came of their lines, newcomers."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.wire import NEXT, Commune, Email, Finding, Instant, Line, Phone, PollingStation, Text, Wire
from outreach.words import Effect, Outcome
from sheets.key_in import MOST_NEWCOMERS, LineResult
from sheets.make import MOST_DAYS, MOST_LINES
from sheets.notes import Kept

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_AT = "2026-11-21T20:15:00.000000Z"
Number = Annotated[int, Field(ge=1, le=999)]


class NewSheets(Wire):
    """The place of which sheets are made."""

    commune: Commune = Field(examples=["75056"])
    polling_station: PollingStation | None = Field(default=None, examples=["0012"])
    streets: list[Line] = Field(
        default=[], max_length=50, description="Names of streets, without numbers", examples=[["rue de la Paix"]]
    )
    lines: int = Field(default=40, ge=1, le=MOST_LINES, description="The most that one sheet has", examples=[40])
    days: int = Field(default=14, ge=1, le=MOST_DAYS, description="For how long it may be keyed in", examples=[14])


class Sheet(Wire):
    """A sheet; whom it means is told by its print alone."""

    id: UUID = Field(examples=[_ID])
    mark: str = Field(description="What is printed on it, to find it by", examples=["7B1CFA1E"])
    commune: str = Field(examples=["75056"])
    polling_station: str | None = Field(examples=["0012"])
    eligibility: UUID = Field(description="The record that allowed it, of GET /v1/eligibility", examples=[_ID])
    lines: int = Field(examples=[40])
    made_at: datetime = Field(examples=[_AT])
    made_by: str = Field(description="Who made it, never by name", examples=[_ID])
    printed_at: datetime | None = Field(examples=[_AT])
    printed_by: str | None = Field(examples=[_ID])
    expires_on: date = Field(description="The last day: then it is deleted", examples=["2026-12-05"])


class MadeSheets(Wire):
    """The sheets, in the order in which one walks; how many contacts were left out, by rule."""

    sheets: list[Sheet]
    refused: dict[str, int] = Field(examples=[{"gate.opposed": 2}])
    unopened: int = Field(description="Contacts left out because their records do not open", examples=[0])


class Sheets(Wire):
    """Sheets that may be printed and keyed in, those made last at the beginning."""

    sheets: list[Sheet]
    next: str = NEXT


class SheetOutcome(Wire):
    """What came of a line."""

    line: Number = Field(examples=[12])
    outcome: Outcome = Field(examples=["absent"])
    at: Instant = Field(description="When somebody rang, RFC 3339", examples=["2026-11-21T18:05:00Z"])
    note: Text | None = Field(default=None, description="A fact that helps; it is screened", examples=[None])


class NewNewcomer(Wire):
    """Who asked to stay in touch, in their own words; they confirm by their own mailbox or telephone."""

    first_names: Line | None = Field(default=None, examples=["Marie"])
    last_name: Line | None = Field(default=None, examples=["Dupont"])
    email: Email | None = Field(default=None, examples=["marie.dupont@example.org"])
    phone: Phone | None = Field(default=None, examples=[None])
    street: Line | None = Field(default=None, examples=[None])
    postcode: Line | None = Field(default=None, examples=[None])
    city: Line | None = Field(default=None, examples=[None])
    channels: list[Line] = Field(
        min_length=1, max_length=20, description="The boxes ticked, of GET /v1/signup-form", examples=[["email"]]
    )
    language: Literal["fr", "en"] = Field(default="fr", examples=["fr"])
    at: Instant = Field(description="When they wrote it, RFC 3339", examples=["2026-11-21T18:05:00Z"])
    canvasser: UUID | None = Field(
        default=None, description="Who knocked; whoever is signed in, where it is not said", examples=[None]
    )


class SheetOutcomes(Wire):
    """What came of a sheet, as much of it as is known."""

    outcomes: list[SheetOutcome] = Field(max_length=MOST_LINES)
    newcomers: list[NewNewcomer] = Field(default=[], max_length=MOST_NEWCOMERS, examples=[[]])


class NoteAnswer(Wire):
    """What became of a note; what was refused is not told again."""

    kept: Kept = Field(examples=["refused"])
    findings: list[Finding]
    neutral_fr: list[str] = Field(
        description="What may be written instead",
        examples=[["Ne notez pas la religion ; notez plutôt : « préfère être contacté en soirée »."]],
    )
    rewrite: str | None = Field(
        description="The author's own words without the sentences concerned", examples=["Rappeler en soirée."]
    )
    review: UUID | None = Field(description="Where it waits for the privacy reviewer", examples=[None])


class LineAnswer(Wire):
    """What became of a line; ``effect`` is what a refusal comes to in law."""

    line: int = Field(examples=[12])
    result: LineResult = Field(examples=["recorded"])
    effect: Effect | None = Field(examples=["objection"])
    note: NoteAnswer | None


class NewcomerAnswer(Wire):
    """What of a newcomer is to be filled in otherwise (``form``: none is open); none where a message asks them."""

    faults: list[str] = Field(examples=[["email"]])


class KeyedSheet(Wire):
    """What became of each line and of each newcomer, in order."""

    outcomes: list[LineAnswer]
    newcomers: list[NewcomerAnswer]
