"""Exports of lists on the wire; the file itself travels as bytes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, CategoryWord, Commune, Line, PollingStation, Wire, Word
from api.wire_eligibility import Criterion
from api.wire_imports import ImportRule
from api.wire_said import ChannelName

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_AT = "2026-11-21T20:15:00.000000Z"
FieldName = Annotated[str, StringConstraints(pattern=r"^(custom:)?[a-z][a-z0-9_\-]{0,62}$")]
Secured = Literal["age", "link"]
FormatWord = Literal["csv", "xlsx", "ndjson"]


class ExportSelection(Wire):
    """Which contacts, by clear columns only; none named is all."""

    category: CategoryWord | None = Field(default=None, examples=[None])
    commune: Commune | None = Field(default=None, examples=["75056"])
    polling_station: PollingStation | None = Field(default=None, examples=[None])


class ExportReach(Wire):
    """Only who may be reached, asked anew for every chunk."""

    channel: ChannelName = Field(examples=["email"])
    message: Word = Field(default="propaganda", description="Of GET /v1/law, or newsletter", examples=["propaganda"])
    sends: UUID | None = Field(default=None, description="The message, of GET /v1/messages", examples=[None])
    criteria: list[Criterion] | None = Field(
        default=None, max_length=50, description="The fields that chose the contacts; empty for all", examples=[[]]
    )


class NewExport(Wire):
    """A list to export, for the declared purpose."""

    reason: Line = Field(examples=["Lettre de novembre"])
    recipient: Line = Field(description="Name or id of GET /v1/recipients", examples=["Imprimerie du Marché"])
    selection: ExportSelection = Field(default=ExportSelection())
    saved: UUID | None = Field(default=None, description="A saved selection that chooses instead", examples=[None])
    fields: list[FieldName] | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Fewer than the purpose discloses: of GET /v1/law, or category, commune, polling_station, tags",
        examples=[["last_name", "first_names", "address"]],
    )
    reach: ExportReach | None = Field(default=None)
    cap: int = Field(default=10_000, ge=1, le=10_000_000, description="Most contacts that may leave", examples=[500])
    format: FormatWord = Field(default="csv", examples=["csv"])
    secured: Secured = Field(
        default="age",
        description="Encrypted to the recipient's public key, or in clear by a link that serves once",
        examples=["age"],
    )
    hours: int = Field(default=72, ge=1, le=168, description="How long the finished file waits", examples=[72])


class OrderedExport(Wire):
    """The export that was ordered; its address is in Location."""

    id: UUID = Field(examples=[_ID])
    state: Literal["queued", "waiting"] = Field(description="waiting: for another's approval", examples=["queued"])
    approval: UUID | None = Field(description="The request of GET /v1/approvals that it waits for", examples=[None])
    alone_from: datetime | None = Field(
        description="When it begins all the same, because nobody else can approve", examples=[None]
    )


class ExportFailure(Wire):
    """Why an export cannot go on."""

    message: str = Field(examples=["more than 500 contacts would leave: narrow the selection or raise the cap"])
    rules: list[ImportRule]


class Export(Wire):
    """An export: how it was ordered, how far it is, until when its file waits."""

    id: UUID = Field(examples=[_ID])
    state: Literal[
        "waiting", "queued", "running", "finished", "collected", "expired", "erased", "failed", "cancelled"
    ] = Field(examples=["finished"])
    purpose: str = Field(examples=["canvassing"])
    ordered_by: str = Field(description="A random identifier of client or staff", examples=[_ID])
    recipient: UUID = Field(examples=[_ID])
    recipient_name: str = Field(examples=["Imprimerie du Marché"])
    reason: str = Field(examples=["Lettre de novembre"])
    selection: dict[str, str | list[str] | None] = Field(examples=[{"commune": "75056"}])
    saved: UUID | None = Field(examples=[None])
    fields: list[str] = Field(description="The columns of the file", examples=[["id", "last_name", "address"]])
    channel: str | None = Field(examples=["email"])
    cap: int = Field(examples=[500])
    format: FormatWord = Field(examples=["csv"])
    secured: Literal["age", "link", "file"] = Field(
        description="file: written at once at the command line, to a file there", examples=["age"]
    )
    approval: UUID | None = Field(examples=[None])
    contacts: int = Field(description="How many are in the file so far", examples=[412])
    withheld: int = Field(description="Restricted, or past their day", examples=[3])
    refused: dict[str, int] = Field(description="Who may not be reached, by rule", examples=[{"gate.no_consent": 80}])
    size: int = Field(description="Bytes of the file", examples=[24_310])
    collected: int = Field(description="How often the file left", examples=[0])
    failure: ExportFailure | None
    created_at: datetime = Field(examples=[_AT])
    started_at: datetime | None = Field(examples=[_AT])
    finished_at: datetime | None = Field(examples=[_AT])
    until: datetime | None = Field(description="When the file is deleted", examples=[_AT])


class Exports(Wire):
    """A page of exports, the newest first."""

    exports: list[Export]
    next: str = NEXT


class ExportLink(Wire):
    """The page from which a file is downloaded once."""

    link: str = Field(examples=["https://isoloir.example.org/exports/7b1cfa1e/AQAB"])
    until: datetime = Field(examples=[_AT])
