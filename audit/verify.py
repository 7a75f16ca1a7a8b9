"""Verify a campaign's log: every entry against its leaf, every leaf against the signed trees, inside and outside.

It finds entries that were changed, removed, inserted or reordered; against a checkpoint kept elsewhere also a log
whose end was cut off.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.checkpoints import Checkpoint, CheckpointFile, check_leaves, open_checkpoint, origin_of
from audit.errors import Tampered
from audit.events import Event
from audit.expire import is_month_over
from audit.note import Note, entry_bytes
from audit.processing import Processing
from audit.sequence import LATEST_COMMIT, checkpoint_publics, log_lock, month_name, month_of
from audit.store import late_entries, months_of, numbered_entries, stored_checkpoints
from audit.tree import leaf_hash

_PAGE = 5_000


@dataclass(slots=True)
class Verification:
    """What was checked and what does not hold; each problem says where, never about whom."""

    entries: int = 0
    checkpoints: int = 0
    expired: int = 0
    """Entries of months whose legal period is over: their leaves are verified, what they said is gone."""
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.problems


def verify_log(processing: Processing, file: CheckpointFile, earlier: str | None = None) -> Verification:
    """Check the whole log against the checkpoints in the database, in the file and, if given, one kept elsewhere."""
    found = Verification()
    processing.lock([log_lock(processing.campaign)])  # Numbers given meanwhile would look like an intruder's.
    months = {*months_of(processing), *map(_as_number, file.months(processing.campaign))}
    known = [] if earlier is None else [_open_earlier(processing, earlier, found)]
    for checkpoint in known:
        if checkpoint is not None:
            months.add(_month_in(checkpoint))
    for month in sorted(months):
        _verify_month(processing, file, month, [one for one in known if one is not None], found)
    _verify_no_late_entry(processing, sorted(months), found)
    processing.note(Note(event=Event.LOG_READ, counts=dict(processing.observed)))
    return found


def _verify_month(
    processing: Processing,
    file: CheckpointFile,
    month: int,
    known: list[Checkpoint],
    found: Verification,
) -> None:
    name = month_name(month)
    origin = origin_of(processing.campaign, name)
    publics = checkpoint_publics(processing.keys)
    checkpoints = [one for one in known if one.origin == origin]
    try:
        stored = [open_checkpoint(row.note, origin, *publics) for row in stored_checkpoints(processing, month)]
        kept = list(file.read(origin, *publics))
    except Tampered as problem:
        found.problems.append(f"{name}: {problem}")
        return
    checkpoints = sorted([*checkpoints, *stored, *kept], key=lambda one: one.size)
    found.checkpoints += len(checkpoints)
    try:
        end = check_leaves(_leaves(processing, month, found), checkpoints)
    except Tampered as problem:
        found.problems.append(f"{name}: {problem}")
        return
    if end.size > max((one.size for one in stored), default=0):
        found.problems.append(f"{name}: numbers follow the last checkpoint, and no checkpoint tells of them")


def _leaves(processing: Processing, month: int, found: Verification) -> Iterator[bytes]:
    number, name = -1, month_name(month)
    is_over = is_month_over(processing.edition, month, processing.today)
    while page := numbered_entries(processing, month, number, _PAGE):
        for row in page:
            if row.number != number + 1:
                found.problems.append(f"{name}: numbers are missing before {row.number}")
            number = row.number
            if row.id is None and is_over:
                found.expired += 1
            else:
                _verify_entry(row, month, name, found)
            yield row.leaf


def _verify_entry(row: Any, month: int, name: str, found: Verification) -> None:  # noqa: ANN401 - a joined row
    found.entries += 1
    if row.id is None:
        found.problems.append(f"{name}: entry {row.number} was removed")
    elif leaf_hash(entry_bytes(row)) != row.leaf:
        found.problems.append(f"{name}: entry {row.number} was changed")
    elif month_of(row) != month:
        found.problems.append(f"{name}: entry {row.number} belongs to another month")


def _verify_no_late_entry(processing: Processing, months: list[int], found: Verification) -> None:
    signed = [row.at for month in months for row in stored_checkpoints(processing, month)]
    if not signed:
        return
    late = late_entries(processing, max(signed) - LATEST_COMMIT)
    if late:
        found.problems.append(f"{late} entries were inserted after the time they claim")


def _open_earlier(processing: Processing, note: str, found: Verification) -> Checkpoint | None:
    """Open a checkpoint kept elsewhere; it names its own log in the first line."""
    origin = note.partition("\n")[0]
    try:
        if not origin.startswith(f"isoloir/{processing.campaign}/"):
            raise Tampered("the earlier checkpoint is not of this campaign")  # noqa: TRY301
        return open_checkpoint(note, origin, *checkpoint_publics(processing.keys))
    except Tampered as problem:
        found.problems.append(str(problem))
        return None


def _month_in(checkpoint: Checkpoint) -> int:
    return _as_number(checkpoint.origin.rpartition("/")[2])


def _as_number(month: str) -> int:
    return int(month.replace("-", ""))
