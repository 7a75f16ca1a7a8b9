"""Consent on the wire: evidence, standings, receipts, lists and what a campaign reads of them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.wire import Line, OriginNumber, Text, Wire, Word
from api.wire_said import Action, ChannelName, ConsentPurpose, Indicated, Level, Method
from consent.newsletters import Places

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_AT = "2026-11-21T20:15:00Z"
MOST_EVIDENCE = 1_000
ListName = Annotated[str, StringConstraints(pattern=r"^[a-zà-öø-ÿ0-9][a-zà-öø-ÿ0-9 '’_\-]{0,62}$")]
Minute = Annotated[int, Field(ge=0, le=1440)]


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
    beyond_election: bool = Field(description="Agreed to be kept when the election is over", examples=[False])
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


class NewGeography(Wire):
    """Whether to choose the subscribers of a newsletter by place is targeting, and why."""

    places: Places = Field(examples=["organisation"])
    reason: Text = Field(examples=["La lettre du 3e dit à qui habite le 3e ce qui s'y passe ; avis du délégué."])


class Geography(NewGeography):
    """How the campaign read it; the last holds."""

    number: int = Field(examples=[1])
    recorded_by: str = Field(examples=["staff:7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    recorded_at: datetime = Field(examples=[_AT])


class Geographies(Wire):
    """How the campaign read it, oldest first; none: it is targeting."""

    readings: list[Geography]
