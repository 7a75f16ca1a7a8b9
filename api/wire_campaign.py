"""The campaign's declarations, the screen, the log and the token on the wire."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.wire import NEXT, Finding, Name, OriginWord, Text, Wire, Word
from api.wire_contact import NewContact

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"


class Paper(Wire):
    """The paper that proves a fact."""

    fact: Word = Field(examples=["undertaking"])
    attachment: UUID = Field(description="An attachment that concerns no contact", examples=[_ID])


class NewOrigin(Wire):
    """Where data come from; declared before anything is recorded from it."""

    kind: OriginWord = Field(description="A kind of origin, of GET /v1/law", examples=["newsletter"])
    obtained_on: date = Field(examples=["2026-11-01"])
    election: UUID | None = Field(default=None, examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    evidence: list[Word] = Field(default=[], max_length=20, examples=[["undertaking"]])
    synthetic: bool = Field(default=False, description="Invented persons, before activation", examples=[False])
    handover: UUID | None = Field(default=None, description="For a file of another campaign", examples=[None])
    papers: list[Paper] = Field(
        default=[], max_length=20, description="A broker's consent and a roll's undertaking must have one"
    )


class DeclaredOrigin(Wire):
    """A declared origin with its number."""

    number: int = Field(examples=[1])
    kind: str = Field(examples=["newsletter"])
    obtained_on: date = Field(examples=["2026-11-01"])
    election: UUID | None = Field(examples=[None])
    evidence: list[str] = Field(examples=[["undertaking"]])
    synthetic: bool = Field(examples=[False])
    papers: dict[str, UUID] = Field(description="Facts, each with its attachment", examples=[{"undertaking": _ID}])


class Origins(Wire):
    """A page of declared origins."""

    origins: list[DeclaredOrigin]
    next: str = NEXT


class Election(Wire):
    """An election of the campaign."""

    id: UUID = Field(examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    title: str = Field(examples=["Élections municipales"])
    first_round: date = Field(examples=["2027-03-14"])
    second_round: date | None = Field(examples=["2027-03-21"])
    type: str | None = Field(examples=["municipal"])
    state: str = Field(examples=["called"])
    places: list[str] = Field(examples=[["75056"]])


class Elections(Wire):
    """A page of the campaign's elections."""

    elections: list[Election]
    next: str = NEXT


class NewName(Wire):
    """The name of a field or a tag of the campaign's own; the law is asked about it."""

    name: Name = Field(examples=["canvass_team"])


class Registered(Wire):
    """A registered name with its number."""

    name: str = Field(examples=["canvass_team"])
    number: int = Field(examples=[1000])


class CustomFields(Wire):
    """A page of the fields of the campaign's own."""

    custom_fields: list[Registered]
    next: str = NEXT


class Tags(Wire):
    """A page of the campaign's tags."""

    tags: list[Registered]
    next: str = NEXT


class ScreenedText(Wire):
    """A text to put before the detector."""

    kind: Literal["note", "tag", "column", "value", "segment"] = Field(examples=["note"])
    text: Text = Field(examples=["prefers to be called in the evening"])


class Screening(Wire):
    """Texts, or a contact proposed: what would the law say? Nothing is stored, and nothing repeated."""

    texts: list[ScreenedText] = Field(default=[], max_length=200)
    draft: NewContact | None = None


class SpokenRule(Wire):
    """A rule that speaks about a text."""

    rule: str = Field(examples=["forbidden.religion"])
    kind: Literal["law", "law_except_consent", "our_policy"] = Field(examples=["law"])
    articles: list[str] = Field(examples=[["RGPD, art. 9(1)"]])
    advice_fr: str = Field(examples=["N'enregistrez pas la religion d'une personne."])
    advice_en: str = Field(examples=["Do not record a person's religion."])


class TextSpan(Wire):
    """A place in the text, without its words, and what its author may write instead."""

    category: str = Field(examples=["religion"])
    start: int = Field(description="Of the first character", examples=[9])
    end: int = Field(description="Behind the last character", examples=[18])
    reason: str = Field(description="Group of the lexicon and cues that spoke", examples=["religion.1+person"])
    neutral_fr: str = Field(examples=["Ne notez pas la religion. Écrivez plutôt : « indisponible le samedi »."])


class TextAnswer(Wire):
    """The answer about one text."""

    decision: Literal["allow", "conditional", "review", "block"] = Field(examples=["allow"])
    categories: list[str] = Field(examples=[["religion"]])
    rules: list[SpokenRule]
    spans: list[TextSpan]


class DraftAnswer(Wire):
    """The answer about a contact proposed."""

    accepted: bool = Field(description="Whether anything of it would be kept", examples=[True])
    basis: str | None = Field(examples=["6(1)(f)"])
    door: str | None = Field(description="The door of GDPR art. 9(2), where one is needed", examples=["9(2)(d)"])
    due_on: date | None = Field(examples=["2029-11-01"])
    refused: list[Finding]
    held: list[Finding]
    dropped: list[Finding]


class Screened(Wire):
    """The answers, in order."""

    edition: str = Field(description="The digest of the law's edition that was asked", examples=["0f" * 32])
    lexicon: str = Field(description="The version and digest of the vocabulary", examples=["2-0f0f0f0f0f0f0f0f"])
    texts: list[TextAnswer]
    draft: DraftAnswer | None


class Entry(Wire):
    """An entry of the log; its sealed part stays sealed."""

    id: UUID = Field(examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    at: datetime = Field(examples=["2026-11-21T20:15:00.000000Z"])
    event: str = Field(examples=["contact.revealed"])
    outcome: Literal["done", "refused"] = Field(examples=["done"])
    actor_kind: str = Field(examples=["client"])
    actor_id: str = Field(examples=["0c9d3a52-52f5-4a70-9b76-6a1f1f0f1d20"])
    purpose: str = Field(examples=["canvassing"])
    edition: str = Field(examples=["0f" * 8])
    counts: dict[str, int] = Field(examples=[{"contact.read": 1}])
    fields: list[str] = Field(examples=[["last_name", "address"]])
    subject: str | None = Field(examples=["00112233445566778899aabbccddeeff"])
    job: UUID | None = Field(examples=[None])


class Entries(Wire):
    """A page of the log, newest first."""

    entries: list[Entry]
    next: str = NEXT


class Law(BaseModel):
    """The law's edition of today: sources, rules, and every table that answers."""

    model_config = ConfigDict(extra="allow")

    country: str = Field(examples=["FR"])
    on: date = Field(examples=["2026-11-21"])
    digest: str = Field(examples=["0f" * 32])
    rules: dict[str, Any] = Field(examples=[{}])
    sources: dict[str, Any] = Field(examples=[{}])


class Rule(BaseModel):
    """A rule, and the sources it cites."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(examples=["forbidden.religion"])
    label_fr: str = Field(examples=["Religion"])
    label_en: str = Field(examples=["Religion"])
    articles: list[str] = Field(examples=[["RGPD, art. 9(1)"]])
    cited: list[dict[str, Any]] = Field(description="The sources, with titles and links", examples=[[]])


class Status(Wire):
    """Whether the program runs."""

    status: Literal["ok"] = Field(examples=["ok"])


class ReadyStatus(Wire):
    """That the program can answer, and what was checked."""

    status: Literal["ready"] = Field(examples=["ready"])
    checks: dict[str, Literal["ok", "failing"]] = Field(examples=[{"database": "ok", "keys": "ok"}])
