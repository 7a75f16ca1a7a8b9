"""Destroy all keys of a campaign: nothing that was ever sealed in it opens, here or in a copy without the root."""

from audit.processing import Processing
from kernel.database import keys_lock
from keys.store import read_campaign_keys, update_campaign_key


def destroy_campaign_keys(processing: Processing) -> dict[str, int]:
    """Destroy every version of every key of the campaign; return the rows to note."""
    processing.lock([keys_lock(processing.campaign)])
    rows = read_campaign_keys(processing)
    living = [row for row in rows if row.wrapped is not None]
    for row in living:
        update_campaign_key(processing, row.purpose, row.version, {"state": "destroyed", "wrapped": None})
    return {"campaign_key.read": len(rows), "campaign_key.update": len(living)}
