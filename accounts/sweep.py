"""Delete what admits nobody any more: sessions that ended, tries whose lock is over, secrets that expired."""

from datetime import datetime

from accounts.staff.lockout import LOCKED
from accounts.staff.sessions import IDLE
from accounts.staff.store import delete_ended_sessions, is_any_over, sweep_tries
from accounts.store import delete_expired_secrets, is_any_expired
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.database import Transaction
from kernel.identity import CampaignId


def has_ended_access(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether there is anything to sweep: an entry that tells of nothing would only fill the log."""
    is_over = is_any_over(reading, campaign, at, idle_since=at - IDLE, tried_before=at - LOCKED)
    return is_over or is_any_expired(reading, campaign, at)


def sweep_access(processing: Processing) -> None:
    """Delete ended sessions and old tries of the staff, and expired secrets of clients."""
    counts = {
        "staff_session.delete": delete_ended_sessions(processing, processing.at - IDLE),
        "staff_try.delete": sweep_tries(processing, processing.at - LOCKED),
        "client_secret.delete": delete_expired_secrets(processing),
    }
    processing.note(Note(event=Event.ACCESS_SWEPT, counts=counts))
