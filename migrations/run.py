"""Bring a database to the present schema, or say how it differs from the one the code describes.

The library that changes schemas is loaded where it is used: a server only asks whether the schema is the newest, and
loading it took a twentieth of its start.
"""

import re
import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from kernel.columns import KEYS, without_schemas
from kernel.database import Transaction
from kernel.errors import Misconfigured
from migrations.models import METADATA

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
_NAMED = re.compile(r'^(down_)?revision = "(\w+)"$', re.MULTILINE)


def upgrade(url: str) -> None:
    """Run the migrations that ``url`` lacks; doing it again changes nothing."""
    from alembic import command  # noqa: PLC0415

    with _engine(url).begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def differences(url: str) -> list[object]:
    """Return what the tables of ``url`` lack or have beyond those the code describes."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with _engine(url).connect() as connection:
        flat = connection.dialect.name == "sqlite"
        context = MigrationContext.configure(connection, opts={"include_schemas": not flat, "include_name": _is_ours})
        return list(compare_metadata(context, without_schemas(METADATA) if flat else METADATA))


def check_current(url: str) -> None:
    """Raise Misconfigured unless ``url`` is at the newest migration."""
    with _engine(url).connect() as connection:
        present = _revision(connection)
    if present != newest_revision():
        message = "the database is not at the newest schema: run isoloir migrate"
        raise Misconfigured(message)


def is_current(reading: Transaction) -> bool:
    """Tell whether the database that is being read is at the newest migration."""
    return reading.query(text("SELECT version_num FROM alembic_version")) == [(newest_revision(),)]


@cache
def newest_revision() -> str:
    """Name the newest migration: the one that none comes after."""
    told = [_NAMED.findall(path.read_text("utf-8")) for path in (HERE / "versions").glob("*.py")]
    (newest,) = {name for found in told for _, name in found} - {name for found in told for down, name in found if down}
    return str(newest)


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Leave the file as the program uses it, so that whoever only reads it later need not change it."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA secure_delete=ON")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name in {None, "public", KEYS}


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def _engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine
