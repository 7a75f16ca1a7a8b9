"""SQLite: a snapshot by the engine's own backup, parted into data and keys, and put together again."""

import sqlite3
from contextlib import closing
from pathlib import Path

from backups.artefact import Identities, Recipients, open_artefact, scratch, seal_artefact
from kernel.errors import Conflict, Misconfigured

KEY_TABLES = ("campaign_key", "controller_key", "person_key")
"""What opens something: it leaves in an artefact of its own."""


def dump_sqlite(
    database: Path, folder: Path, *, data: tuple[Path, Recipients], keys: tuple[Path, Recipients]
) -> tuple[str, str]:
    """Seal a snapshot of a database in two artefacts; return their digests. A sealed copy stands here meanwhile."""
    with scratch(folder, "backup-data.db") as snapshot, scratch(folder, "backup-keys.db") as apart:
        _copy(database, snapshot)
        _part(snapshot, apart)
        with snapshot.open("rb") as whole:
            data_digest = seal_artefact(data[0], whole, data[1])
        with apart.open("rb") as parted:
            return data_digest, seal_artefact(keys[0], parted, keys[1])


def require_absent(target: Path) -> None:
    """Raise Conflict where a database is there."""
    if target.exists():
        raise Conflict("a database is there already: restore into an empty place")


def load_sqlite(target: Path, folder: Path, *, data: Path, keys: Path, identities: Identities) -> None:
    """Put a database together from both artefacts, in an empty file. Raises Unopenable, Misconfigured."""
    with scratch(folder, "restore-keys.db") as parted, scratch(folder, "restore-data.db") as whole:
        with whole.open("wb") as file:
            open_artefact(data, file, identities)
        with parted.open("wb") as file:
            open_artefact(keys, file, identities)
        _join(whole, parted)
        _copy(whole, target)
    target.chmod(0o600)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(_private(target)) as written:
        read.backup(written)


def _part(snapshot: Path, apart: Path) -> None:
    """Move the keys out; the pages they stood on are overwritten, and the file is written anew."""
    with closing(_private(snapshot)) as database:
        database.execute("ATTACH DATABASE ? AS apart", (str(apart),))
        for table in KEY_TABLES:
            database.execute(f"CREATE TABLE apart.{table} AS SELECT * FROM main.{table}")  # noqa: S608 - our own names
            database.execute(f"DELETE FROM main.{table}")  # noqa: S608
        database.execute("DETACH DATABASE apart")
        database.execute("VACUUM")


def _join(whole: Path, parted: Path) -> None:
    try:
        with closing(_private(whole)) as database:
            database.execute("ATTACH DATABASE ? AS apart", (str(parted),))
            for table in KEY_TABLES:
                database.execute(f"INSERT INTO main.{table} SELECT * FROM apart.{table}")  # noqa: S608
            database.execute("DETACH DATABASE apart")
    except sqlite3.DatabaseError:
        raise Misconfigured("data and keys do not fit each other: they are of different versions") from None


def _private(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("secure_delete=ON", "journal_mode=DELETE", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
