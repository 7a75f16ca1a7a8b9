"""Lead a person to the answer that waits for them, once they have shown who they are elsewhere."""

from dataclasses import dataclass, field

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from deliveries.fetch import Looked, look_at
from deliveries.store import latest_delivery
from kernel.identity import PersonId
from signups.links import Use, sign_link


@dataclass(frozen=True, slots=True)
class Found:
    """The latest answer made for a person, and a fresh link to its page; the page asks for a code besides."""

    looked: Looked
    link: str = field(repr=False)


def find_delivery(processing: Processing, person: PersonId) -> Found | None:
    """Return the latest answer made for a person, None where none is remembered; nothing changes by it."""
    delivery = latest_delivery(processing, person)
    if delivery is None:
        processing.note(Note(event=Event.DELIVERY_SHOWN, counts={}))
        return None
    processing.note(Note(event=Event.DELIVERY_SHOWN, counts={"delivery.read": 1}))
    link = sign_link(processing.keys, PersonId(delivery), Use.DOSSIER, processing.at)
    return Found(look_at(processing, link), link)
