"""The notices' SQL. Nothing here updates a notice: a version that could change would prove nothing."""

from typing import Any

from sqlalchemy import func, insert, select

from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId
from notices.tables import Notice, OriginNotice

NOTICE = table_of(Notice)
ORIGIN_NOTICE = table_of(OriginNotice)


def insert_notice(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a version."""
    return processing.execute(NOTICE, insert(NOTICE), values)


def notices_of(processing: Processing) -> list[Any]:
    """Return every version, oldest first."""
    statement = select(NOTICE).where(NOTICE.c.campaign_id == processing.campaign)
    return list(processing.look_up(NOTICE, statement.order_by(NOTICE.c.number)))


def next_notice(processing: Processing) -> int:
    """Return the number that the next version bears; the caller holds the lock."""
    newest = select(func.max(NOTICE.c.number)).where(NOTICE.c.campaign_id == processing.campaign)
    return int(processing.look_up(NOTICE, newest)[0][0] or 0) + 1


def find_notice(reading: Transaction, campaign: CampaignId, number: int | None) -> Any | None:  # noqa: ANN401 - a row
    """Return a version, the newest for None, in a reading that no processing needs: it was published."""
    statement = select(NOTICE).where(NOTICE.c.campaign_id == campaign)
    if number is not None:
        statement = statement.where(NOTICE.c.number == number)
    rows = reading.query(statement.order_by(NOTICE.c.number.desc()).limit(1))
    return rows[0] if rows else None


def insert_telling(processing: Processing, values: dict[str, Any]) -> int:
    """Keep how the persons of an origin were told."""
    return processing.execute(ORIGIN_NOTICE, insert(ORIGIN_NOTICE), values)


def tellings_of(processing: Processing) -> list[Any]:
    """Return how the persons of each origin were told, oldest first."""
    statement = select(ORIGIN_NOTICE).where(ORIGIN_NOTICE.c.campaign_id == processing.campaign)
    return list(processing.look_up(ORIGIN_NOTICE, statement.order_by(ORIGIN_NOTICE.c.origin, ORIGIN_NOTICE.c.number)))
