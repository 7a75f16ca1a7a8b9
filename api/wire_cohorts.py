"""What whole lists and documented interests rest on, on the wire: cohorts, balancing tests."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.wire import CategoryWord, Line, OriginNumber, PurposeWord, Text, Wire
from api.wire_said import ChannelName

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"


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
