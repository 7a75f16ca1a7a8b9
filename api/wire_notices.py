"""Notices, the clock of those who must be told, the public form, and what a gateway brings, on the wire."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Finding, Line, OriginNumber, OriginWord, Phone, PurposeWord, Text, Wire
from api.wire_life import Address, Sha256
from api.wire_said import ChannelName

_STOP = re.compile(r"\W*(stop|stopsms|arret|desabo|desabonner|unsubscribe|fin|end|quit|cancel)\b", re.IGNORECASE)
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Interests(Wire):
    """The legitimate interests pursued, in both languages."""

    fr: Text = Field(examples=["faire connaître notre programme aux électeurs."])
    en: Text = Field(examples=["making our programme known to voters."])


class NoticePlan(Wire):
    """What no register keeps: the rest of a notice comes from the campaign's registers and the law."""

    purposes: list[PurposeWord] = Field(
        default=[],
        max_length=50,
        description="Before the activation, the purposes to come; afterwards the declared ones hold",
        examples=[["contact_management", "email_campaign"]],
    )
    origins: list[OriginWord] = Field(
        default=[], max_length=50, description="Kinds of origin beyond those declared", examples=[["newsletter"]]
    )
    interests: Interests | None = None
    controlled_by: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="Who controls the sponsor; empty for nobody", examples=[""]
    )
    targeting: bool | None = Field(default=None, description="Whether targeting is used on line", examples=[False])
    transparency: Address | None = Field(
        default=None,
        description="Where the transparency notice is read (Regulation 2024/900, art. 12)",
        examples=["https://parti.example.org/transparence"],
    )


class BothLanguages(Wire):
    """A text in both languages."""

    fr: str = Field(examples=["Information sur vos données personnelles"])
    en: str = Field(examples=["Information on your personal data"])


class NoticeDraft(Wire):
    """A notice as it would be published now; findings name everything that is missing."""

    number: int = Field(examples=[1])
    text: BothLanguages
    label: BothLanguages = Field(description="What political advertising must bear (Regulation 2024/900, art. 11)")
    purposes: list[str] = Field(examples=[["contact_management"]])
    origins: list[str] = Field(examples=[["newsletter"]])
    findings: list[Finding]


class NoticeVersion(Wire):
    """A published version; nothing of it ever changes."""

    number: int = Field(examples=[1])
    address: str = Field(examples=["https://isoloir.example.org/notices/7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10/1"])
    sha256: Sha256 = Field(description="Digest of the whole text, as its address ends in /text", examples=["0f" * 32])
    edition: str = Field(description="The digest of the law's edition", examples=["0f" * 32])
    text: BothLanguages
    label: BothLanguages
    purposes: list[str] = Field(examples=[["contact_management"]])
    origins: list[str] = Field(examples=[["newsletter"]])
    published_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])


class NoticeVersions(Wire):
    """The published versions, oldest first."""

    notices: list[NoticeVersion]
    next: str = NEXT


class OriginTelling(Wire):
    """How the persons of an origin were told (GDPR art. 14): each of them, or by an assessment."""

    origin: OriginNumber = Field(examples=[2])
    manner: Literal["individual", "assessed"] = Field(
        description="assessed is an interpretation of art. 14(5)(b), for electoral and turnout rolls only",
        examples=["individual"],
    )
    notice: Number = Field(description="The published version", examples=[1])
    told_on: date = Field(examples=["2026-11-20"])
    reference: Line = Field(description="Where the proof is kept", examples=["COURRIER-2026-11"])


class OriginClock(Wire):
    """An origin whose persons must be told: by when, and whether they were."""

    origin: OriginNumber = Field(examples=[2])
    kind: str = Field(examples=["electoral_roll"])
    obtained_on: date = Field(examples=["2026-11-01"])
    due_on: date = Field(examples=["2026-12-01"])
    manner: Literal["individual", "assessed"] | None = Field(examples=[None])
    overdue: bool = Field(description="Sends wait until the persons are told; doors may be planned", examples=[False])


class OriginClocks(Wire):
    """The origins whose persons must be told, oldest first."""

    clocks: list[OriginClock]
    next: str = NEXT


class FormBoxes(Wire):
    """The boxes of the public form, by their channels: none is ticked beforehand."""

    boxes: list[ChannelName] = Field(min_length=1, max_length=30, examples=[["email", "call", "list:lettre du 3e"]])


class SignupForm(Wire):
    """The public form as it is."""

    number: int = Field(examples=[1])
    is_open: bool = Field(examples=[True])
    boxes: list[str] = Field(examples=[["email", "call"]])
    changed_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])
    address: str = Field(examples=["https://isoloir.example.org/inscription/7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])


class LinksWanted(Wire):
    """The contacts whose way out a mail is to bear."""

    contacts: list[UUID] = Field(min_length=1, max_length=1_000, examples=[["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"]])


class ContactLink(Wire):
    """The way out of an e-mail to one contact (RFC 8058)."""

    contact: UUID = Field(examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    unsubscribe: str = Field(
        description="For List-Unsubscribe, with List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        examples=["https://isoloir.example.org/unsubscribe/7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10/AAAA"],
    )
    rights: str = Field(
        description="For the foot of the mail: the page of rights, which knows for thirty days whom the mail was for",
        examples=["https://isoloir.example.org/mes-donnees/7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10/lien/AAAA"],
    )


class ContactLinks(Wire):
    """The ways out, in the order in which they were asked for."""

    links: list[ContactLink]


class TextReply(Wire):
    """What somebody answered to a text message."""

    sender: Phone = Field(alias="from", examples=["+33612345678"])
    text: Annotated[str, StringConstraints(max_length=2_000)] = Field(examples=["STOP"])

    @property
    def stops(self) -> bool:
        """Tell whether it means STOP, in any writing."""
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", self.text) if not unicodedata.combining(sign))
        return _STOP.match(plain) is not None
