"""Give a campaign the keys of purposes that came after it was created."""

from audit.events import Event
from audit.note import Note
from audit.register import Register
from crypto.campaign_keys import PURPOSES, new_campaign_key
from crypto.provider import KeyProvider
from kernel.actor import Actor
from kernel.database import keys_lock
from keys.create import store_campaign_keys
from keys.store import read_campaign_keys
from keys.versions import PURPOSE

_COMPLETING = 0x5A5A
"""Told apart from the lock of a rotation, which this transaction shares already."""


def complete_keys(register: Register, provider: KeyProvider, actor: Actor) -> int:
    """Draw the keys that the actor's campaign lacks; return how many. Doing it again changes nothing."""
    with register.open(actor, PURPOSE) as processing:
        processing.lock([keys_lock(processing.campaign) ^ _COMPLETING])
        rows = read_campaign_keys(processing)
        missing = sorted(PURPOSES - {row.purpose for row in rows})  # Read anew: another process may have been faster.
        stored = store_campaign_keys(processing, provider, [new_campaign_key(purpose) for purpose in missing])
        counts = {"campaign_key.read": len(rows), "campaign_key.insert": stored}
        processing.note(Note(event=Event.CAMPAIGN_KEY_COMPLETED, counts=counts))
    return stored
