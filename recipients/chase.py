"""Chase tickets that nobody acknowledged: told again after one, three and six weeks, ended after sixty days."""

from datetime import datetime, timedelta
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.recipients import WEBHOOK, list_recipients
from kernel.database import Transaction
from kernel.identity import CampaignId
from recipients.store import change_tickets, delete_ended, due_tickets, is_any_due
from recipients.tickets import PAUSES, State, tell_again

_SHOWN = timedelta(days=365)
"""How long an ended ticket is shown; it names nobody any more."""
_AT_ONCE = 500


def has_due_tickets(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether there is anything to do: an entry that tells of nothing would only fill the log."""
    return is_any_due(reading, campaign, at, at - _SHOWN)


def chase_tickets(processing: Processing, public_url: str) -> int:
    """Tell again what is due, end what was not acknowledged in its time, forget what ended long ago; return how many.

    A letter is sent by people: its ticket only counts, so that the list shows it as chased.
    """
    rows = due_tickets(processing, _AT_ONCE)
    addresses = {one.id: one.address for one in list_recipients(processing)}
    counts = {"recipient_ticket.read": len(rows), "recipient_ticket.update": 0, "task.insert": 0}
    for row in rows:
        counts["recipient_ticket.update"] += change_tickets(processing, [row.id], _next(processing, row))
        if row.told_by == WEBHOOK and row.until > processing.at:
            told = tell_again(processing, row.id, row.act, addresses.get(row.recipient_id, ""), public_url)
            counts["task.insert"] += told["task.insert"]
    counts["recipient_ticket.delete"] = delete_ended(processing, processing.at - _SHOWN)
    processing.note(Note(event=Event.RECIPIENT_CHASED, counts=counts))
    return len(rows)


def _next(processing: Processing, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    if row.until <= processing.at:
        return {"state": State.UNANSWERED.value, "sealed": None, "ended_at": processing.at}
    chased = row.chased + 1
    return {"chased": chased, "chase_at": row.created_at + PAUSES[min(chased, len(PAUSES) - 1)]}
