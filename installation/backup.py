"""Back an installation up: data and keys apart, each sealed to recipients of the operator's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.events import Event
from audit.note import Note
from backups.artefact import Recipients, read_recipients
from backups.folder import Backup, keep_backup, name_of, prune
from backups.postgresql import dump_postgresql
from backups.sqlite import dump_sqlite
from installation.open import Installation
from kernel.actor import operator_in
from kernel.clock import today
from kernel.gate import only_one
from migrations.run import newest_revision
from policy.load import load
from policy.retention import due_on

ADMINISTRATION = "administration"
LINE = "backup"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and the artefacts whose days were over."""

    backup: Backup
    pruned: tuple[str, ...]


def make_backup(
    installation: Installation,
    folder: Path,
    *,
    data_recipients: Sequence[str],
    keys_recipients: Sequence[str],
    keys_days: int,
) -> Made:
    """Make a backup in ``folder`` and delete what is past its days there; each campaign notes it.

    Data are kept as long as the pack says, keys for ``keys_days``: the newest of each always stays.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one(installation.settings.data_dir / "backup.lock", "isoloir backup"):
        at = installation.clock.now()
        installation.sequence()  # The newest checkpoint says how long the ledger is.
        erasures = {str(one): installation.eraser.ledger.size(one) for one in installation.campaigns()}
        name = name_of(at)
        data, keys = folder / f"{name}.data.age", folder / f"{name}.keys.age"
        digests = _dump(installation, data, keys, read_recipients(data_recipients), read_recipients(keys_recipients))
        backup = Backup(
            at=at,
            engine="postgresql" if installation.database.on_postgresql else "sqlite",
            revision=newest_revision(),
            data=data.name,
            data_sha256=digests[0],
            keys=keys.name,
            keys_sha256=digests[1],
            root_versions=installation.provider.versions(),
            erasures=erasures,
        )
        keep_backup(folder, backup)
        pruned = prune(folder, at, data_days=_days(installation), keys_days=keys_days)
    _note(installation, backup, pruned)
    return Made(backup, tuple(pruned))


def _dump(
    installation: Installation, data: Path, keys: Path, data_recipients: Recipients, keys_recipients: Recipients
) -> tuple[str, str]:
    into = {"data": (data, data_recipients), "keys": (keys, keys_recipients)}
    if installation.database.on_postgresql:
        return dump_postgresql(installation.settings.dump_url, **into)
    return dump_sqlite(installation.database.path, installation.settings.data_dir, **into)


def _days(installation: Installation) -> int:
    day = today(installation.clock)
    line = load(installation.settings.law_country, day).retention[LINE]
    return (due_on(line, day) - day).days


def _note(installation: Installation, backup: Backup, pruned: Sequence[str]) -> None:
    free = {"backup": backup.name, "data": backup.data_sha256, "keys": backup.keys_sha256, "pruned": list(pruned)}
    for campaign in installation.campaigns():
        with installation.register.open(operator_in(campaign), ADMINISTRATION) as processing:
            processing.note(Note(event=Event.BACKUP_MADE, counts={}, free=free))
