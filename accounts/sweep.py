"""Delete what admits nobody any more: sessions that ended, tries whose lock is over, secrets that expired."""

from accounts.staff.lockout import LOCKED
from accounts.staff.sessions import IDLE
from accounts.staff.store import delete_ended_sessions, sweep_tries
from accounts.store import delete_expired_secrets
from audit.events import Event
from audit.note import Note
from audit.processing import Processing


def sweep_access(processing: Processing) -> None:
    """Delete ended sessions and old tries of the staff, and expired secrets of clients."""
    counts = {
        "staff_session.delete": delete_ended_sessions(processing, processing.at - IDLE),
        "staff_try.delete": sweep_tries(processing, processing.at - LOCKED),
        "client_secret.delete": delete_expired_secrets(processing),
    }
    processing.note(Note(event=Event.ACCESS_SWEPT, counts=counts))
