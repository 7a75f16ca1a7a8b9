"""How a campaign's log stands, told without reading what its entries say: for probes and for the doctor.

This is the log's own bookkeeping, like numbering: nothing of an entry leaves, so no entry tells of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.checkpoints import CheckpointFile, check_leaves, open_checkpoint, origin_of
from audit.errors import Tampered
from audit.note import entry_bytes
from audit.sequence import LATEST_COMMIT, checkpoint_publics, month_name
from audit.store import largest_checkpoints, last_checkpoint, last_checkpoint_at, leaves_of, newest_numbered, waiting
from audit.tree import leaf_hash
from crypto.campaign_keys import CampaignKeys
from kernel.database import Transaction
from kernel.identity import CampaignId

_TAIL = 1_000


@dataclass(frozen=True, slots=True)
class LogStanding:
    """What waits for its number, since when, and how long the erasure ledger was when the log was last signed."""

    waiting: int
    oldest: datetime | None
    erasures: int

    def lag(self, now: datetime) -> timedelta:
        """Return how long the oldest entry without a number has waited."""
        return timedelta(0) if self.oldest is None else max(timedelta(0), now - self.oldest)


def log_standing(reading: Transaction, campaign: CampaignId, keys: CampaignKeys) -> LogStanding:
    """Tell how a campaign's log stands. Raises Tampered if its newest checkpoint is not signed by the campaign."""
    signed_at = last_checkpoint_at(reading, campaign)
    count, oldest = waiting(reading, campaign, None if signed_at is None else signed_at - LATEST_COMMIT)
    newest = last_checkpoint(reading, campaign)
    if newest is None:
        return LogStanding(count, oldest, 0)
    signed = open_checkpoint(newest.note, origin_of(campaign, month_name(newest.month)), *checkpoint_publics(keys))
    return LogStanding(count, oldest, signed.erasures)


def check_tail(reading: Transaction, campaign: CampaignId, keys: CampaignKeys, file: CheckpointFile) -> None:
    """Compare the newest month with its newest checkpoints, inside and outside, and the last thousand entries.

    Raises Tampered. ``audit verify`` compares everything.
    """
    newest = last_checkpoint(reading, campaign)
    if newest is None:
        if file.months(campaign):
            raise Tampered("no checkpoint is left in the database, and the file keeps some")
        return
    origin = origin_of(campaign, month_name(newest.month))
    publics = checkpoint_publics(keys)
    signed = open_checkpoint(newest.note, origin, *publics)
    kept = file.latest(origin, *publics)
    # The file follows the database within a second, and is never ahead of it.
    if kept is not None and kept.size > signed.size:
        raise Tampered("the database ends before the last checkpoint kept in the file")
    checkpoints = [signed] if kept is None else [kept, signed]
    check_leaves(leaves_of(reading, campaign, newest.month), checkpoints)
    for row in newest_numbered(reading, campaign, newest.month, _TAIL):
        if row.id is None or leaf_hash(entry_bytes(row)) != row.leaf:
            raise Tampered(f"entry {row.number} of {month_name(newest.month)} was changed or removed")


def signed_sizes(reading: Transaction, campaign: CampaignId) -> dict[str, int]:
    """Return how large each month of the log was when it was last signed, by ``yyyy-mm``."""
    return {month_name(month): size for month, size in largest_checkpoints(reading, campaign)}
