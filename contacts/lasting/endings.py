"""Tell of events that no date announces: the end of a membership or of a mandate, a death."""

from collections.abc import Sequence
from datetime import date

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.lasting.store import insert_ending
from contacts.opening import references, unwrap
from contacts.store.records import lock_contacts
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId
from policy.leaving import ENDINGS


def record_endings(processing: Processing, persons: Sequence[PersonId], event: str, on: date) -> None:
    """Record that something ended with these persons; from that day their clock runs. Raises NotFound, Invalid."""
    if event not in ENDINGS or on > processing.today:
        message = f"an ending has a day that is not to come, and is one of: {', '.join(sorted(ENDINGS))}"
        raise Invalid(message)
    wanted = list(dict.fromkeys(persons))
    contacts = unwrap(processing, lock_contacts(processing, wanted))
    if len(contacts) != len(wanted):
        message = "no such contact in this campaign"
        raise NotFound(message)
    values = {"event": event, "ended_on": on, "recorded_at": processing.at}
    replaced = sum(insert_ending(processing, {"contact_id": person, **values}) for person in wanted)
    counts = {
        "contact.read": len(wanted),
        "contact_ending.insert": len(wanted),
        "contact_ending.delete": replaced,
    }
    subjects = references(processing, contacts)
    processing.note(Note(event=Event.ENDING_RECORDED, counts=counts, subjects=subjects, free={"event": event}))
