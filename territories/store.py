"""The SQL of open data. It reads with ``look_up``, which refuses any statement that touches a table about persons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, tuple_

from audit.processing import Processing
from kernel.columns import table_of
from territories.tables import TerritoryDataset, TerritoryFigure

DATASET = table_of(TerritoryDataset)
FIGURE = table_of(TerritoryFigure)


def insert_dataset(processing: Processing, values: dict[str, Any]) -> int:
    """Keep what a dataset is."""
    return processing.execute(DATASET, insert(DATASET), {"campaign_id": processing.campaign, **values})


def datasets_of(processing: Processing) -> Sequence[Any]:
    """Return the campaign's datasets, oldest first."""
    statement = select(DATASET).where(DATASET.c.campaign_id == processing.campaign)
    return processing.look_up(DATASET, statement.order_by(DATASET.c.recorded_at, DATASET.c.id))


def has_dataset(processing: Processing, dataset: UUID) -> bool:
    """Say whether the campaign has this dataset."""
    statement = select(DATASET.c.id).where(DATASET.c.campaign_id == processing.campaign, DATASET.c.id == dataset)
    return bool(processing.look_up(DATASET, statement))


def put_figures(processing: Processing, dataset: UUID, rows: Sequence[tuple[str, str, float]]) -> dict[str, int]:
    """Keep figures, in place of those of the same areas and measures; return the counts."""
    here = (FIGURE.c.campaign_id == processing.campaign, FIGURE.c.dataset_id == dataset)
    same = tuple_(FIGURE.c.area, FIGURE.c.measure).in_([(area, measure) for area, measure, _ in rows])
    deleted = processing.execute(FIGURE, delete(FIGURE).where(*here, same))
    values = [
        {"campaign_id": processing.campaign, "dataset_id": dataset, "area": area, "measure": measure, "figure": figure}
        for area, measure, figure in rows
    ]
    inserted = processing.execute(FIGURE, insert(FIGURE), values)
    return {"territory_figure.delete": deleted, "territory_figure.insert": inserted}


def figures_after(
    processing: Processing, dataset: UUID, area: str | None, after: tuple[str, str] | None, limit: int
) -> Sequence[Any]:
    """Return figures of a dataset in order of area and measure."""
    statement = select(FIGURE).where(FIGURE.c.campaign_id == processing.campaign, FIGURE.c.dataset_id == dataset)
    if area is not None:
        statement = statement.where(FIGURE.c.area == area)
    if after is not None:
        statement = statement.where(tuple_(FIGURE.c.area, FIGURE.c.measure) > tuple_(*after))
    return processing.look_up(FIGURE, statement.order_by(FIGURE.c.area, FIGURE.c.measure).limit(limit))


def figures_in(processing: Processing, dataset: UUID) -> int:
    """Count the figures of a dataset."""
    statement = select(func.count()).select_from(FIGURE)
    here = statement.where(FIGURE.c.campaign_id == processing.campaign, FIGURE.c.dataset_id == dataset)
    return int(processing.look_up(FIGURE, here)[0][0])


def delete_dataset(processing: Processing, dataset: UUID) -> dict[str, int]:
    """Remove a dataset with its figures; return the counts."""
    figures = delete(FIGURE).where(FIGURE.c.campaign_id == processing.campaign, FIGURE.c.dataset_id == dataset)
    gone = processing.execute(FIGURE, figures)
    row = delete(DATASET).where(DATASET.c.campaign_id == processing.campaign, DATASET.c.id == dataset)
    return {"territory_figure.delete": gone, "territory_dataset.delete": processing.execute(DATASET, row)}
