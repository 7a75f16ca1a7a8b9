"""The register of breaches on the wire: the fields of the CNIL's form, the clock, whom a leak reached."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.wire import NEXT, Instant, Line, Text, Wire, Word

_ID = ["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"]
_AT = ["2026-11-21T20:15:00Z"]
Words = Annotated[list[Word], Field(max_length=20)]
Number = Annotated[int, Field(ge=0, le=10**12)]


class KeysSafe(Wire):
    """The proof that the keys were safe: who looked, by function, on which day, where the proof is kept."""

    by: Line = Field(examples=["DPO"])
    on: Line = Field(examples=["2026-11-22"])
    reference: Line = Field(examples=["PV-3"])


class BreachForm(Wire):
    """The CNIL's form; whatever is not known yet is left out and told later (GDPR art. 33(4))."""

    nature: Words | None = Field(default=None, examples=[["confidentiality"]])
    origin: Word | None = Field(default=None, examples=["hacking"])
    cause: Word | None = Field(default=None, examples=["external_malicious"])
    way: Word | None = Field(default=None, description="How the data left", examples=["client"])
    data: Words | None = Field(default=None, examples=[["contact", "political_opinion"]])
    persons: Words | None = Field(default=None, examples=[["members"]])
    impacts: Words | None = Field(default=None, examples=[["loss_of_control"]])
    severity: Word | None = Field(default=None, examples=["important"])
    informed: Word | None = Field(default=None, description="Whether persons are told, or why not", examples=["done"])
    approximate_persons: Number | None = Field(default=None, examples=[1200])
    approximate_records: Number | None = Field(default=None, examples=[1200])
    informed_persons: Number | None = Field(default=None, examples=[1200])
    begun_at: Instant | None = Field(default=None, examples=_AT)
    ended_at: Instant | None = Field(default=None, examples=_AT)
    informed_at: Instant | None = Field(default=None, examples=_AT)
    discovered: Text | None = Field(default=None, examples=["Alerte du prestataire"])
    late_reason: Text | None = Field(default=None, examples=["Le prestataire a prévenu tard"])
    measures_before: Text | None = Field(default=None, examples=["Chiffrement champ par champ"])
    consequences: Text | None = Field(default=None, examples=["Des inconnus peuvent vous écrire"])
    measures_after: Text | None = Field(default=None, examples=["Programme révoqué"])
    organisations: Text | None = Field(default=None, examples=["Prestataire d'envoi"])
    informed_text: Text | None = Field(default=None, examples=["Courriel du 23 novembre"])
    cross_border: Text | None = Field(default=None, examples=["Non"])
    cnil_number: Text | None = Field(default=None, examples=["V-2026-1234"])
    complaint: Text | None = Field(default=None, examples=["Plainte déposée"])
    keys_safe: KeysSafe | None = Field(default=None)


class NewBreach(BreachForm):
    """A breach: the clock of 72 hours runs from the moment it was known."""

    aware_at: Instant = Field(examples=_AT)


class BreachNotified(Wire):
    """That the CNIL was notified."""

    at: Instant = Field(examples=_AT)
    kind: Literal["initial", "complementary", "complete"] = Field(default="initial", examples=["initial"])


class Breach(Wire):
    """A breach as the register tells it, with its clock."""

    id: UUID = Field(examples=_ID)
    opened_at: datetime = Field(examples=_AT)
    aware_at: datetime = Field(examples=_AT)
    due_at: datetime = Field(description="By when the CNIL is notified", examples=_AT)
    overdue: bool = Field(examples=[False])
    notified_at: datetime | None = Field(examples=_AT)
    closed_at: datetime | None = Field(examples=[None])
    role: str = Field(examples=["dpo"])
    form: dict[str, Any] = Field(examples=[{"nature": ["confidentiality"]}])


class Breaches(Wire):
    """A page of the register, the oldest breach first."""

    breaches: list[Breach]
    next: str = NEXT


class BreachNotification(Wire):
    """The form filled in, as data and as French text; ``missing`` are the blocks nothing is told of."""

    form: dict[str, Any] = Field(examples=[{"organisation": "Parti d'essai"}])
    text: str = Field(examples=["NOTIFICATION D'UNE VIOLATION DE DONNÉES À LA CNIL (RGPD, art. 33)\n"])
    missing: list[str] = Field(examples=[["origin"]])


class NewReach(Wire):
    """What leaked: all that was shown within a time, or of it what one client or member of staff, or one export."""

    since: Instant = Field(examples=_AT)
    until: Instant = Field(examples=_AT)
    actor: Line | None = Field(default=None, examples=_ID)
    export: UUID | None = Field(default=None, examples=_ID)
    tell: bool = Field(default=False, description="Write to whoever left an e-mail", examples=[False])


class ReachedPerson(Wire):
    """A person whom a leak reached, and the fields that were shown."""

    contact: UUID = Field(examples=_ID)
    fields: list[str] = Field(examples=[["email", "last_name"]])


class BreachReach(Wire):
    """Whom a leak reached, by the log; ``erased`` are those whom nobody can name any more."""

    persons: list[ReachedPerson]
    erased: int = Field(examples=[3])
    entries: int = Field(examples=[41])
    queued: int = Field(description="How many are written to", examples=[0])
