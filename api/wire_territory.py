"""Open data by territory on the wire: figures of areas, never of persons."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Commune, Line, Wire

Station = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z-]{1,12}$")]
Iris = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|[1-9][0-9]|2[AB])[0-9]{7}$")]
_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"


class NewDataset(Wire):
    """Open data: what they are, where they were published, the day they were fetched."""

    name: Line = Field(examples=["Législatives 2024, premier tour"])
    kind: Literal["result", "statistic", "score"] = Field(examples=["result"])
    source: Line = Field(examples=["https://www.data.gouv.fr/"])
    obtained_on: date = Field(examples=["2026-11-01"])


class Dataset(Wire):
    """A dataset of the campaign."""

    id: UUID = Field(examples=[_ID])
    name: str = Field(examples=["Législatives 2024, premier tour"])
    kind: Literal["result", "statistic", "score"] = Field(examples=["result"])
    source: str = Field(examples=["https://www.data.gouv.fr/"])
    obtained_on: date = Field(examples=["2026-11-01"])


class Datasets(Wire):
    """A page of datasets."""

    datasets: list[Dataset]
    next: str = NEXT


class NewFigure(Wire):
    """A figure of a commune, of one of its polling stations, or of an IRIS."""

    commune: Commune | None = Field(default=None, examples=["75056"])
    station: Station | None = Field(default=None, examples=["0012"])
    iris: Iris | None = Field(default=None, examples=[None])
    measure: Line = Field(description="A list or candidate of a result, or what was measured", examples=["Liste A"])
    figure: float = Field(ge=-1e15, le=1e15, examples=[312])


class NewFigures(Wire):
    """Figures, in place of earlier ones of the same area and measure."""

    figures: list[NewFigure] = Field(min_length=1, max_length=1000)


class Counted(Wire):
    """How many were kept."""

    count: int = Field(examples=[1])


class Figure(Wire):
    """A figure of an area."""

    area: str = Field(examples=["station/75056_0012"])
    measure: str = Field(examples=["Liste A"])
    figure: float = Field(examples=[312])


class Figures(Wire):
    """A page of figures, in order of area and measure."""

    figures: list[Figure]
    next: str = NEXT


class Cell(Wire):
    """A commune or polling station with enough contacts to be told."""

    commune: str = Field(examples=["75056"])
    polling_station: str | None = Field(examples=["0012"])
    contacts: int = Field(examples=[42])


class Cells(Wire):
    """A page of cells; those with too few contacts are not told, nor their sum."""

    cells: list[Cell]
    next: str = NEXT
