"""The secrets of endpoints: drawn here, sealed at rest, shown once."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from crypto.aead import draw_keys
from crypto.campaign_keys import CampaignKeys
from crypto.value import open_value, seal_value

PURPOSE = "webhook"


def draw_secret(keys: CampaignKeys, endpoint: UUID, number: int) -> tuple[bytes, bytes]:
    """Draw the secret of this number for an endpoint; return it in clear and sealed."""
    secret = draw_keys(1)[0]
    return secret, seal_value(keys.active(PURPOSE), context=_context(keys, endpoint, number), plain=secret)


def open_secrets(keys: CampaignKeys, rows: Iterable[Any]) -> list[bytes]:
    """Open sealed secrets, in their order. Raises Unopenable."""
    return [open_value(keys, PURPOSE, _context(keys, row.endpoint_id, row.number), row.sealed) for row in rows]


def _context(keys: CampaignKeys, endpoint: UUID, number: int) -> bytes:
    return keys.campaign + endpoint.bytes + number.to_bytes(4, "big")
