from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Index, MetaData, Table, UniqueConstraint
from sqlalchemy.sql.schema import ColumnCollectionConstraint

from kernel.errors import Misconfigured
from migrations.dialect import DIRECTORY
from migrations.models import METADATA
from migrations.run import HERE, check_current, differences, newest_revision, upgrade
from tests.factories import raw


def unscoped(metadata: MetaData) -> list[str]:
    """Name what Citus could not shard: keys and constraints without the campaign."""
    return [
        f"{table.name}: {constraint.name}"
        for table in metadata.sorted_tables
        if table.name not in DIRECTORY
        for constraint in _keys_of(table)
        if "campaign_id" not in {column.name for column in constraint.columns}
    ]


def _keys_of(table: Table) -> list[ColumnCollectionConstraint | Index]:
    found: list[ColumnCollectionConstraint | Index] = [table.primary_key, *table.foreign_key_constraints]
    found += [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return found + [one for one in table.indexes if one.unique]


def test_the_migrations_build_the_tables_that_the_code_describes(database_url: str) -> None:
    assert differences(database_url) == []


def test_a_table_that_differs_is_noticed(database_url: str) -> None:
    with raw(database_url) as database:
        database.run("ALTER TABLE contact ADD COLUMN nickname text")
    assert "nickname" in str(differences(database_url))


def test_migrating_twice_harms_nothing(database_url: str) -> None:
    upgrade(database_url)
    check_current(database_url)
    assert differences(database_url) == []


def test_a_database_behind_the_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="isoloir migrate"):
        check_current(f"sqlite:///{tmp_path}/empty.db")


def test_every_key_and_constraint_holds_the_campaign() -> None:
    assert unscoped(METADATA) == []


def test_a_constraint_without_the_campaign_is_noticed() -> None:
    metadata = MetaData()
    contact = METADATA.tables["contact"].to_metadata(metadata)
    contact.append_constraint(UniqueConstraint(contact.c.id, name="uq_alone"))
    assert unscoped(metadata) == ["contact: uq_alone"]


def test_every_campaign_column_comes_first_in_the_primary_key() -> None:
    for table in METADATA.sorted_tables:
        if table.name not in DIRECTORY:
            assert next(iter(table.primary_key.columns)).name == "campaign_id", table.name


def test_every_table_with_a_campaign_is_under_forced_row_level_security(postgresql_url: str) -> None:
    with raw(postgresql_url) as database:
        found = database.run(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c JOIN pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname IN ('public', 'keys')",
        )
    guarded = {name for name, forced in found if forced}
    assert {table.name for table in METADATA.sorted_tables} - guarded == set(DIRECTORY)


def test_the_newest_migration_is_the_one_that_the_library_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()
