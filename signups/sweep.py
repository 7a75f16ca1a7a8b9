"""Delete what nobody confirmed in time."""

from datetime import datetime

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.database import Transaction
from kernel.identity import CampaignId
from signups.store import delete_expired, is_any_expired


def has_expired(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether there is anything to sweep."""
    return is_any_expired(reading, campaign, at)


def sweep_signups(processing: Processing) -> int:
    """Delete sign-ups whose seven days are over; return how many."""
    swept = delete_expired(processing, processing.at)
    processing.note(Note(event=Event.SIGNUP_SWEPT, counts={"signup.delete": swept}))
    return swept
