"""The calendar of elections on the wire."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.wire import Wire
from api.wire_campaign import Election


class CalendarDate(Wire):
    """A line of the calendar: whole days, the last included; instants where hours count."""

    kind: Literal["round", "reminder", "holiday"] = Field(examples=["reminder"])
    id: str = Field(examples=["account"])
    label_fr: str = Field(examples=["Dépôt du compte de campagne, avant dix-huit heures"])
    label_en: str = Field(examples=["Filing of the campaign account, before 18:00"])
    on: date = Field(examples=["2027-05-21"])
    until: date = Field(examples=["2027-05-21"])
    begins: datetime | None = Field(description="The instant, where hours count", examples=[None])
    ends: datetime | None = Field(examples=[None])
    articles: list[str] = Field(examples=[["code électoral, art. L52-12"]])
    weight: Literal["binding", "recommendation", "proposal"] | None = Field(examples=["binding"])
    advice_fr: str = Field(examples=["Dixième vendredi après le premier tour, dix-huit heures."])
    advice_en: str = Field(examples=["Tenth Friday after the first round, 18:00."])


class ElectionCalendar(Wire):
    """The dates of an election, the soonest first."""

    election: Election
    researched: bool = Field(
        description="False where the pack does not hold the rules of the type: more may be due", examples=[True]
    )
    dates: list[CalendarDate]


class Calendar(Wire):
    """The calendars of the campaign's latest twenty elections, or of one."""

    elections: list[ElectionCalendar]
