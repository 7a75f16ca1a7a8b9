"""The SQL of saved selections."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from audit.processing import Processing
from kernel.columns import table_of
from selections.tables import SavedSelection

SELECTION = table_of(SavedSelection)


def insert_selection(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a selection."""
    return processing.execute(SELECTION, insert(SELECTION), values)


def all_selections(processing: Processing) -> Sequence[Any]:
    """Return the campaign's selections; they tell of nobody."""
    mine = select(SELECTION).where(SELECTION.c.campaign_id == processing.campaign)
    return processing.look_up(SELECTION, mine.order_by(SELECTION.c.created_at, SELECTION.c.id))


def delete_selection(processing: Processing, selection: UUID) -> int:
    """Delete a selection; return how many there were."""
    here = SELECTION.c.campaign_id == processing.campaign, SELECTION.c.id == selection
    return processing.execute(SELECTION, delete(SELECTION).where(*here))
