"""What waits for the privacy reviewer, and what is said of it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Text, Wire

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
Because = Literal["forbidden", "not_needed", "doubtful"]


class HeldReview(Wire):
    """Words that the screen held, without the words."""

    id: UUID = Field(examples=[_ID])
    contact: UUID = Field(examples=[_ID])
    field: str = Field(examples=["note"])
    rules: list[str] = Field(description="What spoke, of GET /v1/law", examples=[["forbidden.health"]])
    origin: int = Field(description="The declared origin", examples=[1])
    purpose: str = Field(description="The purpose for which they were to be kept", examples=["canvassing"])
    source: Literal["api", "import", "lexicon"] = Field(examples=["api"])
    lexicon: str = Field(description="The vocabulary that held them", examples=["2-1f00ba47c2d95e63"])
    state: Literal["waiting", "objected"] = Field(examples=["waiting"])
    own: bool = Field(description="The reader wrote them, and decides nothing of them", examples=[False])
    held_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])
    until: datetime = Field(description="When they go by themselves", examples=["2026-12-05T20:15:00Z"])


class Reviews(Wire):
    """A page of what waits; that which goes first at the beginning."""

    reviews: list[HeldReview]
    next: str = NEXT


class Seen(Wire):
    """What a model sees in the words; it decides nothing."""

    sees: str = Field(description="A category, or person, place, organisation", examples=["person"])
    start: int = Field(examples=[5])
    end: int = Field(examples=[18])
    sure: float = Field(description="From 0 to 1, as the model says", examples=[0.91])


class RevealedReview(HeldReview):
    """Words that the screen held."""

    text: str = Field(examples=["va souvent à la clinique"])
    second_opinion: list[Seen] | None = Field(
        description="What the operator's model sees; nothing where there is none", examples=[None]
    )


class ReviewDecision(Wire):
    """What the reviewer says: accept, put in neutral words, or refuse, with a reason that goes with it."""

    decision: Literal["accept", "neutralise", "refuse"] = Field(examples=["neutralise"])
    reason: Literal["name_or_place", "topic", "nobody", "own_relation", "reworded"] | Because = Field(
        description="accept: name_or_place, topic, nobody, own_relation; neutralise: reworded; refuse: the others",
        examples=["reworded"],
    )
    text: Text | None = Field(
        default=None, description="The neutral words, to neutralise", examples=["Rappeler en soirée."]
    )


class ReviewObjection(Wire):
    """Why the data protection officer objects to accepting the words."""

    reason: Because = Field(examples=["not_needed"])


class NewOwnWord(Wire):
    """A word or phrase of the campaign's own: let pass, or forbidden as telling of a category."""

    effect: Literal["allow", "forbid"] = Field(examples=["allow"])
    sort: Literal["street", "place", "organisation", "surname", "word"] = Field(
        description="A surname counts only where names stand", examples=["street"]
    )
    text: Annotated[str, StringConstraints(min_length=2, max_length=80)] = Field(examples=["ruelle du Gai Savoir"])
    category: str | None = Field(
        default=None, description="What a forbidden word tells of; none for one let pass", examples=[None]
    )
    reason: Literal[
        "street_or_place", "organisation", "surname", "other_meaning", "local_word", "nickname", "telling_place"
    ] = Field(
        description="allow: street_or_place, organisation, surname, other_meaning; forbid: the others",
        examples=["street_or_place"],
    )
    until: datetime = Field(description="A year from now at most", examples=["2027-03-31T00:00:00Z"])


class OwnWord(Wire):
    """A word of the campaign's own."""

    id: UUID = Field(examples=[_ID])
    effect: Literal["allow", "forbid"] = Field(examples=["allow"])
    sort: Literal["street", "place", "organisation", "surname", "word"] = Field(examples=["street"])
    text: str | None = Field(
        description="For the privacy reviewer and the data protection officer", examples=["ruelle du Gai Savoir"]
    )
    category: str | None = Field(examples=[None])
    reason: str = Field(examples=["street_or_place"])
    author: str = Field(description="Who added it, by their id", examples=[_ID])
    held_for: list[str] = Field(
        description="Categories whose core terms stand in it: where they do, words wait for a reviewer", examples=[[]]
    )
    added_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])
    until: datetime = Field(examples=["2027-03-31T00:00:00Z"])


class OwnWords(Wire):
    """The campaign's own words, the oldest first."""

    words: list[OwnWord]
    next: str = NEXT


class RefusalSum(Wire):
    """How often a rule spoke, where and for whom."""

    rule: str = Field(examples=["forbidden.religion"])
    category: str | None = Field(description="The forbidden attribute, when there is one", examples=["religion"])
    source: str = Field(description="What was being done", examples=["contact.recorded"])
    actor_kind: str = Field(examples=["client"])
    actor_id: str = Field(description="The client, by its id", examples=[_ID])
    count: int = Field(examples=[3])


class Refusals(Wire):
    """What was refused or held since a day, counted; never what it said."""

    refusals: list[RefusalSum]
    whole: bool = Field(description="False where the log holds more than is added up at once", examples=[True])
