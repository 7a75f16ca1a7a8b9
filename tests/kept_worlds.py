"""Worlds as they were when they were new: making one takes a dozen transactions, bringing it back takes one.

Each process keeps one of each sort that a test made, rows and files, and gives it to the tests after it. Its keys and
identifiers are the same in all of them; nothing else is shared.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

from migrations.models import METADATA

_PRIVATE = 0o600


@dataclass(frozen=True)
class Kept:
    """What an installation is made of: the rows of its database and the files of its folder."""

    rows: bytes = field(repr=False)
    folders: Mapping[Path, int]
    files: Mapping[Path, bytes] = field(repr=False)

    def restore(self, url: str, folder: Path) -> bool:
        """Make an empty database and folder what they were; where anything is there, do nothing and say so."""
        parsed = make_url(url)
        if any((folder / name).exists() for name in self.files):
            return False
        if not (_into_file(parsed, self.rows) if _on_sqlite(parsed) else _into_server(parsed, self.rows)):
            return False
        for name, mode in self.folders.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name).chmod(mode)
        for name, content in self.files.items():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
                file.write(content)
        return True


def keep(url: str, folder: Path) -> Kept:
    """Take what an installation is made of."""
    parsed = make_url(url)
    folders = {path.relative_to(folder): path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()}
    files = {path.relative_to(folder): path.read_bytes() for path in found(folder)}
    return Kept(_from_file(parsed) if _on_sqlite(parsed) else _from_server(parsed), folders, files)


def found(folder: Path) -> set[Path]:
    """Return the files in a folder, but those of a database."""
    return {path for path in folder.rglob("*") if path.is_file() and ".db" not in path.name}


def _on_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _from_file(url: URL) -> bytes:
    assert url.database
    connection = sqlite3.connect(url.database)
    try:
        return connection.serialize()
    finally:
        connection.close()


def _into_file(url: URL, rows: bytes) -> bool:
    path = Path(url.database or "")
    if path.exists():
        connection = sqlite3.connect(path)
        try:
            if connection.execute("SELECT EXISTS (SELECT 1 FROM campaign)").fetchone() != (0,):
                return False
        finally:
            connection.close()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(_PRIVATE)
    path.write_bytes(rows)
    return True


def _connected(url: URL) -> "psycopg.Connection[tuple[Any, ...]]":
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _from_server(url: URL) -> bytes:
    """Return the statements that write every row again, in the order in which tables refer to each other."""
    with _connected(url) as connection:
        (campaign,) = connection.execute("SELECT id::text FROM campaign").fetchone() or ("",)
        connection.execute("SELECT set_config('isoloir.campaign', %s, false)", (campaign,))
        statements = [f"SELECT set_config('isoloir.campaign', '{campaign}', true)"]
        for table in METADATA.sorted_tables:
            name = f"{table.schema}.{table.name}" if table.schema else table.name
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            quoted = " || ', ' || ".join(f'quote_nullable("{column.name}"::text)' for column in table.columns)
            rows = connection.execute(f"SELECT {quoted} FROM {name}".encode())  # noqa: S608
            statements += [
                f"INSERT INTO {name} ({columns}) VALUES ({values})"  # noqa: S608
                for values in _batches([row for (row,) in rows])
            ]
    return ";".join(statements).encode()


def _batches(rows: Sequence[str], size: int = 500) -> Iterator[str]:
    for first in range(0, len(rows), size):
        yield "), (".join(rows[first : first + size])


def _into_server(url: URL, rows: bytes) -> bool:
    with _connected(url) as connection:
        if connection.execute("SELECT EXISTS (SELECT 1 FROM campaign)").fetchone() != (False,):
            return False
        connection.execute(rows)
    return True
