"""The SQL of positions that members of the staff share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from accounts.staff.tables import StaffPosition
from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, StaffId

POSITION = table_of(StaffPosition)


def read_positions(processing: Processing, staff: Sequence[StaffId] | None = None) -> list[Any]:
    """Return the positions that are shared now: of these members of staff, of all where none are named."""
    statement = select(POSITION).where(POSITION.c.campaign_id == processing.campaign, POSITION.c.until > processing.at)
    if staff is not None:
        statement = statement.where(POSITION.c.staff_id.in_(staff))
    return list(processing.read(POSITION, statement.order_by(POSITION.c.staff_id)))


def insert_position(processing: Processing, staff: StaffId, place: bytes, until: datetime) -> int:
    """Keep somebody's position."""
    row = {"campaign_id": processing.campaign, "staff_id": staff, "place": place, "until": until}
    return processing.execute(POSITION, insert(POSITION), row)


def move_position(processing: Processing, staff: StaffId, place: bytes) -> int:
    """Put a position that is shared already in the place of the last."""
    here = update(POSITION).where(POSITION.c.campaign_id == processing.campaign, POSITION.c.staff_id == staff)
    return processing.execute(POSITION, here.where(POSITION.c.until > processing.at).values(place=place))


def delete_positions(processing: Processing, staff: Sequence[StaffId]) -> int:
    """Remove the positions of these members of staff, over or not."""
    here = delete(POSITION).where(POSITION.c.campaign_id == processing.campaign, POSITION.c.staff_id.in_(staff))
    return processing.execute(POSITION, here)


def sweep_positions(processing: Processing) -> int:
    """Remove every position whose hours are over."""
    here = delete(POSITION).where(POSITION.c.campaign_id == processing.campaign, POSITION.c.until <= processing.at)
    return processing.execute(POSITION, here)


def is_any_position_over(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether the hours of a position are over."""
    over = select(POSITION.c.staff_id).where(POSITION.c.campaign_id == campaign, POSITION.c.until <= at)
    return bool(reading.query(over.limit(1)))
