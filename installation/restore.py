"""Restore an installation: the newest keys, then the erasure ledger replayed, and only then may anything be served.

A mark in the data folder keeps everybody else of this host out until the ledger was replayed; killed anywhere, the same
command goes on. What a restoration can never do is bring an erased person back: their key is not among the newest keys,
and where it is, because all keys here are old, the ledger erases them again. A ledger older than any checkpoint known
is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.checkpoints import CheckpointFile, open_checkpoint, origin_of
from audit.events import Event
from audit.note import Note
from audit.sequence import checkpoint_publics
from audit.standing import log_standing, signed_sizes
from backups.artefact import read_identities, scratch
from backups.folder import check_artefact, chosen_backup, known_erasures, newest_keys
from backups.postgresql import load_postgresql, require_empty, take_statistics
from backups.sqlite import load_sqlite, require_absent
from contacts.orphans import count_without_key, shred_orphans
from contacts.reindex import rebuild_indexes
from crypto.campaign_keys import CampaignKeys
from crypto.provider import KeyProvider
from installation.mark import Mark, Stage, read_mark, write_mark
from installation.open import Installation, open_installation
from kernel.actor import operator_in
from kernel.clock import Clock
from kernel.errors import Conflict, Misconfigured
from kernel.identity import CampaignId
from kernel.settings import Settings
from keys.load import load_campaign_keys
from migrations.run import upgrade

ADMINISTRATION = "administration"


class StaleLedger(Misconfigured):
    """Say that the erasure ledger here is older than a checkpoint that is known: nothing is served with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restoration did: which backup with which keys, whom the ledger erased again, which keys led nowhere."""

    data: str
    keys: str
    erased: int
    orphans: int
    reindexed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be restored, and with what: a backup's name or none for the newest, identities, a checkpoint."""

    folder: Path
    name: str | None
    identities: Sequence[Path]
    checkpoint: Path | None = None


def restore_installation(
    settings: Settings, wanted: Wanted, clock: Clock | None = None, provider: KeyProvider | None = None
) -> Restored:
    """Restore into an empty place and replay the ledger. Raises StaleLedger, Conflict, Unopenable, Misconfigured."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = _under_way(settings, wanted) or _load(settings, wanted)
    upgrade(settings.dump_url)
    if not settings.url.startswith("sqlite"):
        take_statistics(settings.dump_url)
    with open_installation(settings, clock, restoring=True, provider=provider) as installation:
        known = known_erasures(wanted.folder)
        for campaign in installation.campaigns():
            _check_ledger(installation, campaign, known.get(str(campaign), 0), wanted.checkpoint)
        done = [_put_in_order(installation, campaign, mark.data) for campaign in installation.campaigns()]
        installation.database.truncate_wal()
        installation.recover()
    settings.restoring_file.unlink()
    erased, orphans, reindexed = (sum(one) for one in zip(*done, strict=True)) if done else (0, 0, 0)
    return Restored(data=mark.data, keys=mark.keys, erased=erased, orphans=orphans, reindexed=reindexed)


def _under_way(settings: Settings, wanted: Wanted) -> Mark | None:
    """Return the mark of a restoration that all came in for, and that is there still. Raises Conflict for another."""
    mark = read_mark(settings.restoring_file)
    if mark is None or mark.stage is not Stage.LOADED:
        return None
    database = _file(settings)
    if database is not None and _beside(database).exists() and not database.exists():
        _beside(database).replace(database)
    if _is_empty(settings):
        return None
    if wanted.name not in {None, mark.data}:
        raise Conflict("the restoration of another backup has not ended: name that one, or none")
    return mark


def _load(settings: Settings, wanted: Wanted) -> Mark:
    """Bring everything in; the mark stays until the ledger was replayed on it, whatever happens meanwhile."""
    data, keys = chosen_backup(wanted.folder, wanted.name), newest_keys(wanted.folder)
    identities = read_identities(wanted.identities)
    into = {
        "data": check_artefact(wanted.folder, data.data, data.data_sha256),
        "keys": check_artefact(wanted.folder, keys.keys, keys.keys_sha256),
    }
    mark, path = Mark(Stage.LOADED, data.name, keys.name), settings.restoring_file
    database = _file(settings)
    if database is not None:
        require_absent(database)
        path.unlink(missing_ok=True)  # Of what is not there any more.
        with scratch(database.parent, _beside(database).name) as whole:
            load_sqlite(whole, settings.data_dir, **into, identities=identities)
            write_mark(path, mark)  # Before it is where anybody looks; what is there already is never touched.
            whole.replace(database)
        return mark
    require_empty(settings.dump_url)
    write_mark(path, mark._replace(stage=Stage.LOADING))
    try:
        load_postgresql(settings.dump_url, **into, identities=identities)
    except Exception:
        if _is_empty(settings):
            path.unlink()  # Nothing came in.
        raise
    write_mark(path, mark)
    return mark


def _file(settings: Settings) -> Path | None:
    """Return SQLite's file, or None on PostgreSQL."""
    return Path(settings.url.removeprefix("sqlite:///")) if settings.url.startswith("sqlite") else None


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.restoring")


def _is_empty(settings: Settings) -> bool:
    database = _file(settings)
    if database is not None:
        return not database.exists()
    try:
        require_empty(settings.dump_url)
    except Conflict:
        return False
    return True


def _check_ledger(installation: Installation, campaign: CampaignId, told: int, checkpoint: Path | None) -> None:
    """Raise StaleLedger where any checkpoint known says that the ledger was longer than it is here."""
    with installation.database.transaction(campaign) as reading:
        keys = load_campaign_keys(reading, installation.provider, campaign)
        known = [told, log_standing(reading, campaign, keys).erasures]
    known += _signed(installation.checkpoints, campaign, keys)
    if checkpoint is not None:
        known.append(_given(checkpoint, campaign, keys))
    if installation.eraser.ledger.size(campaign) < max(known):
        message = "the erasure ledger is older than a checkpoint that is known: bring the newest one back first"
        raise StaleLedger(message)


def _signed(file: CheckpointFile, campaign: CampaignId, keys: CampaignKeys) -> list[int]:
    publics = checkpoint_publics(keys)
    latest = [file.latest(origin_of(campaign, month), *publics) for month in file.months(campaign)]
    return [one.erasures for one in latest if one is not None]


def _given(path: Path, campaign: CampaignId, keys: CampaignKeys) -> int:
    note = path.read_text(encoding="utf-8")
    origin = note.partition("\n")[0]
    if not origin.startswith(f"isoloir/{campaign}/"):
        return 0
    return open_checkpoint(note, origin, *checkpoint_publics(keys)).erasures


def _put_in_order(installation: Installation, campaign: CampaignId, backup: str) -> tuple[int, int, int]:
    """Erase whom the ledger knows erased, shred keys that lead nowhere, write index values anew, note it."""
    operator, register = operator_in(campaign), installation.register
    _set_checkpoints_aside(installation, campaign, backup)
    installation.complete_keys(campaign)
    erased, orphans = installation.eraser.replay(operator), 0
    with register.open(operator, ADMINISTRATION) as processing:
        keyless = count_without_key(processing)
    if keyless:
        message = "contacts have lost their keys and the ledger does not know why: it is not the newest"
        raise StaleLedger(message)
    while True:
        with register.open(operator, ADMINISTRATION) as processing:
            shredded = shred_orphans(processing)
        orphans += shredded
        if not shredded:
            break
    reindexed = rebuild_indexes(register, operator)
    free = {"backup": backup, "erased": erased, "orphans": orphans, "reindexed": reindexed}
    with register.open(operator, ADMINISTRATION) as processing:
        processing.note(Note(event=Event.BACKUP_RESTORED, counts={}, free=free))
    return erased, orphans, reindexed


def _set_checkpoints_aside(installation: Installation, campaign: CampaignId, backup: str) -> None:
    """Keep the checkpoints of months that went on after the copy was made, apart: the log goes on from the copy."""
    with installation.database.transaction(campaign) as reading:
        keys = load_campaign_keys(reading, installation.provider, campaign)
        sizes = signed_sizes(reading, campaign)
    for month in installation.checkpoints.months(campaign):
        origin = origin_of(campaign, month)
        latest = installation.checkpoints.latest(origin, *checkpoint_publics(keys))
        if latest is not None and latest.size > sizes.get(month, 0):
            installation.checkpoints.set_aside(origin, f"before-{backup}")
