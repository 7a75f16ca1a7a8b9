"""The SQL of webhooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, insert, literal, or_, select, tuple_, update

from audit.books import Books
from audit.processing import Processing
from jobs.store.tasks import DEAD, TASK
from jobs.tables import WebhookDelivery, WebhookEndpoint, WebhookSecret
from kernel.columns import Identifier, Instant, table_of
from kernel.identity import CampaignId

ENDPOINT = table_of(WebhookEndpoint)
SECRET = table_of(WebhookSecret)
DELIVERY = table_of(WebhookDelivery)


def insert_endpoint(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep an endpoint."""
    return processing.execute(ENDPOINT, insert(ENDPOINT), values)


def all_endpoints(processing: Processing) -> Sequence[Any]:
    """Return every endpoint of the campaign, oldest first."""
    own = ENDPOINT.c.campaign_id == processing.campaign
    return processing.look_up(ENDPOINT, select(ENDPOINT).where(own).order_by(ENDPOINT.c.created_at, ENDPOINT.c.id))


def find_endpoint(processing: Processing, endpoint: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return an endpoint, and let nobody else change it before the end."""
    own = ENDPOINT.c.campaign_id == processing.campaign, ENDPOINT.c.id == endpoint
    rows = processing.look_up(ENDPOINT, select(ENDPOINT).where(*own).with_for_update())
    return rows[0] if rows else None


def remove_endpoint_row(processing: Processing, endpoint: UUID) -> int:
    """Delete an endpoint."""
    own = ENDPOINT.c.campaign_id == processing.campaign, ENDPOINT.c.id == endpoint
    return processing.execute(ENDPOINT, delete(ENDPOINT).where(*own))


def update_endpoint(processing: Processing, endpoint: UUID, values: Mapping[str, Any]) -> int:
    """Change an endpoint."""
    own = ENDPOINT.c.campaign_id == processing.campaign, ENDPOINT.c.id == endpoint
    return processing.execute(ENDPOINT, update(ENDPOINT).where(*own).values(**values))


def subscriptions(processing: Processing) -> Sequence[Any]:
    """Return id and events of every endpoint that is told."""
    own = ENDPOINT.c.campaign_id == processing.campaign, ENDPOINT.c.enabled
    return processing.look_up(ENDPOINT, select(ENDPOINT.c.id, ENDPOINT.c.events).where(*own))


def has_endpoints(books: Books, campaign: CampaignId) -> bool:
    """Tell whether anybody is told of the campaign."""
    own = ENDPOINT.c.campaign_id == campaign, ENDPOINT.c.enabled
    return bool(books.look_up(select(ENDPOINT.c.id).where(*own).limit(1)))


def endpoint_of(books: Books, campaign: CampaignId, endpoint: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return an endpoint."""
    rows = books.look_up(select(ENDPOINT).where(ENDPOINT.c.campaign_id == campaign, ENDPOINT.c.id == endpoint))
    return rows[0] if rows else None


def living_secrets(books: Books, campaign: CampaignId, endpoint: UUID) -> Sequence[Any]:
    """Return the sealed secrets of an endpoint that are not expired, newest first."""
    living = or_(SECRET.c.expires_at.is_(None), SECRET.c.expires_at > books.at)
    own = SECRET.c.campaign_id == campaign, SECRET.c.endpoint_id == endpoint, living
    return books.look_up(select(SECRET).where(*own).order_by(SECRET.c.number.desc()))


def insert_secret(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep a sealed secret."""
    return processing.execute(SECRET, insert(SECRET), values)


def read_secrets(processing: Processing, endpoint: UUID) -> Sequence[Any]:
    """Return the sealed secrets of an endpoint, newest first, noted."""
    own = SECRET.c.campaign_id == processing.campaign, SECRET.c.endpoint_id == endpoint
    return processing.read(SECRET, select(SECRET).where(*own).order_by(SECRET.c.number.desc()))


def expire_secret(processing: Processing, endpoint: UUID, number: int, at: datetime) -> int:
    """Let a secret sign until an instant and no longer."""
    own = SECRET.c.campaign_id == processing.campaign, SECRET.c.endpoint_id == endpoint, SECRET.c.number == number
    return processing.execute(SECRET, update(SECRET).where(*own).values(expires_at=at))


def delete_secrets(processing: Processing, endpoint: UUID, numbers: Sequence[int]) -> int:
    """Destroy secrets of an endpoint."""
    own = SECRET.c.campaign_id == processing.campaign, SECRET.c.endpoint_id == endpoint
    return processing.execute(SECRET, delete(SECRET).where(*own, SECRET.c.number.in_(numbers)))


def delete_expired_secrets(processing: Processing) -> int:
    """Destroy every secret that signs no more."""
    own = SECRET.c.campaign_id == processing.campaign, SECRET.c.expires_at < processing.at
    return processing.execute(SECRET, delete(SECRET).where(*own))


def delete_of_endpoint(processing: Processing, table: Table, column: ColumnElement[UUID], endpoint: UUID) -> int:
    """Delete every row of an endpoint in one of the tables."""
    return processing.execute(
        table, delete(table).where(table.c.campaign_id == processing.campaign, column == endpoint)
    )


def insert_delivery(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep what became of an attempt."""
    return processing.execute(DELIVERY, insert(DELIVERY), values)


def page_of_deliveries(
    processing: Processing, endpoint: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """Return a page of the attempts to deliver to an endpoint, newest first."""
    wanted = [DELIVERY.c.campaign_id == processing.campaign, DELIVERY.c.endpoint_id == endpoint]
    if before is not None:
        place = tuple_(literal(before[0], Instant()), literal(before[1], Identifier()))
        wanted.append(tuple_(DELIVERY.c.at, DELIVERY.c.id) < place)
    ordered = select(DELIVERY).where(*wanted).order_by(DELIVERY.c.at.desc(), DELIVERY.c.id.desc()).limit(limit)
    return processing.look_up(DELIVERY, ordered)


def is_anything_spent(books: Books, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether a dead letter or a delivery is older than an instant, or a secret expired."""
    old = (
        select(TASK.c.id).where(TASK.c.campaign_id == campaign, TASK.c.state == DEAD, TASK.c.due_at < before),
        select(DELIVERY.c.id).where(DELIVERY.c.campaign_id == campaign, DELIVERY.c.at < before),
        select(SECRET.c.endpoint_id).where(SECRET.c.campaign_id == campaign, SECRET.c.expires_at < books.at),
    )
    return any(books.look_up(statement.limit(1)) for statement in old)


def delete_deliveries(processing: Processing, before: datetime) -> int:
    """Delete what became of attempts older than an instant."""
    old = DELIVERY.c.campaign_id == processing.campaign, DELIVERY.c.at < before
    return processing.execute(DELIVERY, delete(DELIVERY).where(*old))
