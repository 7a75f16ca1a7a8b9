"""Write messages in the transaction that wants them sent: nothing is sent before, and nothing is lost after."""

from collections.abc import Sequence
from datetime import datetime

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.enqueue import enqueue_tasks
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId, random_uuids
from messages.letter import Letter, open_letter, seal_letter
from messages.store import delete_late, delete_of_persons, insert_messages, is_any_late, messages_of_persons

SEND = "message.send"
"""The kind of task that sends a message."""


def queue_letters(processing: Processing, letters: Sequence[Letter]) -> dict[str, int]:
    """Keep letters sealed and put a task for each into the outbox; return the rows to note."""
    if not letters:
        return {}
    named = list(zip(random_uuids(len(letters)), letters, strict=True))
    rows = [
        {
            "campaign_id": processing.campaign,
            "id": message,
            "person_id": letter.person,
            "medium": letter.medium,
            "sealed": seal_letter(processing.keys, message, letter),
            "created_at": processing.at,
            "until": letter.until,
        }
        for message, letter in named
    ]
    counts = {"message.insert": insert_messages(processing, rows)}
    return counts | enqueue_tasks(processing, SEND, [{"message": str(message)} for message, _ in named])


def erase_messages(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Erase what is still on its way to these persons; return to how many messages that came."""
    deleted = delete_of_persons(processing, persons)
    if deleted:
        processing.note(Note(event=Event.MESSAGE_ERASED, counts={"message.delete": deleted}))
    return 0  # How many persons there were is the contacts' to say.


def export_messages(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Letter]]:
    """Return what is still on its way to these persons, opened, oldest first; noted."""
    rows = messages_of_persons(processing, persons)
    processing.note(Note(event=Event.MESSAGE_OPENED, counts={"message.read": len(rows)}))
    found: dict[PersonId, list[Letter]] = {}
    for row in rows:
        found.setdefault(PersonId(row.person_id), []).append(open_letter(processing.keys, row))
    return found


def has_late(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether there is anything to sweep."""
    return is_any_late(reading, campaign, at)


def sweep_messages(processing: Processing) -> int:
    """Delete messages whose time is over; return how many."""
    swept = delete_late(processing, processing.at)
    processing.note(Note(event=Event.MESSAGE_SWEPT, counts={"message.delete": swept}))
    return swept
