"""Bring open data in, list them, read them, remove them. No figure is ever attached to a person."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import random_uuid
from territories.store import (
    datasets_of,
    delete_dataset,
    figures_after,
    figures_in,
    has_dataset,
    insert_dataset,
    put_figures,
)

KINDS = ("result", "statistic", "score")
"""A published result, a statistic, or a score computed of areas: it stays with the area."""
MOST_DATASETS = 100
MOST_FIGURES = 5_000_000
CHUNK = 1_000
"""The most figures of one processing."""
_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDataset:
    """Open data: their name, what they are, where they were published, the day they were fetched."""

    name: str
    kind: str
    source: str
    obtained_on: date


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one area."""

    area: str
    measure: str
    figure: float


@dataclass(frozen=True, slots=True)
class DatasetView:
    """A dataset of the campaign."""

    id: UUID
    name: str
    kind: str
    source: str
    obtained_on: date


def add_dataset(processing: Processing, new: NewDataset) -> UUID:
    """Register open data as a source and return its id. Raises Invalid, Conflict above a hundred."""
    if new.kind not in KINDS or not (new.name.strip() and new.source.strip()) or new.obtained_on > processing.today:
        message = f"open data have a name, a source, a day that is not to come, and are one of: {', '.join(KINDS)}"
        raise Invalid(message)
    if len(datasets_of(processing)) >= MOST_DATASETS:
        message = f"a campaign keeps {MOST_DATASETS} datasets at most: remove one"
        raise Conflict(message)
    dataset = random_uuid()
    values: dict[str, Any] = {"id": dataset, "name": new.name, "kind": new.kind, "source": new.source}
    counts = {
        "territory_dataset.insert": insert_dataset(
            processing, {**values, "obtained_on": new.obtained_on, "recorded_at": processing.at}
        )
    }
    processing.note(Note(event=Event.TERRITORY_ADDED, counts=counts))
    return dataset


def add_figures(processing: Processing, dataset: UUID, figures: Sequence[Figure]) -> int:
    """Keep figures of a dataset, in place of earlier ones of the same area and measure; return how many.

    Raises NotFound, Invalid for more than a thousand, two of one area and measure, or what is no figure; Conflict for
    more than five million in all.
    """
    check_dataset(processing, dataset)
    _check(figures)
    if figures_in(processing, dataset) + len(figures) > MOST_FIGURES:
        message = f"a dataset keeps {MOST_FIGURES} figures at most"
        raise Conflict(message)
    counts = put_figures(processing, dataset, [(one.area, one.measure, one.figure) for one in figures])
    processing.note(Note(event=Event.TERRITORY_IMPORTED, counts=counts))
    return counts["territory_figure.insert"]


def list_datasets(processing: Processing) -> list[DatasetView]:
    """Return the campaign's datasets, oldest first."""
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return [DatasetView(row.id, row.name, row.kind, row.source, row.obtained_on) for row in datasets_of(processing)]


def read_figures(
    processing: Processing, dataset: UUID, area: str | None, after: tuple[str, str] | None, limit: int
) -> list[Figure]:
    """Return figures of a dataset, or of one area of it, in order. Raises NotFound."""
    check_dataset(processing, dataset)
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    rows = figures_after(processing, dataset, area, after, limit)
    return [Figure(row.area, row.measure, row.figure) for row in rows]


def remove_dataset(processing: Processing, dataset: UUID) -> None:
    """Remove a dataset with all its figures. Raises NotFound."""
    check_dataset(processing, dataset)
    processing.note(Note(event=Event.TERRITORY_REMOVED, counts=delete_dataset(processing, dataset)))


def check_dataset(processing: Processing, dataset: UUID) -> None:
    """Raise NotFound unless the campaign has the dataset."""
    if not has_dataset(processing, dataset):
        message = "no such dataset in this campaign"
        raise NotFound(message)


def _check(figures: Sequence[Figure]) -> None:
    if not 0 < len(figures) <= CHUNK or len({(one.area, one.measure) for one in figures}) != len(figures):
        message = f"1 to {CHUNK} figures come at a time, one for each area and measure"
        raise Invalid(message)
    if any(not math.isfinite(one.figure) or not 0 < len(one.measure.strip()) <= _WORDS for one in figures):
        message = "a figure is a finite number with the name of what it measures"
        raise Invalid(message)
