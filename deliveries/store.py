"""The deliveries' SQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from audit.processing import Processing
from deliveries.tables import Delivery, DeliveryChunk
from kernel.columns import among, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId

DELIVERY = table_of(Delivery)
CHUNK = table_of(DeliveryChunk)


def insert_delivery(processing: Processing, values: Mapping[str, Any], chunks: Iterable[bytes]) -> dict[str, int]:
    """Keep a file; return the rows to note."""
    own = {"campaign_id": processing.campaign, "delivery_id": values["id"]}
    rows = [{**own, "number": number, "sealed": sealed} for number, sealed in enumerate(chunks)]
    return {
        "delivery.insert": processing.execute(DELIVERY, insert(DELIVERY), values),
        "delivery_chunk.insert": processing.execute(CHUNK, insert(CHUNK), rows),
    }


def lock_delivery(processing: Processing, delivery: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a delivery, and let nobody else change it before the end; the caller notes ``delivery.read``."""
    statement = select(DELIVERY).where(DELIVERY.c.campaign_id == processing.campaign, DELIVERY.c.id == delivery)
    rows = processing.read(DELIVERY, statement.with_for_update() if processing.on_postgresql else statement)
    return rows[0] if rows else None


def latest_delivery(processing: Processing, person: PersonId) -> UUID | None:
    """Return the id of what was made for a person last; the caller notes ``delivery.read``."""
    own = DELIVERY.c.campaign_id == processing.campaign, DELIVERY.c.contact_id == person
    statement = select(DELIVERY.c.id).where(*own).order_by(DELIVERY.c.made_at.desc()).limit(1)
    rows = processing.read(DELIVERY, statement)
    return rows[0].id if rows else None


def chunks_of(processing: Processing, delivery: UUID) -> list[bytes]:
    """Return the sealed chunks in order; the caller notes ``delivery_chunk.read``."""
    own = CHUNK.c.campaign_id == processing.campaign, CHUNK.c.delivery_id == delivery
    return [row.sealed for row in processing.read(CHUNK, select(CHUNK).where(*own).order_by(CHUNK.c.number))]


def change_delivery(processing: Processing, delivery: UUID, values: Mapping[str, Any]) -> int:
    """Change a delivery."""
    own = DELIVERY.c.campaign_id == processing.campaign, DELIVERY.c.id == delivery
    return processing.execute(DELIVERY, update(DELIVERY).where(*own).values(**values))


def delete_chunks(processing: Processing, deliveries: Sequence[UUID]) -> int:
    """Delete the files of deliveries."""
    own = CHUNK.c.campaign_id == processing.campaign, CHUNK.c.delivery_id.in_(deliveries)
    return processing.execute(CHUNK, delete(CHUNK).where(*own)) if deliveries else 0


def delete_deliveries(processing: Processing, deliveries: Sequence[UUID]) -> int:
    """Delete deliveries."""
    own = DELIVERY.c.campaign_id == processing.campaign, DELIVERY.c.id.in_(deliveries)
    return processing.execute(DELIVERY, delete(DELIVERY).where(*own)) if deliveries else 0


def deliveries_of(processing: Processing, persons: Sequence[PersonId]) -> list[UUID]:
    """Return the ids of what waits for these persons, or was fetched; the caller notes ``delivery.read``."""
    named = among(DELIVERY.c.contact_id, persons, on_postgresql=processing.on_postgresql)
    own = DELIVERY.c.campaign_id == processing.campaign, named
    return [row.id for row in processing.read(DELIVERY, select(DELIVERY.c.id).where(*own))]


def late_deliveries(processing: Processing, before: datetime) -> list[UUID]:
    """Return the ids of what was to be fetched before an instant; the caller notes ``delivery.read``."""
    own = DELIVERY.c.campaign_id == processing.campaign, DELIVERY.c.until < before
    return [row.id for row in processing.read(DELIVERY, select(DELIVERY.c.id).where(*own))]


def is_any_late(reading: Transaction, campaign: CampaignId, before: datetime, forgotten: datetime) -> bool:
    """Tell whether a file waits past its time, or a delivery is to be forgotten."""
    held = (CHUNK.c.campaign_id == DELIVERY.c.campaign_id) & (CHUNK.c.delivery_id == DELIVERY.c.id)
    waits = select(DELIVERY.c.id).join(CHUNK, held).where(DELIVERY.c.campaign_id == campaign, DELIVERY.c.until < before)
    old = select(DELIVERY.c.id).where(DELIVERY.c.campaign_id == campaign, DELIVERY.c.until < forgotten)
    return bool(reading.query(waits.limit(1)) or reading.query(old.limit(1)))
