"""What persons are said to have agreed to or refused, in the closed words of consent, and said with a contact."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from api.wire import Line, Wire, Word

_AT = "2026-11-21T20:15:00Z"
Action = Literal["requested", "given", "confirmed", "refused", "withdrawn", "expired", "renewed", "invalidated"]
Indicated = Literal["person", "parent", "operator", "tool"]
Method = Literal["web_form", "double_opt_in", "paper_form", "phone", "in_person", "import", "link", "stop", "complaint"]
Level = Literal["claimed", "cohort", "proven"]
ChannelName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,70}$")]
ConsentPurpose = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z][a-z0-9_]{0,62})$")]


class SaidConsent(Wire):
    """What the person of a contact agreed to, refused or took back; kept as evidence with the contact."""

    purpose: ConsentPurpose = Field(description="Of GET /v1/law; * only refuses", examples=["email_campaign"])
    channel: ChannelName = Field(
        description="A channel, of GET /v1/law, or list: and the name of a list; all only refuses", examples=["email"]
    )
    action: Action = Field(examples=["given"])
    occurred_at: AwareDatetime = Field(examples=[_AT], strict=False)
    indicated_by: Indicated = Field(default="tool", examples=["person"])
    method: Method = Field(default="import", examples=["web_form"])
    notice: Line | None = Field(default=None, description="The exact version shown", examples=["2026-1"])
    covers: list[Word] = Field(
        default=[],
        max_length=20,
        description="Data categories, of GET /v1/law, that the person agreed to have kept; beyond_election: all of it,"
        " when the election is over",
        examples=[["accessibility"]],
    )


SaidConsents = Annotated[
    list[SaidConsent],
    Field(
        max_length=20,
        description="What the person agreed to or refused; a refusal holds at once, an opt-in is only claimed",
    ),
]
