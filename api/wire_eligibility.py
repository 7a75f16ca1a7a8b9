"""Eligibility on the wire: who may be reached, the records of answers, oppositions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from api.wire import CategoryWord, Commune, PollingStation, Wire, Word
from api.wire_consent import MOST_EVIDENCE
from api.wire_contact import ContactFields
from api.wire_said import ChannelName, ConsentPurpose

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_AT = "2026-11-21T20:15:00Z"
MOST_ASKED = 100_000
Criterion = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_\-:]{0,80}$")]


class Enquiry(Wire):
    """May these contacts, or all whom clear columns select, be reached? The purpose is the declared one."""

    channel: ChannelName = Field(examples=["email"])
    message: Word = Field(default="propaganda", description="Of GET /v1/law, or newsletter", examples=["propaganda"])
    at: AwareDatetime | None = Field(default=None, description="When it is sent; now", examples=[None], strict=False)
    contacts: list[UUID] | None = Field(
        default=None, max_length=MOST_ASKED, description="None asks about the campaign", examples=[[_ID]]
    )
    selection: UUID | None = Field(
        default=None,
        description="With the scope contacts:list, a saved selection that chooses the contacts, without contacts, "
        "filters or page beside it; its fields are criteria. Up to 20,000 contacts are opened",
        examples=[None],
    )
    criteria: list[Criterion] | None = Field(
        default=None,
        max_length=50,
        description="The fields that chose the contacts; empty for a whole base or a random part of it; unsaid is "
        "targeted",
        examples=[[]],
    )
    sends: UUID | None = Field(
        default=None,
        description="The message, of GET /v1/messages, that is sent now: whoever is allowed counts as sent to when the "
        "answer expires, unless it is reported; criteria on line are written in the register of targeting",
        examples=[None],
    )
    category: CategoryWord | None = Field(default=None, examples=[None])
    commune: Commune | None = Field(default=None, examples=[None])
    polling_station: PollingStation | None = Field(default=None, examples=[None])
    after: UUID | None = Field(default=None, description="The `next` of the page before", examples=[None])


class Outcome(Wire):
    """One answer of the law, and whom it is about."""

    rule: str = Field(examples=["gate.no_consent"])
    articles: list[str] = Field(examples=[["RGPD, art. 7"]])
    step: str | None = Field(description="What changes it", examples=["ask_consent"])
    ground: str | None = Field(examples=["consent"])
    door: str | None = Field(examples=["9(2)(d)"])
    carries: list[str] = Field(description="What the message must say", examples=[["identity", "unsubscribe"]])
    contacts: list[UUID] = Field(examples=[[_ID]])


class Eligibility(Wire):
    """Who may be reached and why the others may not; the record is kept and signed."""

    id: UUID = Field(description="The record", examples=[_ID])
    expires_at: datetime = Field(examples=[_AT])
    digest: str = Field(description="SHA-256 of the allowed ids, sorted", examples=["0f" * 32])
    signed: str = Field(examples=["isoloir/…/eligibility\n…"])
    allowed: list[Outcome]
    refused: list[Outcome]
    unknown: list[UUID] = Field(examples=[[]])
    next: UUID | None = Field(description="Where the next page of the campaign begins", examples=[None])


class EligibilityRecord(Wire):
    """The record of an answer: no id of anybody, a digest only."""

    id: UUID = Field(examples=[_ID])
    purpose: str = Field(examples=["email_campaign"])
    message: str = Field(examples=["propaganda"])
    targeted: bool = Field(examples=[False])
    decided_at: datetime = Field(examples=[_AT])
    expires_at: datetime = Field(examples=[_AT])
    edition: str = Field(examples=["0f" * 32])
    asked: int = Field(examples=[3])
    allowed: int = Field(examples=[1])
    digest: str = Field(examples=["0f" * 32])
    signed: str = Field(examples=["isoloir/…/eligibility\n…"])


class ReachLine(Wire):
    """How many contacts get one answer."""

    rule: str = Field(examples=["gate.claimed"])
    step: str | None = Field(description="What would change it; none where it is yes", examples=["prove_cohort"])
    contacts: int = Field(examples=[120])


class Reach(Wire):
    """Who can be reached today, and by which step how many more."""

    purpose: str = Field(examples=["email_campaign"])
    channel: str = Field(examples=["email"])
    lines: list[ReachLine]


class NewOpposition(Wire):
    """Somebody objects, known by an e-mail, a number, an identifier, or a name with birth date or postal address."""

    fields: ContactFields = Field(examples=[{"email": ["marie.dupont@example.org"]}])
    purpose: ConsentPurpose = Field(default="*", examples=["*"])
    channel: ChannelName = Field(default="all", examples=["all"])


class Oppositions(Wire):
    """Oppositions of up to a thousand persons, a suppression file for example; they can never be read back."""

    oppositions: list[NewOpposition] = Field(min_length=1, max_length=MOST_EVIDENCE)


class RecordedOppositions(Wire):
    """How many entries were kept."""

    entries: int = Field(examples=[1])
