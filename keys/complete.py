"""Give a campaign the keys of purposes that came after it was created."""

from audit.events import Event
from audit.note import Note
from audit.register import Register
from crypto.campaign_keys import PURPOSES, new_campaign_key
from crypto.provider import KeyProvider
from kernel.actor import Actor
from kernel.identity import CampaignId
from keys.create import store_campaign_keys
from keys.store import read_campaign_keys
from keys.versions import PURPOSE

_LOCK = 0x1504


def complete_campaign_keys(register: Register, provider: KeyProvider, actor: Actor) -> int:
    """Draw a first key for every purpose the actor's campaign has none for; return how many were drawn."""
    with register.keeping_books(actor.campaign) as books:
        if not PURPOSES - books.keys.purposes():
            return 0
    with register.open(actor, PURPOSE) as processing:
        processing.lock([_lock(actor.campaign)])  # Two servers that start together must not both draw one.
        rows = read_campaign_keys(processing)
        missing = [new_campaign_key(purpose) for purpose in sorted(PURPOSES - {row.purpose for row in rows})]
        stored = store_campaign_keys(processing, provider, missing)
        counts = {"campaign_key.read": len(rows), "campaign_key.insert": stored}
        free = {"keys": [f"{key.purpose}.{key.version}" for key in missing]}
        processing.note(Note(event=Event.CAMPAIGN_KEY_ADDED, counts=counts, free=free))
    return stored


def _lock(campaign: CampaignId) -> int:
    return _LOCK ^ (campaign.int & 0x7FFF_FFFF_FFFF_0000)
