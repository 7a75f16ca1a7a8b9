"""Many rows and large statements go through, whatever a socket holds."""

import faulthandler
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Table, func, insert, select

from contacts.store.index import INDEX, INDEX_COLUMNS
from contacts.store.records import CONTACT, CONTACT_COLUMNS
from kernel.bulk import FEW
from kernel.database import Database, Transaction
from kernel.errors import Conflict
from kernel.identity import CampaignId, random_uuid, random_uuids
from kernel.prepared import Prepared
from tests.factories import World, opened_world, raw

MANY = 120_000
PATIENCE = 120
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def _never_for_ever() -> Iterator[None]:
    """End the session with every thread's stack rather than hang: a full socket once made both sides wait."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def database_of(world: World) -> Database:
    return world.installation.database


def contact_rows(world: World, count: int, size: int = 420) -> list[tuple[Any, ...]]:
    record = secrets.token_bytes(size)
    return [
        (
            world.campaign,
            one,
            "roll",
            1,
            "97411",
            None,
            False,
            True,
            None,
            date(2027, 1, 1),
            None,
            AT,
            AT,
            1,
            1,
            b"",
            record,
        )
        for one in random_uuids(count)
    ]


def index_rows(world: World, count: int) -> list[tuple[Any, ...]]:
    return [(world.campaign, number - count // 2, one) for number, one in enumerate(random_uuids(count))]


def count_of(transaction: Transaction, table: Table) -> int:
    return int(transaction.query(select(func.count()).select_from(table))[0][0])


def store(transaction: Transaction, contacts: Sequence[tuple[Any, ...]]) -> None:
    transaction.copy(CONTACT, CONTACT_COLUMNS, contacts)
    transaction.settle()


def store_index(transaction: Transaction, entries: Sequence[tuple[Any, ...]]) -> None:
    transaction.copy(INDEX, INDEX_COLUMNS, entries)
    transaction.settle()


def test_fifty_megabytes_of_rows_go_through_in_one_transaction(world: World) -> None:
    with database_of(world).transaction(world.campaign) as transaction:
        transaction.lock(range(64))  # As an import does: the connection is in pipeline mode when the rows come.
        stored = [
            transaction.copy(CONTACT, CONTACT_COLUMNS, contact_rows(world, MANY)),
            transaction.copy(INDEX, INDEX_COLUMNS, index_rows(world, MANY)),
        ]
        transaction.settle()
        assert [one.rows for one in stored] == [MANY, MANY]
        assert count_of(transaction, CONTACT) == MANY


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_rows_come_back_as_they_were_given_whichever_way_they_went(world: World, count: int) -> None:
    contacts, entries = contact_rows(world, count), index_rows(world, count)
    with database_of(world).transaction(world.campaign) as transaction:
        stored = [
            transaction.copy(CONTACT, CONTACT_COLUMNS, contacts),
            transaction.copy(INDEX, INDEX_COLUMNS, entries),
        ]
        transaction.settle()
        assert [one.rows for one in stored] == [count, count]
        assert sorted(map(tuple, transaction.query(select(CONTACT)))) == sorted(contacts)
        assert sorted(map(tuple, transaction.query(select(INDEX)))) == sorted(entries)


def test_one_transaction_stores_many_rows_into_one_table_twice(world: World) -> None:
    with database_of(world).transaction(world.campaign) as transaction:
        for _ in range(2):
            transaction.copy(CONTACT, CONTACT_COLUMNS, contact_rows(world, FEW + 1))
        transaction.settle()
        assert count_of(transaction, CONTACT) == 2 * (FEW + 1)


def test_a_row_that_is_there_already_undoes_all_of_them(world: World) -> None:
    entries = index_rows(world, FEW + 1)
    with pytest.raises(Conflict), database_of(world).transaction(world.campaign) as transaction:
        store_index(transaction, [*entries, entries[0]])
    with database_of(world).transaction(world.campaign) as transaction:
        assert count_of(transaction, INDEX) == 0


@pytest.mark.parametrize("count", [FEW, FEW + 1])
def test_no_row_of_another_campaign_gets_in_whichever_way_it_went_on_postgresql(world: World, count: int) -> None:
    foreign = [(CampaignId(random_uuid()), *row[1:]) for row in contact_rows(world, 1)]
    with database_of(world).transaction(world.campaign) as transaction:
        if transaction.on_postgresql:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                store(transaction, [*contact_rows(world, count - 1), *foreign])


def test_nothing_of_the_staging_is_left_on_postgresql(world: World) -> None:
    with database_of(world).transaction(world.campaign) as transaction:
        transaction.copy(INDEX, INDEX_COLUMNS, index_rows(world, FEW + 1))
        transaction.settle()
        transaction.commit()
    with raw(world.url) as database:
        if database.on_postgresql:
            assert database.run("SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'") == []


def test_one_large_value_goes_through_among_small_statements(world: World) -> None:
    large = dict(zip(CONTACT_COLUMNS, contact_rows(world, 1, 50_000_000)[0], strict=True))
    insert_one = Prepared(insert(CONTACT), CONTACT_COLUMNS)
    with database_of(world).transaction(world.campaign) as transaction:
        transaction.lock(range(64))
        sent = transaction.send(insert_one, [large])
        transaction.settle()
        assert sent.rows == 1
