"""Who answers for a campaign and who receives its data, on the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, GroundWord, Line, Text, TransferWord, Wire

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
ControllerKind = Literal["party", "candidate", "elected", "association"]
Duty = Literal["own", "joint", "both"]
_KEY = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
PublicKey = Annotated[str, StringConstraints(pattern=r"^age1[0-9a-z]{58}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class ContactPoints(Wire):
    """How the controller is reached; said again, it replaces what was said."""

    rights_contact: Line = Field(
        description="Postal or e-mail address of the organisation, where rights are exercised",
        examples=["droits@parti.example.org"],
    )
    dpo_contact: Line | None = Field(default=None, examples=["dpo@parti.example.org"])
    dpo_not_required: Line | None = Field(default=None, description="Why no officer is required", examples=[None])


class NewController(ContactPoints):
    """A controller that decides together with the campaign's own (GDPR art. 26)."""

    name: Line = Field(examples=["Liste Ensemble"])
    kind: ControllerKind = Field(examples=["candidate"])


class Controller(Wire):
    """A controller of the campaign."""

    id: UUID = Field(examples=[_ID])
    own: bool = Field(examples=[True])
    kind: ControllerKind = Field(examples=["party"])
    name: str = Field(examples=["Parti d'essai"])
    rights_contact: str = Field(examples=["droits@parti.example.org"])
    dpo_contact: str = Field(examples=["dpo@parti.example.org"])
    dpo_not_required: str = Field(examples=[""])
    ended_on: date | None = Field(examples=[None])


class Controllers(Wire):
    """The campaign's controllers, its own first."""

    controllers: list[Controller]
    next: str = NEXT


class Ending(Wire):
    """From which day it ends."""

    on: date = Field(examples=["2027-04-01"])


class Named(Wire):
    """What was made."""

    id: UUID = Field(examples=[_ID])


class NewArrangement(Wire):
    """What joint controllers agreed."""

    controller: UUID = Field(examples=[_ID])
    reference: Line = Field(examples=["ACC-2026-01"])
    informs: Duty = Field(description="Who informs the persons", examples=["own"])
    answers: Duty = Field(description="Who answers their requests", examples=["both"])
    oppositions: list[Literal["email", "phone", "post", "door", "all"]] = Field(
        default=[], max_length=5, description="Which oppositions hold for both", examples=[["all"]]
    )
    essence_fr: Text = Field(examples=["Le parti informe ; chacun répond aux demandes qu'il reçoit."])
    essence_en: Text = Field(examples=["The party informs; each answers the requests it receives."])
    starts_on: date = Field(examples=["2026-11-01"])
    ends_on: date | None = Field(default=None, examples=[None])


class Arrangement(Wire):
    """An arrangement."""

    id: UUID = Field(examples=[_ID])
    controller_id: UUID = Field(examples=[_ID])
    reference: str = Field(examples=["ACC-2026-01"])
    informs: Duty = Field(examples=["own"])
    answers: Duty = Field(examples=["both"])
    oppositions: list[str] = Field(examples=[["all"]])
    essence_fr: str = Field(examples=["Le parti informe ; chacun répond aux demandes qu'il reçoit."])
    essence_en: str = Field(examples=["The party informs; each answers the requests it receives."])
    starts_on: date = Field(examples=["2026-11-01"])
    ends_on: date | None = Field(examples=[None])


class Arrangements(Wire):
    """The campaign's arrangements, oldest first."""

    arrangements: list[Arrangement]
    next: str = NEXT


class NewHandover(Wire):
    """Data that pass from one controller to another; refused without a ground that the law accepts."""

    direction: Literal["given", "received"] = Field(examples=["given"])
    controller: Line = Field(description="The other controller", examples=["Liste Ensemble"])
    kind: ControllerKind = Field(examples=["candidate"])
    ground: GroundWord = Field(description="A ground of hand-over, of GET /v1/law", examples=["explicit_consent"])
    handed_on: date = Field(examples=["2026-11-01"])
    evidence: Line | None = Field(default=None, description="Where the proof is kept", examples=["CONS-12"])
    arrangement: UUID | None = Field(default=None, examples=[None])


class Handover(Wire):
    """A hand-over."""

    id: UUID = Field(examples=[_ID])
    direction: Literal["given", "received"] = Field(examples=["given"])
    controller: str = Field(examples=["Liste Ensemble"])
    kind: ControllerKind = Field(examples=["candidate"])
    ground: str = Field(examples=["explicit_consent"])
    articles: list[str] = Field(examples=[["RGPD, art. 9(2)(a)"]])
    evidence: str = Field(examples=["CONS-12"])
    arrangement_id: UUID | None = Field(examples=[None])
    handed_on: date = Field(examples=["2026-11-01"])


class Handovers(Wire):
    """The campaign's hand-overs, oldest first."""

    handovers: list[Handover]
    next: str = NEXT


class Operator(Wire):
    """Who hosts the campaign, and in which role."""

    name: Line = Field(examples=["Hébergeur associatif"])
    role: Literal["controller", "processor"] = Field(examples=["processor"])
    contract: Line | None = Field(default=None, description="Reference of the contract of art. 28", examples=["ST-3"])


class NewRecipient(Wire):
    """Who receives data, or processes them for the controller."""

    kind: Literal["processor", "recipient"] = Field(examples=["processor"])
    name: Line = Field(examples=["Imprimerie du Marché"])
    hosting: Country = Field(description="Country where data are hosted", examples=["FR"])
    control: Country = Field(description="Country of whoever controls it", examples=["FR"])
    transfer_basis: TransferWord | None = Field(default=None, examples=[None])
    contact: Line = Field(examples=["contact@imprimerie.example.org"])
    told_by: Literal["webhook", "letter"] = Field(description="How it is told of erasures", examples=["letter"])
    address: Line = Field(description="The webhook's https address, or where letters go", examples=["1 rue du Marché"])
    contract: Line | None = Field(default=None, examples=["ST-4"])
    public_key: PublicKey | None = Field(
        default=None, description="Its age recipient, as age-keygen prints it", examples=[None]
    )


class RecipientKey(Wire):
    """By which key files for a recipient are encrypted from now on; null takes the key away."""

    public_key: PublicKey | None = Field(examples=[_KEY])


class Recipient(Wire):
    """A registered recipient or processor."""

    id: UUID = Field(examples=[_ID])
    kind: Literal["processor", "recipient"] = Field(examples=["processor"])
    name: str = Field(examples=["Imprimerie du Marché"])
    hosting: str = Field(examples=["FR"])
    control: str = Field(examples=["FR"])
    transfer_basis: str | None = Field(examples=[None])
    contact: str = Field(examples=["contact@imprimerie.example.org"])
    told_by: Literal["webhook", "letter"] = Field(examples=["letter"])
    address: str = Field(examples=["1 rue du Marché"])
    contract: str = Field(examples=["ST-4"])
    ended_on: date | None = Field(examples=[None])
    public_key: str | None = Field(examples=[_KEY])


class Recipients(Wire):
    """The registers of recipients and processors, oldest first."""

    recipients: list[Recipient]
    next: str = NEXT
