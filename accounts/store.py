"""Client programs' SQL."""

from typing import Any

from sqlalchemy import insert, select

from accounts.tables import Client
from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, ClientId

CLIENT = table_of(Client)


def insert_client(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a client."""
    return processing.execute(CLIENT, insert(CLIENT), values)


def read_client(processing: Processing, client: ClientId) -> Any | None:  # noqa: ANN401 - a row
    """Return a client of the campaign, noted."""
    rows = processing.read(CLIENT, _one(processing.campaign, client))
    return rows[0] if rows else None


def is_active(transaction: Transaction, campaign: CampaignId, client: ClientId) -> bool:
    """Tell whether a client exists and was not revoked."""
    rows = transaction.query(_one(campaign, client))
    return bool(rows) and rows[0].revoked_at is None


def _one(campaign: CampaignId, client: ClientId) -> Any:  # noqa: ANN401 - a select of the whole row
    return select(CLIENT).where(CLIENT.c.campaign_id == campaign, CLIENT.c.id == client)
