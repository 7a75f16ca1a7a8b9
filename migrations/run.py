"""Bring a database to the present schema, or say how it differs from the one the code describes."""

import sqlite3
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from kernel.columns import KEYS, without_schemas
from kernel.database import Transaction
from kernel.errors import Misconfigured
from migrations.models import METADATA

HERE = Path(__file__).parent


def upgrade(url: str) -> None:
    """Run the migrations that ``url`` lacks; doing it again changes nothing."""
    with _engine(url).begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def differences(url: str) -> list[object]:
    """Return what the tables of ``url`` lack or have beyond those the code describes."""
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
    """Name the newest migration."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Leave the file as the program uses it, so that whoever only reads it later need not change it."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA secure_delete=ON")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name in {None, "public", KEYS}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def _engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine
