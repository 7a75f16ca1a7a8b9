"""What a campaign declares before it records anybody: origins, fields of its own, tags."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select

from audit.processing import Processing
from contacts.tables import CustomField, DeclaredOrigin, Tag
from kernel.columns import table_of
from kernel.prepared import Prepared

ORIGIN = table_of(DeclaredOrigin)
CUSTOM_FIELD = table_of(CustomField)
TAG = table_of(Tag)
_ORIGIN = Prepared(
    select(ORIGIN).where(
        ORIGIN.c.campaign_id == bindparam("campaign", required=False),
        ORIGIN.c.number == bindparam("numbered", required=False),
    )
)


def find_origin(processing: Processing, number: int) -> Any | None:  # noqa: ANN401 - a row
    """Return a declared origin."""
    rows = processing.look_up_prepared(ORIGIN, _ORIGIN, {"campaign": processing.campaign, "numbered": number})
    return rows[0] if rows else None


def declared_origins(processing: Processing) -> Sequence[Any]:
    """Return all declared origins, oldest first."""
    statement = select(ORIGIN).where(ORIGIN.c.campaign_id == processing.campaign)
    return processing.look_up(ORIGIN, statement.order_by(ORIGIN.c.number))


def insert_origin(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a declared origin."""
    return processing.execute(ORIGIN, insert(ORIGIN), values)


def next_number(processing: Processing, registry: Any, first: int) -> int:  # noqa: ANN401 - one of three tables
    """Return the next free number of a registry of the campaign."""
    statement = select(func.max(registry.c.number)).where(registry.c.campaign_id == processing.campaign)
    newest = processing.look_up(registry, statement)[0][0]
    return first if newest is None else int(newest) + 1


def custom_fields(processing: Processing) -> dict[str, int]:
    """Return the campaign's own fields: name to number."""
    return _numbers(processing, CUSTOM_FIELD, processing.own_fields)


def tags_by_name(processing: Processing) -> dict[str, int]:
    """Return the campaign's tags: name to number."""
    return _numbers(processing, TAG, processing.tags)


def _numbers(processing: Processing, registry: Table, remembered: dict[str, int]) -> dict[str, int]:
    """Read a registry, and remember what this processing itself cannot have registered: that may be undone."""
    columns = registry.c.name, registry.c.number, registry.c.created_at
    rows = processing.look_up(registry, select(*columns).where(registry.c.campaign_id == processing.campaign))
    remembered.update({row.name: row.number for row in rows if row.created_at < processing.at})
    return {row.name: row.number for row in rows}


def insert_custom_field(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a field of the campaign's own."""
    return processing.execute(CUSTOM_FIELD, insert(CUSTOM_FIELD), values)


def insert_tag(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a tag."""
    return processing.execute(TAG, insert(TAG), values)
