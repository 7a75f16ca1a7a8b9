"""The sequencer: it alone numbers entries, extends each month's tree and signs the checkpoint.

Writers append entries without order; a hash chain behind one locked last row would queue or fork them. What lies
between an entry's commit and its number (some seconds) is not yet protected: docs/threat-model.md confesses it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from audit.checkpoints import CheckpointFile, make_checkpoint, open_checkpoint, origin_of, sign_checkpoint
from audit.errors import Tampered
from audit.note import EntryRow, entry_bytes
from audit.register import Register
from audit.signed_note import public_key
from audit.store import (
    checkpoint_notes,
    insert_checkpoint,
    insert_sequence,
    last_checkpoint_at,
    last_signed,
    months_with_checkpoints,
    unsequenced,
)
from audit.tree import Frontier, leaf_hash
from crypto.campaign_keys import CampaignKeys
from kernel.database import Transaction
from kernel.identity import CampaignId

LATEST_COMMIT = timedelta(hours=1)
"""No transaction lives as long: an entry older than the last checkpoint by more was put in afterwards."""
_BATCH = 10_000
_LOCK = 0x1501
CHECKPOINT = "checkpoint"

LedgerSize = Callable[[CampaignId], int]


class Sequencer:
    """Number what is new in a campaign's log and sign it, one at a time whatever the number of processes."""

    def __init__(self, register: Register, file: CheckpointFile, ledger_size: LedgerSize) -> None:
        self._register = register
        self._file = file
        self._ledger_size = ledger_size
        self._numbered: Counter[str] = Counter()

    def run(self, campaign: CampaignId, *, whole: bool = False) -> int:
        """Sequence until nothing is left; return how many entries were. ``whole`` searches from the log's start."""
        total = 0
        while True:
            count = self._run_once(campaign, whole=whole)
            total += count
            if count < _BATCH:
                return total

    def take_numbered(self) -> Counter[str]:
        """Return how many entries were numbered here since the last call, by event."""
        taken, self._numbered = self._numbered, Counter()
        return taken

    def _run_once(self, campaign: CampaignId, *, whole: bool) -> int:
        with self._register.keeping_the_log(campaign) as (transaction, context, now):
            transaction.lock([log_lock(campaign)])
            erasures = self._ledger_size(campaign)  # Asked under the lock: signed sizes never go back.
            last = last_checkpoint_at(transaction, campaign)
            since = None if whole or last is None else last - LATEST_COMMIT
            entries = unsequenced(transaction, campaign, since, _BATCH)
            for month, of_month in groupby(entries, key=month_of):
                self._extend(transaction, context.keys, campaign, month, list(of_month), erasures, now)
        self._numbered.update(entry.event for entry in entries)
        self._write_out(campaign, whole=whole)
        return len(entries)

    def _write_out(self, campaign: CampaignId, *, whole: bool) -> None:
        """Copy committed checkpoints to the file, under the lock: two sequencers would write them out of order."""
        with self._register.keeping_the_log(campaign) as (transaction, context, _):
            transaction.lock([log_lock(campaign)])
            publics = checkpoint_publics(context.keys)
            months = months_with_checkpoints(transaction, campaign)
            for month in months if whole else months[-2:]:
                origin = origin_of(campaign, month_name(month))
                latest = self._file.latest(origin, *publics)
                for note in checkpoint_notes(transaction, campaign, month, latest.size if latest else 0):
                    self._file.append(note, origin, *publics)

    def _extend(
        self,
        transaction: Transaction,
        keys: CampaignKeys,
        campaign: CampaignId,
        month: int,
        entries: Sequence[EntryRow],
        erasures: int,
        now: datetime,
    ) -> None:
        frontier = _trusted_frontier(transaction, keys, campaign, month)
        start = frontier.size
        leaves = [leaf_hash(entry_bytes(entry)) for entry in entries]
        for leaf in leaves:
            frontier.append(leaf)
        rows = [(campaign, month, start + place, entry.id, leaves[place]) for place, entry in enumerate(entries)]
        insert_sequence(transaction, rows)
        checkpoint = make_checkpoint(origin_of(campaign, month_name(month)), frontier, erasures)
        note = sign_checkpoint(checkpoint, keys.active(CHECKPOINT).secret)
        insert_checkpoint(transaction, campaign, month, frontier, note, now)


def _trusted_frontier(transaction: Transaction, keys: CampaignKeys, campaign: CampaignId, month: int) -> Frontier:
    """Return the tree to extend, if it is the one that was signed: a spoilt one would be signed for ever."""
    frontier, note = last_signed(transaction, campaign, month)
    if note is not None:
        signed = open_checkpoint(note, origin_of(campaign, month_name(month)), *checkpoint_publics(keys))
        if (signed.size, signed.root) != (frontier.size, frontier.root()):
            raise Tampered("the stored tree is not the one that was signed")
    return frontier


def log_lock(campaign: CampaignId) -> int:
    """Return the number of the lock of a campaign's log: who numbers and who verifies hold it."""
    return _LOCK ^ (campaign.int & 0x7FFF_FFFF_FFFF_0000)


def month_of(entry: EntryRow) -> int:
    """Return the month in UTC whose tree an entry belongs to, as ``yyyymm``."""
    at = entry.at.astimezone(UTC)
    return at.year * 100 + at.month


def month_name(month: int) -> str:
    """Write ``yyyymm`` as ``yyyy-mm``."""
    return f"{month // 100:04d}-{month % 100:02d}"


def checkpoint_publics(keys: CampaignKeys) -> tuple[bytes, ...]:
    """Return the public keys that a campaign's checkpoints may be signed with."""
    return tuple(public_key(key.secret) for key in keys.reading(CHECKPOINT))
