"""Erasures with their certificate, dossiers, and the tickets of recipients, on the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Instant, Wire

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_AT = "2026-11-21T20:15:00.000000+00:00"
Ground = Literal["no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_duty", "child_service"]
Language = Literal["fr", "en"]
TicketAct = Literal["erasure", "rectification", "restriction"]
TicketState = Literal["waiting", "acknowledged", "unanswered"]
Letter = Annotated[str, StringConstraints(pattern=r"^[a-f]$")]


class ErasureOrder(Wire):
    """What a person asked for."""

    ground: Ground = Field(default="no_longer_needed", description="GDPR art. 17(1)", examples=["objection"])
    keep_objection: bool = Field(
        default=True, description="Keep keyed fingerprints, so that no later file brings them back", examples=[True]
    )
    language: Language = Field(default="fr", examples=["fr"])


class KeptPart(Wire):
    """A part that stays, restricted."""

    compartment: str = Field(examples=["evidence"])
    label: str = Field(examples=["Preuves de consentement"])
    letter: Letter = Field(description="Of GDPR art. 17(3)", examples=["e"])
    until: date = Field(examples=["2031-11-21"])


class Erasure(Wire):
    """What became of the person: what stays, whom we told, from when no older backup opens."""

    kept: list[KeptPart]
    recipients: list[str] = Field(examples=[["Outil de courriels"]])
    backups_until: date = Field(examples=["2026-12-21"])
    sent: bool = Field(description="Whether the certificate went to an address of the person's", examples=[False])
    certificate: str | None = Field(description="To be posted, where it was not sent", examples=["Bonjour, ..."])


class DossierOrder(Wire):
    """In which language the person is written to first."""

    language: Language = Field(default="fr", examples=["fr"])


class MadeDossier(Wire):
    """A dossier that waits for its person."""

    id: UUID = Field(examples=[_ID])
    until: Instant = Field(examples=[_AT])
    sent: bool = Field(description="Whether the link went to an address of the person's", examples=[True])


class RecipientTicket(Wire):
    """What one recipient is told of one person."""

    id: UUID = Field(examples=[_ID])
    recipient: str = Field(examples=["Outil de courriels"])
    act: TicketAct = Field(examples=["erasure"])
    told_by: Literal["webhook", "letter"] = Field(examples=["letter"])
    state: TicketState = Field(examples=["waiting"])
    created_at: Instant = Field(examples=[_AT])
    until: Instant = Field(examples=[_AT])
    chased: int = Field(description="How often it was told again", examples=[0])
    ended_at: Instant | None = Field(examples=[None])


class RecipientTickets(Wire):
    """A page of tickets, in the order of their ids."""

    recipient_tickets: list[RecipientTicket]
    next: str = NEXT


class Ticket(Wire):
    """A ticket as its recipient sees it: the person under the ids that the recipient has."""

    act: TicketAct = Field(examples=["erasure"])
    ids: list[str] = Field(description="Empty once it was acknowledged", examples=[["4711"]])
    state: TicketState = Field(examples=["waiting"])
    until: Instant = Field(examples=[_AT])
