"""Seed mailboxes on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.wire import NEXT, Email, Wire

_ID = "0d3c7a44-7a0c-4b49-9d0c-6a2e0a7e5c11"
_ADDRESS = "camille.aube@parti.example.org"


class NewSeed(Wire):
    """A mailbox that the controller owns and reads, and by which nobody else is reached."""

    address: Email = Field(examples=[_ADDRESS])


class Seed(Wire):
    """A seed mailbox."""

    id: UUID = Field(examples=[_ID])
    address: str = Field(examples=[_ADDRESS])
    added_at: datetime = Field(examples=["2026-11-22T15:00:00Z"])
    ended_at: datetime | None = Field(examples=[None])


class Seeds(Wire):
    """The seed mailboxes, oldest first."""

    seeds: list[Seed]
    next: str = NEXT
