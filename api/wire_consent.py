"""Consent on the wire: evidence, standings, cohorts, balancing tests, lists, and who may be reached."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.wire import CategoryWord, Commune, Line, OriginNumber, PollingStation, PurposeWord, Text, Wire, Word
from api.wire_contact import ContactFields
from api.wire_said import Action, ChannelName, ConsentPurpose, Indicated, Level, Method

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_AT = "2026-11-21T20:15:00Z"
MOST_EVIDENCE = 1_000
MOST_ASKED = 100_000
ListName = Annotated[str, StringConstraints(pattern=r"^[a-zà-öø-ÿ0-9][a-zà-öø-ÿ0-9 '’_\-]{0,62}$")]
Minute = Annotated[int, Field(ge=0, le=1440)]
Criterion = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_\-:]{0,80}$")]


class Window(Wire):
    """The hours within which automated calls were agreed to, in minutes of the day."""

    start: Minute = Field(examples=[1080])
    end: Minute = Field(examples=[1200])


class NewEvidence(Wire):
    """What a person is said to have agreed to, refused or taken back."""

    contact: UUID = Field(examples=[_ID])
    purpose: ConsentPurpose = Field(description="Of GET /v1/law; * only refuses", examples=["email_campaign"])
    channel: ChannelName = Field(
        description="A channel, of GET /v1/law, or list: and the name of a list; all only refuses", examples=["email"]
    )
    action: Action = Field(examples=["given"])
    occurred_at: AwareDatetime = Field(examples=[_AT], strict=False)
    indicated_by: Indicated = Field(default="tool", examples=["person"])
    method: Method = Field(default="import", examples=["paper_form"])
    notice: Line | None = Field(default=None, description="The exact version shown", examples=["2026-1"])
    origin: OriginNumber | None = Field(default=None, examples=[None])
    cohort: OriginNumber | None = Field(default=None, examples=[None])
    attachment: UUID | None = Field(default=None, description="The signed form or the recording", examples=[None])
    window: Window | None = Field(default=None, examples=[None])
    valid_until: date | None = Field(default=None, examples=["2029-11-21"], strict=False)
    details: dict[Word, Line] = Field(
        default={}, max_length=8, description="Kept sealed", examples=[{"form": "https://example.org/lettre"}]
    )


class EvidenceBatch(Wire):
    """Many pieces of evidence: all are recorded, or none."""

    consents: list[NewEvidence] = Field(min_length=1, max_length=MOST_EVIDENCE)


class RecordedEvidence(Wire):
    """What became of one piece: how far it is trusted."""

    id: UUID = Field(examples=[_ID])
    level: Level = Field(description="An opt-in without its proof is only claimed", examples=["claimed"])


class RecordedBatch(Wire):
    """What became of each, in order."""

    results: list[RecordedEvidence]


class Withdrawal(Wire):
    """What a person takes back; without a purpose or a channel, all of it."""

    contact: UUID = Field(examples=[_ID])
    purpose: ConsentPurpose = Field(default="*", examples=["email_campaign"])
    channel: ChannelName = Field(default="all", examples=["email"])
    method: Method = Field(default="link", examples=["link"])


class Evidence(Wire):
    """One piece of evidence as it is kept."""

    id: UUID = Field(examples=[_ID])
    contact: UUID = Field(examples=[_ID])
    purpose: str = Field(examples=["email_campaign"])
    channel: str = Field(examples=["email"])
    action: str = Field(examples=["given"])
    level: Level = Field(examples=["proven"])
    indicated_by: str = Field(examples=["person"])
    method: str = Field(examples=["web_form"])
    occurred_at: datetime = Field(examples=[_AT])
    recorded_at: datetime = Field(examples=[_AT])
    notice: str | None = Field(examples=["2026-1"])
    origin: int | None = Field(examples=[1])
    cohort: int | None = Field(examples=[None])
    attachment: UUID | None = Field(examples=[None])
    window: Window | None = Field(examples=[None])
    parental: bool = Field(examples=[False])
    valid_until: date | None = Field(examples=["2029-11-21"])
    due_on: date | None = Field(description="The last day of its restricted archive", examples=[None])
    details: dict[str, str] = Field(examples=[{"form": "https://example.org/lettre"}])


class Standing(Wire):
    """Where the person stands today for one purpose and channel."""

    purpose: str = Field(examples=["email_campaign"])
    channel: str = Field(examples=["email"])
    status: str = Field(examples=["proven"])
    valid_until: date | None = Field(examples=["2029-11-21"])


class Consents(Wire):
    """A person's evidence, oldest id first, and where it leads."""

    consents: list[Evidence]
    standings: list[Standing]


class Receipt(BaseModel):
    """A receipt: JSON-LD in the words of DPV, or Kantara's members; both stand in standards of their own."""

    model_config = ConfigDict(extra="allow")


class Enquiry(Wire):
    """May these contacts, or all whom clear columns select, be reached? The purpose is the declared one."""

    channel: ChannelName = Field(examples=["email"])
    message: Word = Field(default="propaganda", description="Of GET /v1/law", examples=["propaganda"])
    at: AwareDatetime | None = Field(default=None, description="When it is sent; now", examples=[None], strict=False)
    contacts: list[UUID] | None = Field(
        default=None, max_length=MOST_ASKED, description="None asks about the campaign", examples=[[_ID]]
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


class NewList(Wire):
    """A list that people subscribe to."""

    name: ListName = Field(examples=["lettre du 3e"])


class MailingList(Wire):
    """A list, and the channel it is."""

    name: str = Field(examples=["lettre du 3e"])
    channel: str = Field(examples=["list:lettre du 3e"])


class MailingLists(Wire):
    """The campaign's lists."""

    lists: list[MailingList]


class NewCohort(Wire):
    """A form or list by which many agreed."""

    title: Line = Field(examples=["Formulaire du site"])
    wording: Text = Field(description="What people agreed to", examples=["J'accepte de recevoir la lettre."])
    attachment: UUID = Field(description="The screenshot: evidence that concerns no contact", examples=[_ID])
    collected_from: date = Field(examples=["2025-01-01"], strict=False)
    collected_to: date = Field(examples=["2025-12-31"], strict=False)
    origin: OriginNumber = Field(examples=[1])


class Numbered(Wire):
    """The number it got."""

    number: int = Field(examples=[1])


class SampleOf(Wire):
    """Who was drawn, and what was found."""

    contact: UUID = Field(examples=[_ID])
    finding: Literal["good", "bad"] | None = Field(examples=["good"])


class Cohort(Wire):
    """A cohort as it is kept."""

    number: int = Field(examples=[1])
    title: str = Field(examples=["Formulaire du site"])
    wording: str = Field(examples=["J'accepte de recevoir la lettre."])
    attachment: UUID = Field(examples=[_ID])
    collected_from: date = Field(examples=["2025-01-01"])
    collected_to: date = Field(examples=["2025-12-31"])
    origin: int = Field(examples=[1])
    state: Literal["open", "drawn", "proven", "invalid"] = Field(examples=["open"])
    sample: list[SampleOf]


class Cohorts(Wire):
    """The campaign's cohorts."""

    cohorts: list[Cohort]


class Sample(Wire):
    """Who was drawn at random."""

    contacts: list[UUID] = Field(examples=[[_ID]])


class Review(Wire):
    """What a reviewer found of somebody who was drawn."""

    contact: UUID = Field(examples=[_ID])
    finding: Literal["good", "bad"] = Field(examples=["good"])


class Decision(Wire):
    """What came of a cohort."""

    state: Literal["proven", "invalid"] = Field(examples=["proven"])


class NewBalancingTest(Wire):
    """A documented legitimate interest: for whom, for what, and the four answers."""

    purpose: PurposeWord = Field(examples=["email_campaign"])
    channel: ChannelName = Field(examples=["email"])
    categories: list[CategoryWord] = Field(min_length=1, max_length=10, examples=[["member", "regular"]])
    interest: Text = Field(examples=["Tenir informés les adhérents de l'action qu'ils soutiennent."])
    necessity: Text = Field(examples=["Aucun autre canal ne les atteint tous."])
    expectation: Text = Field(examples=["Ils ont adhéré et reçoivent la lettre depuis."])
    safeguards: Text = Field(examples=["Désinscription en un clic, aucun critère, une lettre par mois."])
    made_on: date = Field(examples=["2026-11-01"], strict=False)


class BalancingTest(Wire):
    """A balancing test as it is kept."""

    number: int = Field(examples=[1])
    purpose: str = Field(examples=["email_campaign"])
    channel: str = Field(examples=["email"])
    categories: list[str] = Field(examples=[["member", "regular"]])
    interest: str = Field(examples=["Tenir informés les adhérents."])
    necessity: str = Field(examples=["Aucun autre canal ne les atteint tous."])
    expectation: str = Field(examples=["Ils ont adhéré."])
    safeguards: str = Field(examples=["Désinscription en un clic."])
    made_on: date = Field(examples=["2026-11-01"])
    review_on: date = Field(description="After it the test holds no more", examples=["2027-11-01"])
    ended_on: date | None = Field(examples=[None])


class BalancingTests(Wire):
    """The campaign's balancing tests."""

    balancing_tests: list[BalancingTest]


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
