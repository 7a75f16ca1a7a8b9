"""The folder of backups: which artefacts there are, what each was made of, which are past their days."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from backups.artefact import digest_of
from kernel.errors import Misconfigured, NotFound

FORMAT = 1
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup: two artefacts with their digests, and what is known of the moment it was made; nobody is named."""

    at: datetime
    engine: str
    revision: str
    data: str
    data_sha256: str
    keys: str
    keys_sha256: str
    root_versions: tuple[int, ...]
    erasures: Mapping[str, int]
    """How many lines the erasure ledger of each campaign had: none older may stand beside this backup."""
    format: int = field(default=FORMAT)

    @property
    def name(self) -> str:
        """Return what its files are called."""
        return name_of(self.at)


def name_of(at: datetime) -> str:
    """Name the backup of an instant; names sort like time."""
    return at.strftime("%Y%m%dT%H%M%S%fZ")


def keep_backup(folder: Path, backup: Backup) -> Path:
    """Write what a backup is made of, durably, after its artefacts."""
    path = folder / f"{backup.name}{_SUFFIX}"
    text = json.dumps(asdict(backup), default=_plain, indent=2, sort_keys=True) + "\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return path


def list_backups(folder: Path) -> list[Backup]:
    """Return the backups of a folder, the oldest first. Raises Misconfigured for one that cannot be read."""
    try:
        return [_read(path) for path in sorted(folder.glob(f"*Z{_SUFFIX}"))]
    except (OSError, ValueError, KeyError, TypeError):
        raise Misconfigured("the folder of backups holds a description that cannot be read") from None


def chosen_backup(folder: Path, name: str | None) -> Backup:
    """Return a backup by its name, or the newest with data. Raises NotFound."""
    found = [one for one in list_backups(folder) if (folder / one.data).exists() and name in {None, one.name}]
    if not found:
        message = "no such backup in this folder"
        raise NotFound(message)
    return found[-1]


def newest_keys(folder: Path) -> Backup:
    """Return the newest backup whose keys are here: older ones would open whom an erasure has closed since."""
    found = [one for one in list_backups(folder) if (folder / one.keys).exists()]
    if not found:
        message = "no artefact of keys is in this folder"
        raise NotFound(message)
    return found[-1]


def check_artefact(folder: Path, name: str, sha256: str) -> Path:
    """Return the path of an artefact that is as it was written. Raises Misconfigured."""
    path = folder / name
    if not path.exists() or digest_of(path) != sha256:
        message = "an artefact is missing, or is not as it was written"
        raise Misconfigured(message)
    return path


def prune(folder: Path, now: datetime, *, data_days: int, keys_days: int) -> list[str]:
    """Delete artefacts past their days, never the newest of each; return their names."""
    gone: list[str] = []
    for kind, days in (("data", data_days), ("keys", keys_days)):
        here = [one for one in list_backups(folder) if (folder / getattr(one, kind)).exists()]
        old = [getattr(one, kind) for one in here[:-1] if now - one.at > timedelta(days=days)]
        for name in old:
            (folder / name).unlink()
        gone += old
    for one in list_backups(folder):
        if not (folder / one.data).exists() and not (folder / one.keys).exists():
            (folder / f"{one.name}{_SUFFIX}").unlink()
    return gone


def known_erasures(folder: Path) -> dict[str, int]:
    """Return how long each campaign's ledger was, at the longest, when any backup of the folder was made."""
    longest: dict[str, int] = {}
    for one in list_backups(folder):
        for campaign, lines in one.erasures.items():
            longest[campaign] = max(lines, longest.get(campaign, 0))
    return longest


def _read(path: Path) -> Backup:
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["format"] != FORMAT:
        raise ValueError
    at, roots = datetime.fromisoformat(told["at"]), tuple(told["root_versions"])
    return Backup(**{**told, "at": at, "root_versions": roots})


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
