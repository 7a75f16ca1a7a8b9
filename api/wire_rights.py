"""Rights requests on the wire: as they come in, on the board, with what they say, and what is done about them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, BirthDate, Email, Line, Phone, Text, Wire, Word

_ID = ["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"]
_REFERENCE = ["DR-7K4M-2QX9"]
_DAY = ["2026-11-19"]
_DUE = ["2026-12-21"]
_AT = ["2026-11-21T20:15:00.000000Z"]
KindWord = Literal[
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "consent_withdrawal",
    "post_mortem",
]
StateWord = Literal[
    "received",
    "awaiting_identity",
    "awaiting_details",
    "in_progress",
    "extended",
    "decided",
    "answered",
    "refused",
    "withdrawn",
    "linked",
    "closed",
]
ComingWord = Literal["page", "letter", "email", "phone", "in_person", "tool"]
AskerWord = Literal["self", "mandate", "parent", "heir"]
MeansWord = Literal["mailbox", "code", "link", "post", "staff"]
AlertWord = Literal["half_time", "seven_days", "two_days", "overdue"]
StepWord = Literal["confirm", "doubt", "ask", "complete", "extend", "withdraw", "link", "close"]
Reference = Annotated[str, StringConstraints(min_length=8, max_length=30, pattern=r"^[0-9A-Za-z \-]+$")]


class Asked(Wire):
    """Somebody as they named themselves."""

    first_names: Line | None = Field(default=None, examples=["Marie"])
    last_name: Line | None = Field(default=None, examples=["Dupont"])
    birth_date: BirthDate | None = Field(default=None, examples=["1960-05-04"])
    email: Email | None = Field(default=None, examples=["marie@example.org"])
    phone: Phone | None = Field(default=None, examples=["+33612345678"])
    street: Line | None = Field(default=None, examples=["1 rue du Bac"])
    postcode: Line | None = Field(default=None, examples=["75007"])
    city: Line | None = Field(default=None, examples=["Paris"])


class Correction(Wire):
    """A field, and the right value."""

    field: Word = Field(examples=["email"])
    value: Line = Field(examples=["marie.dupont@example.org"])


class NewRightsRequest(Wire):
    """A request as it came in: by letter, e-mail, telephone, in person, or by a tool."""

    kind: KindWord = Field(examples=["access"])
    way: ComingWord = Field(default="tool", examples=["letter"])
    asker: AskerWord = Field(default="self", examples=["self"])
    person: Asked = Field(description="Whom it is about: enough to be found by")
    asked_by: Asked | None = Field(
        default=None, description="Who asks, where it is another: mandate, parent, heir", examples=[None]
    )
    answer_to_asker: bool = Field(default=True, description="Whether the answer may go to who asks", examples=[True])
    received_on: date | None = Field(default=None, description="The day it truly arrived; today without", examples=_DAY)
    language: Literal["fr", "en"] = Field(default="fr", examples=["fr"])
    minor: bool = Field(default=False, description="The data were collected from a minor", examples=[False])
    external_id: UUID | None = Field(default=None, description="The id of the request elsewhere", examples=[None])
    contact: UUID | None = Field(default=None, description="Whose file it is, where that is known", examples=_ID)
    ground: Word | None = Field(default=None, description="Of art. 17(1) or 18(1), where named", examples=[None])
    details: Text | None = Field(default=None, examples=["Tout ce que vous avez sur moi."])
    channel: Word = Field(default="all", description="What is objected to: a channel, or all", examples=["all"])
    changes: list[Correction] = Field(default=[], max_length=30, description="What a rectification corrects")


class Standards(Wire):
    """What OpenDSR 2.0 and the Data Privacy Vocabulary 2.3 call it; null where they have no word."""

    opendsr_type: str | None = Field(examples=["access"])
    opendsr_status: str | None = Field(examples=["pending"])
    dpv_right: str | None = Field(examples=["eu-gdpr:A15"])
    dpv_status: str | None = Field(examples=["dpv:RequestAcknowledged"])
    dpv_justification: str | None = Field(examples=[None])


class RightsRequest(Wire):
    """A request on the board; nothing in it says who asks."""

    id: UUID = Field(examples=_ID)
    reference: str = Field(examples=_REFERENCE)
    kind: KindWord = Field(examples=["access"])
    state: StateWord = Field(examples=["received"])
    way: ComingWord = Field(examples=["letter"])
    asker: AskerWord = Field(examples=["self"])
    language: Literal["fr", "en"] = Field(examples=["fr"])
    contact: UUID | None = Field(examples=_ID)
    external_id: UUID | None = Field(examples=[None])
    first: UUID | None = Field(description="The earlier request that it joins", examples=[None])
    minor: bool = Field(examples=[False])
    received_on: date = Field(examples=_DAY)
    due_on: date | None = Field(description="Null while a doubt about the identity suspends it", examples=_DUE)
    alert: AlertWord | None = Field(examples=["half_time"])
    extended: bool = Field(examples=[False])
    identity: MeansWord | None = Field(description="How it is established; mailbox alone is not", examples=["code"])
    reason: str | None = Field(description="Of the closed list", examples=[None])
    answer: UUID | None = Field(description="The archive of the answer", examples=[None])
    ended_on: date | None = Field(examples=[None])
    document_asked: bool = Field(description="Whether the last doubt asked for a document", examples=[False])
    standards: Standards


class RightsRequests(Wire):
    """A page of the board."""

    requests: list[RightsRequest]
    next: str = NEXT


class RightsStep(Wire):
    """What happened to a request; who did it is a role, never a name."""

    number: int = Field(examples=[1])
    act: str = Field(examples=["receive"])
    at: datetime = Field(examples=_AT)
    role: str = Field(examples=["manager"])
    reason: str | None = Field(examples=[None])
    words: str = Field(examples=[""])


class GivenDocument(Wire):
    """A document that waits to be looked at; destroyed with the decision."""

    id: UUID = Field(examples=_ID)
    media_type: str = Field(examples=["image/jpeg"])
    size: int = Field(examples=[482_113])
    given_at: datetime = Field(examples=_AT)


class WholeRightsRequest(Wire):
    """A request with what it says, what happened to it, and what may be done next."""

    request: RightsRequest
    person: Asked
    asked_by: Asked | None = Field(examples=[None])
    answer_to_asker: bool = Field(examples=[True])
    details: str = Field(examples=["Tout ce que vous avez sur moi."])
    channel: str = Field(examples=["all"])
    changes: list[Correction]
    steps: list[RightsStep]
    may: list[str] = Field(description="The acts that its state allows", examples=[["confirm", "doubt"]])
    document: GivenDocument | None = Field(description="What waits at .../document", examples=[None])


class ReceivedRightsRequest(Wire):
    """What to tell the person: the reference, and by when they are answered."""

    id: UUID = Field(examples=_ID)
    reference: str = Field(examples=_REFERENCE)
    received_on: date = Field(examples=_DAY)
    due_on: date = Field(examples=_DUE)


class NewRightsStep(Wire):
    """An act on a request.

    confirm: means, words, contact. doubt: words (why), question, document. ask: question. complete: words.
    extend: reason, words. link: first.
    """

    act: StepWord = Field(examples=["confirm"])
    means: MeansWord | None = Field(default=None, examples=["staff"])
    contact: UUID | None = Field(default=None, examples=_ID)
    words: Text | None = Field(default=None, examples=["Connue de vue, adresse confirmée de vive voix."])
    question: Text | None = Field(default=None, examples=[None])
    reason: Word | None = Field(default=None, examples=[None])
    first: Reference | None = Field(default=None, examples=[None])
    document: bool = Field(default=False, description="Whether the doubt asks for a document", examples=[False])


class RightsDecision(Wire):
    """A decision; a refusal, and a part left out, are on a reason of the closed list (GET /v1/law, ``refusals``)."""

    decision: Literal["grant", "refuse"] = Field(examples=["grant"])
    reason: Word | None = Field(default=None, examples=[None])
    words: Text | None = Field(default=None, examples=[None])
    ground: Word | None = Field(default=None, examples=[None])
    changes: list[Correction] = Field(
        default=[], max_length=30, description="What a rectification corrects, where the request does not name fields"
    )


class PaperLetter(Wire):
    """A letter to print and post."""

    to: list[str] = Field(examples=[["Marie Dupont", "1 rue du Bac", "75007 Paris"]])
    subject: str = Field(examples=["Votre code pour la demande DR-7K4M-2QX9"])
    text: str = Field(examples=["Bonjour, ..."])


class PostedLetter(PaperLetter):
    """A letter to print and post; the code in it is shown this once."""

    until: datetime = Field(examples=_AT)
