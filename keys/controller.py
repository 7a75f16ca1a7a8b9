"""The key of a controller's oppositions: shared by all its campaigns, wrapped anew by every root, never destroyed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from audit.processing import Processing
from crypto.campaign_keys import CampaignKey, new_campaign_key, unwrap_campaign_key, wrap_campaign_key
from crypto.provider import KeyProvider
from kernel.columns import table_of
from keys.tables import StoredControllerKey

TABLE = table_of(StoredControllerKey)
OPPOSITION = "opposition"
_VERSION = 1
"""There is one version for ever: nobody could hash anew what only hashes are left of."""


def newest(controller: Any, column: str) -> Any:  # noqa: ANN401 - columns
    """Select one column of the newest wrapping of a controller's key, for a query that names the controller."""
    chosen = select(TABLE.c[column]).where(TABLE.c.controller_id == controller)
    return chosen.order_by(TABLE.c.root_version.desc()).limit(1).scalar_subquery()


def store_controller_key(processing: Processing, provider: KeyProvider, controller: UUID) -> dict[str, int]:
    """Draw a controller's key and keep it; return the rows to note."""
    return {"controller_key.insert": _insert(processing, provider, controller, new_campaign_key(OPPOSITION))}


def rewrap_controller_keys(processing: Processing, provider: KeyProvider, version: int) -> dict[str, int]:
    """Wrap every controller's key under a root version that it has no wrapping of; return the rows to note."""
    latest = select(TABLE.c.controller_id, func.max(TABLE.c.root_version).label("root")).group_by(TABLE.c.controller_id)
    newer = latest.subquery()
    joined = TABLE.join(
        newer, (TABLE.c.controller_id == newer.c.controller_id) & (TABLE.c.root_version == newer.c.root)
    )
    rows: Sequence[Any] = processing.read(TABLE, select(TABLE).select_from(joined).where(newer.c.root != version))
    for row in rows:
        _insert(processing, provider, row.controller_id, open_controller_key(provider, row))
    return {"controller_key.read": len(rows), "controller_key.insert": len(rows)}


def open_controller_key(provider: KeyProvider, row: Any) -> CampaignKey:  # noqa: ANN401 - a row
    """Unwrap a controller's key: ``controller_id``, ``root_version``, ``wrapped``. Raises Unopenable."""
    return unwrap_campaign_key(
        provider,
        row.controller_id.bytes,
        purpose=OPPOSITION,
        version=_VERSION,
        state="active",
        root_version=row.root_version,
        wrapped=row.wrapped,
    )


def _insert(processing: Processing, provider: KeyProvider, controller: UUID, key: CampaignKey) -> int:
    root_version, wrapped = wrap_campaign_key(provider, controller.bytes, key)
    values = {
        "controller_id": controller,
        "root_version": root_version,
        "wrapped": wrapped,
        "created_at": processing.at,
    }
    return processing.execute(TABLE, insert(TABLE), values)
