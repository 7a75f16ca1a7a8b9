"""What tools that poll must take out or put back, on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.wire import NEXT, Wire

Kind = Literal["contact.erased", "contact.restricted", "contact.released", "consent.withdrawn"]
_ID = "2f1d8c0e-64a5-4a7b-8f0e-9b1f3c5d7e21"
_CONTACT = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"


class Change(Wire):
    """What one act did to some contacts, 400 at most."""

    id: UUID = Field(examples=[_ID])
    kind: Kind = Field(examples=["contact.erased"])
    at: datetime = Field(examples=["2026-11-22T16:00:00Z"])
    contacts: list[UUID] = Field(examples=[[_CONTACT]])


class Changes(Wire):
    """A page of changes, oldest first."""

    changes: list[Change]
    next: str = NEXT
