"""Client programs' SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from accounts.tables import Client, ClientSecret
from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, ClientId

CLIENT = table_of(Client)
SECRET = table_of(ClientSecret)


def insert_client(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a client."""
    return processing.execute(CLIENT, insert(CLIENT), values)


def insert_secret(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a secret's digest."""
    return processing.execute(SECRET, insert(SECRET), values)


def read_clients(processing: Processing) -> Sequence[Any]:
    """Return the clients of the campaign, oldest first, noted."""
    mine = CLIENT.c.campaign_id == processing.campaign
    return processing.read(CLIENT, select(CLIENT).where(mine).order_by(CLIENT.c.created_at, CLIENT.c.id))


def read_client(processing: Processing, client: ClientId, *, lock: bool = False) -> Any | None:  # noqa: ANN401 - a row
    """Return a client of the campaign, noted; ``lock`` keeps others from changing it meanwhile."""
    statement = _one(processing.campaign, client)
    rows = processing.read(CLIENT, statement.with_for_update() if lock else statement)
    return rows[0] if rows else None


def read_secrets(processing: Processing, client: ClientId | None = None) -> Sequence[Any]:
    """Return the secrets of a client, or of all, oldest first, noted."""
    mine = SECRET.c.campaign_id == processing.campaign
    wanted = mine if client is None else mine & (SECRET.c.client_id == client)
    return processing.read(SECRET, select(SECRET).where(wanted).order_by(SECRET.c.created_at, SECRET.c.id))


def update_client(processing: Processing, client: ClientId, values: dict[str, Any]) -> int:
    """Change columns of a client."""
    mine = (CLIENT.c.campaign_id == processing.campaign) & (CLIENT.c.id == client)
    return processing.execute(CLIENT, update(CLIENT).where(mine).values(values))


def update_secret(processing: Processing, client: ClientId, secret: UUID, values: dict[str, Any]) -> int:
    """Change columns of a secret."""
    return processing.execute(SECRET, update(SECRET).where(_secret(processing, client, secret)).values(values))


def delete_secret(processing: Processing, client: ClientId, secret: UUID) -> int:
    """Remove a secret."""
    return processing.execute(SECRET, delete(SECRET).where(_secret(processing, client, secret)))


def delete_expired_secrets(processing: Processing) -> int:
    """Remove every secret that holds no more."""
    over = (SECRET.c.campaign_id == processing.campaign) & (SECRET.c.expires_at <= processing.at)
    return processing.execute(SECRET, delete(SECRET).where(over))


def is_any_expired(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether a secret holds no more."""
    over = select(SECRET.c.id).where(SECRET.c.campaign_id == campaign, SECRET.c.expires_at <= at)
    return bool(reading.query(over.limit(1)))


def find_client(transaction: Transaction, campaign: CampaignId, client: ClientId) -> Any | None:  # noqa: ANN401 - a row
    """Return a client, for the check of a token, of which the processing that follows tells."""
    rows = transaction.query(_one(campaign, client))
    return rows[0] if rows else None


def _one(campaign: CampaignId, client: ClientId) -> Any:  # noqa: ANN401 - a select of the whole row
    return select(CLIENT).where(CLIENT.c.campaign_id == campaign, CLIENT.c.id == client)


def _secret(processing: Processing, client: ClientId, secret: UUID) -> Any:  # noqa: ANN401 - a condition
    mine = (SECRET.c.campaign_id == processing.campaign) & (SECRET.c.client_id == client)
    return mine & (SECRET.c.id == secret)
