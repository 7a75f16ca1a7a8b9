"""Rows of some persons or things, chosen by an id: for one the statement is prepared, as a deletion is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from audit.processing import Processing
from kernel.columns import among
from kernel.prepared import reading_of


def rows_of(
    processing: Processing, table: Table, column: str, ids: Sequence[UUID], names: tuple[str, ...] = ()
) -> Sequence[Any]:
    """Return the campaign's rows in which a column has one of these ids, counted; ``names`` are the columns wanted.

    Nothing named is all of them. Of one person very many tables are asked, and to make the statements took longer.
    """
    if len(ids) == 1:
        return processing.run(
            table, reading_of(table, column, names), {"campaign_id": processing.campaign, column: ids[0]}
        )
    wanted = select(*(table.c[name] for name in names)) if names else select(table)
    named = among(table.c[column], ids, on_postgresql=processing.on_postgresql)
    return processing.read(table, wanted.where(table.c.campaign_id == processing.campaign, named)) if ids else ()
