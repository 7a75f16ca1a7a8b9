"""Attachments on the wire; the content itself travels as bytes."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.wire import NEXT, Wire

Kind = Literal["form", "undertaking", "mandate", "evidence"]
_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"


class AddedAttachment(Wire):
    """The attachment that a file became."""

    id: UUID = Field(examples=[_ID])


class Attachment(Wire):
    """What an attachment is; ``due_on`` is null until an event starts its clock."""

    id: UUID = Field(examples=[_ID])
    kind: Kind = Field(examples=["form"])
    contact: UUID | None = Field(examples=["0c9d3a52-52f5-4a70-9b76-6a1f1f0f1d20"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(examples=[182_044])
    state: Literal["kept", "archived"] = Field(examples=["kept"])
    due_on: date | None = Field(examples=["2031-11-21"])
    created_at: datetime = Field(examples=["2026-11-21T20:15:00.000000Z"])


class Attachments(Wire):
    """A page of attachments, in the order of their ids."""

    attachments: list[Attachment]
    next: str = NEXT
