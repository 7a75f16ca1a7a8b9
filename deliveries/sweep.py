"""Delete what was not fetched in its time; the delivery itself is forgotten when its link holds no more."""

from datetime import datetime, timedelta

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from deliveries.store import delete_chunks, delete_deliveries, is_any_late, late_deliveries
from kernel.database import Transaction
from kernel.identity import CampaignId

_FORGOTTEN = timedelta(days=90)


def has_late_deliveries(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether there is anything to sweep."""
    return is_any_late(reading, campaign, at, at - _FORGOTTEN)


def sweep_deliveries(processing: Processing) -> int:
    """Delete files whose time is over, and deliveries whose link is; return how many files' chunks went."""
    late = late_deliveries(processing, processing.at)
    old = late_deliveries(processing, processing.at - _FORGOTTEN)
    swept = delete_chunks(processing, late)
    counts = {
        "delivery.read": len(late) + len(old),
        "delivery_chunk.delete": swept,
        "delivery.delete": delete_deliveries(processing, old),
    }
    processing.note(Note(event=Event.DELIVERY_SWEPT, counts=counts))
    return swept
