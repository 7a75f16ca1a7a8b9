"""Messages, interactions and the register of targeting on the wire: closed words and references, no free text."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.wire import NEXT, Instant, Name, Wire
from outreach.record import MOST, Fault
from outreach.words import Channel, Effect, Exemption, Kind, MessageKind, Outcome, Technique

_ID = ["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"]
_PERSON = ["0c9d3a52-52f5-4a70-9b76-6a1f1f0f1d20"]
_AT = ["2026-11-21T20:15:00.000000Z"]


class NewMessage(Wire):
    """A message before it is sent; political advertising on line names its sponsor, or why it is none."""

    kind: MessageKind = Field(examples=["logistics"])
    channel: Channel = Field(description="Not call or door: record the call or the visit", examples=["email"])
    title: Name = Field(description="A reference of the campaign's own; it is screened", examples=["rentree"])
    sponsor: UUID | None = Field(default=None, description="One of GET /v1/controllers", examples=[None])
    exemption: Exemption | None = Field(default=None, examples=[None])
    election: UUID | None = Field(default=None, examples=[None])


class CreatedMessage(Wire):
    """The id that interactions refer to."""

    id: UUID = Field(examples=_ID)


class Message(Wire):
    """A message of the campaign."""

    id: UUID = Field(examples=_ID)
    kind: MessageKind = Field(examples=["newsletter"])
    channel: Channel = Field(examples=["list"])
    title: str = Field(examples=["lettre_de_rentree"])
    labelled: bool = Field(description="Whether it must bear the label of political advertising", examples=[True])
    sponsor: UUID | None = Field(examples=_ID)
    exemption: Exemption | None = Field(examples=[None])
    election: UUID | None = Field(examples=[None])
    created_at: datetime = Field(examples=_AT)


class Messages(Wire):
    """Messages of the campaign, oldest first."""

    messages: list[Message]
    next: str = NEXT


class NewInteraction(Wire):
    """What happened; its channel is the message's, the telephone (call) or the door (visit)."""

    contact: UUID = Field(examples=_PERSON)
    kind: Kind = Field(description="All but call and visit name their message", examples=["visit"])
    at: Instant = Field(description="When it happened, RFC 3339", examples=["2026-11-21T18:05:00Z"])
    outcome: Outcome | None = Field(default=None, description="Of a visit, or of a call", examples=["absent"])
    message: UUID | None = Field(default=None, examples=[None])
    eligibility: UUID | None = Field(default=None, description="The record that allowed it", examples=[None])


class InteractionBatch(Wire):
    """Up to 1,000 interactions."""

    interactions: list[NewInteraction] = Field(min_length=1, max_length=MOST)


class RecordedInteraction(Wire):
    """An interaction as it was recorded; ``effect`` is what a refusal comes to in law."""

    id: UUID = Field(examples=_ID)
    effect: Effect | None = Field(examples=["objection"])
    articles: list[str] = Field(description="On which the effect rests", examples=[["RGPD, art. 21"]])


class InteractionResult(Wire):
    """What became of one of many: its id, or why it was not recorded."""

    id: UUID | None = Field(examples=_ID)
    fault: Fault | None = Field(examples=[None])
    effect: Effect | None = Field(examples=[None])


class InteractionResults(Wire):
    """What became of each, in order."""

    results: list[InteractionResult]


class Interaction(Wire):
    """One thing that happened; ``role`` and ``actor`` say who recorded it, never by name."""

    id: UUID = Field(examples=_ID)
    contact: UUID = Field(examples=_PERSON)
    kind: Kind = Field(examples=["visit"])
    channel: Channel = Field(examples=["door"])
    outcome: Outcome | None = Field(examples=["absent"])
    message: UUID | None = Field(examples=[None])
    message_kind: MessageKind | None = Field(examples=[None])
    eligibility: UUID | None = Field(examples=[None])
    at: datetime = Field(examples=_AT)
    recorded_at: datetime = Field(examples=_AT)
    role: str = Field(examples=["canvasser"])
    actor: str = Field(examples=_ID)


class Interactions(Wire):
    """A page of interactions in the order in which they were recorded."""

    interactions: list[Interaction]
    next: str = NEXT


class Criterion(Wire):
    """What chose, or left out, and the kinds of origin that its data came from."""

    name: str = Field(examples=["commune"])
    excludes: bool = Field(examples=[False])
    origins: list[str] = Field(examples=[["newsletter"]])


class Targeting(Wire):
    """A line of the register: how those who get a message were chosen; by role, never by person."""

    id: UUID = Field(examples=_ID)
    channel: Channel = Field(examples=["email"])
    technique: Technique = Field(examples=["geography"])
    criteria: list[Criterion]
    counts: dict[str, int] = Field(examples=[{"considered": 1200, "allowed": 900}])
    automated: bool = Field(description="Whether artificial intelligence took part", examples=[False])
    message: UUID | None = Field(examples=_ID)
    eligibility: UUID | None = Field(examples=_ID)
    purpose: str = Field(examples=["email_campaign"])
    role: str = Field(examples=["manager"])
    edition: str = Field(description="The digest of the law's edition", examples=["0f" * 32])
    starts_on: date = Field(examples=["2026-11-21"])
    last_use_on: date = Field(examples=["2026-11-21"])
    recorded_at: datetime = Field(examples=_AT)


class Targetings(Wire):
    """Lines of the register of targeting, oldest first."""

    targetings: list[Targeting]
    next: str = NEXT


class Mention(Wire):
    """One mention of a transparency notice."""

    mention: str = Field(examples=["sponsor"])
    label: str = Field(examples=["Sponsor"])
    text: str = Field(examples=["Parti d'essai"])


class TransparencyNotice(Wire):
    """What is published of a targeting, in French and English, and what whoever publishes it must add."""

    targeting: UUID = Field(examples=_ID)
    kept_until: date = Field(examples=["2033-11-21"])
    fr: list[Mention]
    en: list[Mention]
    missing_fr: list[str] = Field(examples=[["Montants et avantages reçus, et leur calcul"]])
    missing_en: list[str] = Field(examples=[["Amounts and benefits received, and their calculation"]])
