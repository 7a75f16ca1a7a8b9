"""Delete what admits nobody any more: sessions that ended, tries whose lock is over, secrets that expired.

Positions that were shared for some hours go with them.
"""

from datetime import datetime

from accounts.staff.lockout import LOCKED
from accounts.staff.position_store import is_any_position_over, sweep_positions
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
    return is_over or is_any_expired(reading, campaign, at) or is_any_position_over(reading, campaign, at)


def sweep_access(processing: Processing) -> None:
    """Delete ended sessions, old tries and past positions of the staff, and expired secrets of clients."""
    counts = {
        "staff_session.delete": delete_ended_sessions(processing, processing.at - IDLE),
        "staff_try.delete": sweep_tries(processing, processing.at - LOCKED),
        "staff_position.delete": sweep_positions(processing),
        "client_secret.delete": delete_expired_secrets(processing),
    }
    processing.note(Note(event=Event.ACCESS_SWEPT, counts=counts))
