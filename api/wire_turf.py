"""Turfs and what came of visits on the wire: addresses, and counts by territory."""

from uuid import UUID

from pydantic import Field

from api.wire import NEXT, Commune, PollingStation, Wire
from api.wire_contact import Address
from outreach.words import Outcome

_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_ADDRESS = {"number": "12", "street": "rue de la Paix", "postcode": "75002", "city": "Paris"}


class NewTurf(Wire):
    """The place whose addresses are wanted."""

    commune: Commune = Field(examples=["75056"])
    polling_station: PollingStation | None = Field(default=None, examples=["0012"])
    after: UUID | None = Field(default=None, description="The `next` of the page before", examples=[None])


class Doorstep(Wire):
    """An address, and the contacts who may be visited there."""

    address: Address = Field(examples=[_ADDRESS])
    contacts: list[UUID] = Field(examples=[[_ID]])


class Turf(Wire):
    """Doorsteps in the order of their addresses; how many contacts are left out, by rule."""

    eligibility: UUID = Field(description="The record, of GET /v1/eligibility", examples=[_ID])
    doorsteps: list[Doorstep]
    refused: dict[str, int] = Field(examples=[{"gate.opposed": 2}])
    unopened: int = Field(description="Contacts left out because their records do not open", examples=[0])
    next: UUID | None = Field(description="Where the next page begins", examples=[None])


class VisitCell(Wire):
    """A territory, an outcome, and of how many contacts it was said there."""

    commune: str = Field(examples=["75056"])
    polling_station: str | None = Field(examples=["0012"])
    outcome: Outcome = Field(examples=["absent"])
    contacts: int = Field(examples=[42])


class VisitCells(Wire):
    """A page of cells; those with too few contacts are not told, nor any sum."""

    cells: list[VisitCell]
    next: str = NEXT
