"""Imports of lists on the wire; the list itself travels as bytes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Wire

_ID = ["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"]
_AT = ["2026-11-21T20:15:00.000000Z"]
_RULE = ["attribute.religion"]
_ARTICLES = [["RGPD art. 9(1)"]]
ColumnWord = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}(\.[a-z0-9_]{1,30})?$")]


class RequestedImport(Wire):
    """The import that an upload began; its address is in Location."""

    id: UUID = Field(examples=_ID)


class ImportColumn(Wire):
    """What becomes of a column, and by which rule."""

    column: str = Field(examples=["religion"])
    decision: Literal["kept", "objection", "flag", "dropped", "refused"] = Field(examples=["refused"])
    field: str | None = Field(examples=[None])
    rule: str | None = Field(examples=_RULE)
    articles: list[str] = Field(examples=_ARTICLES)


class ColumnProposal(Wire):
    """What may become of a column that no profile knows; no value of the file is shown."""

    position: int = Field(description="From 1", examples=[3])
    column: str | None = Field(
        description="Its name; nothing while no name of the first row is known, which may then be a person",
        examples=["Joindre"],
    )
    decision: Literal["kept", "objection", "flag", "dropped", "refused"] = Field(examples=["kept"])
    field: str | None = Field(description="Or the channel that an objection closes", examples=["email"])
    rule: str | None = Field(examples=[None])
    articles: list[str] = Field(examples=[[]])
    reason: Literal["name", "values", "nothing"] = Field(description="What tells", examples=["values"])
    confidence: float = Field(description="The share of the values that have the form of the field", examples=[0.98])
    asked: bool = Field(description="Whether somebody must decide on it", examples=[False])


class ColumnDecision(Wire):
    """What a column is."""

    position: int = Field(ge=1, le=100_000, examples=[3])
    field: ColumnWord | None = Field(
        description="A field; objection.CHANNEL for what closes one; null to leave it out", examples=["email"]
    )


class MappingDecision(Wire):
    """What the columns of a list are: each that is asked about, and any other that is not refused."""

    columns: list[ColumnDecision] = Field(max_length=2_000)


class ImportRule(Wire):
    """A rule by which a whole list was refused."""

    rule: str = Field(examples=["file.financial"])
    articles: list[str] = Field(examples=_ARTICLES)


class ImportFailure(Wire):
    """Why an import cannot go on; rows are named by number, never by what stands in them."""

    message: str = Field(examples=["row 17: a quotation mark is opened and never closed"])
    rules: list[ImportRule]


class Import(Wire):
    """An import: how it was asked for, how far it is, what became of columns, rows and cells."""

    id: UUID = Field(examples=_ID)
    state: Literal["queued", "awaiting_mapping", "running", "finished", "failed", "cancelled"] = Field(
        examples=["running"]
    )
    purpose: str = Field(examples=["contact_management"])
    origin: int = Field(examples=[3])
    profile: str | None = Field(description="The one named, else the one detected", examples=["nationbuilder"])
    category: str | None = Field(examples=["regular"])
    cohort: int | None = Field(description="The one its opt-ins belong to", examples=[None])
    dry_run: bool = Field(examples=[False])
    percent: int = Field(examples=[40])
    seconds_left: int | None = Field(description="A guess from the pace so far", examples=[90])
    rows: dict[str, int] = Field(examples=[{"created": 3980, "refused": 12, "updated": 8}])
    cells: dict[str, int] = Field(examples=[{"refused": 40, "invalid": 3}])
    columns: list[ImportColumn]
    proposals: list[ColumnProposal] = Field(description="While it awaits its mapping")
    failure: ImportFailure | None
    has_report: bool = Field(description="It is kept for seven days after the end", examples=[True])
    created_at: datetime = Field(examples=_AT)
    started_at: datetime | None = Field(examples=_AT)
    finished_at: datetime | None = Field(examples=[None])


class Imports(Wire):
    """A page of imports, the newest first."""

    imports: list[Import]
    next: str = NEXT


class ImportUndo(Wire):
    """An import that is undone: how far, and what became of what it had made. Counts only."""

    id: UUID = Field(description="The import's", examples=_ID)
    state: Literal["running", "finished", "failed"] = Field(examples=["finished"])
    failure: ImportFailure | None = Field(description="Why it cannot go on; ask for it anew then", examples=[None])
    contacts: dict[str, int] = Field(
        description="erased, restored, left because everything in them changed since, kept as they are for another "
        "reason, gone before",
        examples=[{"erased": 3975, "restored": 8, "kept": 5}],
    )
    kept: dict[str, int] = Field(
        description="Contacts that stay as they are, by why: those that it made where somebody consented, contacted, "
        "changed, asked (the person made a request), documented (an attachment); any where held or restricted",
        examples=[{"consented": 4, "contacted": 1}],
    )
    data: dict[str, int] = Field(
        description="Of contacts that were there before: restored, removed, left because they changed since",
        examples=[{"restored": 11, "removed": 3, "left": 1}],
    )
    others: dict[str, int] = Field(
        description="Claims of consent and words held for review that went; oppositions kept of contacts that went",
        examples=[{"claims": 40, "oppositions": 2}],
    )
    begun_at: datetime = Field(examples=_AT)
    finished_at: datetime | None = Field(examples=_AT)
