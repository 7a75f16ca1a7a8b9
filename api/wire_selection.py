"""Saved selections on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Line, Wire
from api.wire_contact import Contact

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"


class SelectionClause(Wire):
    """One condition. Names choose nobody; an age, or a street, is compared once the field is opened."""

    field: Annotated[str, StringConstraints(pattern=r"^(custom:)?[a-z][a-z0-9_\-]{0,62}$")] = Field(
        description="category, commune, polling_station, tag, age, sex, street, city, postcode, profession, theme, "
        "event, volunteer_task, support_level, turnout, list_type, custom:NAME",
        examples=["age"],
    )
    operator: Literal["is", "in", "from", "to", "matches"] = Field(examples=["from"])
    values: list[Line] = Field(min_length=1, max_length=100, examples=[["60"]])


class NewSelection(Wire):
    """A selection to save, for the declared purpose: all its clauses must hold."""

    name: Line = Field(examples=["plus de 60 ans, quartier nord"])
    clauses: list[SelectionClause] = Field(min_length=1, max_length=20)


class Selection(Wire):
    """A saved selection."""

    id: UUID = Field(examples=[_ID])
    name: str = Field(examples=["plus de 60 ans, quartier nord"])
    purpose: str = Field(examples=["contact_management"])
    clauses: list[SelectionClause]
    created_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])


class Selections(Wire):
    """The saved selections, the oldest first."""

    selections: list[Selection]
    next: str = NEXT


class SelectionCount(Wire):
    """How many a selection means."""

    count: int | None = Field(description="Nothing where they are fewer than the smallest cell", examples=[42])


class SelectionRun(Wire):
    """Whom a selection means among the contacts that this page opened; go on until there is no next."""

    contacts: list[Contact]
    next: str | None = Field(description="To send as `cursor`; nothing after the last page", examples=[None])
