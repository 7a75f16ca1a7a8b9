"""The pipeline to PostgreSQL: nothing that failed is hidden, and what was lost is found out."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    bindparam,
    cast,
    insert,
    text,
)
from sqlalchemy import select as choose
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.types import TypeEngine

from contacts.store.registries import TAG
from kernel.binary import form_of
from kernel.columns import Identifier, Instant
from kernel.database import Database, Transaction
from kernel.errors import Misconfigured, Unavailable
from kernel.identity import CampaignId, random_uuid
from kernel.prepared import Prepared
from kernel.settings import load_settings

CAMPAIGN = CampaignId(random_uuid())
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
INSERT = Prepared(insert(TAG), TAG.columns.keys())
NAMES = Prepared(choose(TAG.c.number, TAG.c.name).where(TAG.c.campaign_id == bindparam("campaign", required=False)))


def tag(number: int, name: str | None = None) -> dict[str, Any]:
    return {"campaign_id": CAMPAIGN, "number": number, "name": name or f"tag{number}", "created_at": NOW}


def numbers(database: Database) -> list[int]:
    with database.transaction(CAMPAIGN) as transaction:
        return sorted(row.number for row in transaction.run(NAMES, {"campaign": CAMPAIGN}))


def test_a_statement_is_named_by_its_text_and_types() -> None:
    same = Prepared(insert(TAG), TAG.columns.keys())
    assert (same.name, len(same.name)) == (INSERT.name, len(b"isoloir_") + 16)
    other = [Prepared(choose(bindparam("one", type_=kind))) for kind in (Integer(), String())]
    assert len({NAMES.name, INSERT.name, *(one.name for one in other)}) == 4


@pytest.fixture(params=[True, False], ids=["prepared", "unprepared"])
def database(request: pytest.FixtureRequest, postgresql_url: str, tmp_path: Path) -> Iterator[Database]:
    given = load_settings(
        database_url=postgresql_url, hosting="FR", data_dir=tmp_path, database_prepare=request.param, database_pool=2
    )
    opened = Database(given)
    yield opened
    opened.close()


def break_it(transaction: Transaction) -> None:
    transaction.send(INSERT, [tag(1), tag(1, "again"), tag(2)])


def test_what_was_sent_is_there_once_it_is_committed(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        pending = transaction.send(INSERT, [tag(1), tag(2)])
        assert pending.rows == 0
        transaction.settle()
        assert pending.rows == 2
        transaction.commit()
    assert numbers(database) == [1, 2]


def test_a_failed_statement_is_raised_where_the_pipeline_is_settled(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        break_it(transaction)
        with pytest.raises(errors.UniqueViolation):
            transaction.settle()
    assert numbers(database) == []


def test_a_failed_statement_is_raised_by_the_next_reading(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        break_it(transaction)
        with pytest.raises(errors.UniqueViolation):
            transaction.run(NAMES, {"campaign": CAMPAIGN})


def test_a_failed_statement_is_raised_by_a_statement_outside_the_pipeline(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        break_it(transaction)
        with pytest.raises(errors.UniqueViolation):
            transaction.query(choose(TAG))


def test_a_failed_statement_is_raised_by_the_commit(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        break_it(transaction)
        with pytest.raises(errors.UniqueViolation):
            transaction.commit()
    assert numbers(database) == []


def test_a_failure_that_somebody_swallowed_still_cannot_be_committed(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        break_it(transaction)
        with pytest.raises(errors.UniqueViolation):
            transaction.settle()
        with pytest.raises(errors.InFailedSqlTransaction):
            transaction.commit()
    assert numbers(database) == []


def test_an_error_repeats_no_value(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        break_it(transaction)
        with pytest.raises(errors.UniqueViolation) as caught:
            transaction.settle()
    assert str(CAMPAIGN) not in str(caught.value)


def test_more_than_a_socket_holds_is_sent_without_waiting_for_ever(database: Database) -> None:
    with database.transaction(CAMPAIGN) as transaction:
        pending = transaction.send(INSERT, [tag(number, f"{number:06d}" * 100) for number in range(5_000)])
        transaction.commit()
    assert pending.rows == len(numbers(database)) == 5_000


def end_all(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        other.execute(ended + " AND datname = current_database()")


def test_a_connection_that_the_server_closed_meanwhile_is_not_lent(database: Database, postgresql_url: str) -> None:
    assert numbers(database) == []
    end_all(postgresql_url)
    assert numbers(database) == []


def test_a_connection_lost_within_a_transaction_is_told_as_such_and_not_used_again(
    database: Database, postgresql_url: str
) -> None:
    asks: list[Callable[[Transaction], object]] = [
        lambda one: one.run(NAMES, {"campaign": CAMPAIGN}),
        lambda one: one.query(text("SELECT 1")),
    ]
    for ask in asks:
        with pytest.raises(Unavailable) as caught, database.transaction(CAMPAIGN) as transaction:  # noqa: PT012
            transaction.query(text("SELECT 1"))
            end_all(postgresql_url)
            ask(transaction)
        assert isinstance(caught.value.__cause__, Exception)
    assert numbers(database) == []


def test_a_statement_that_is_wrong_is_no_loss(database: Database) -> None:
    with pytest.raises(ProgrammingError), database.transaction(CAMPAIGN) as transaction:
        transaction.query(text("SELECT nothing FROM nowhere"))


def test_statements_that_the_server_forgot_are_prepared_again(database: Database) -> None:
    assert numbers(database) == []
    with database.transaction(CAMPAIGN) as transaction:
        transaction.change(TAG.delete().where(TAG.c.campaign_id == CAMPAIGN))
        transaction._connection.exec_driver_sql("DEALLOCATE ALL")  # noqa: SLF001 - what a pooler may do
    with pytest.raises(errors.InvalidSqlStatementName) if database._settings.database_prepare else nullcontext():  # noqa: SLF001
        numbers(database)
    assert numbers(database) == []


FORMS: list[tuple[TypeEngine[Any], st.SearchStrategy[Any]]] = [
    (Identifier(), st.uuids()),
    (Instant(), st.datetimes(timezones=st.just(UTC))),
    (ARRAY(BigInteger), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5)),
    (BigInteger(), st.integers(-(2**63), 2**63 - 1)),
    (Integer(), st.integers(-(2**31), 2**31 - 1)),
    (SmallInteger(), st.integers(-(2**15), 2**15 - 1)),
    (Boolean(), st.booleans()),
    (Date(), st.dates()),
    (LargeBinary(), st.binary(max_size=50)),
    (Text(), st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=50)),
]


@pytest.fixture(scope="module")
def transaction(
    postgresql_server: str,
    postgresql_template: str,  # noqa: ARG001 - the migrations make the role that every transaction takes
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Transaction]:
    given = load_settings(database_url=postgresql_server, hosting="FR", data_dir=tmp_path_factory.mktemp("forms"))
    opened = Database(given)
    with opened.directory() as reading:
        yield reading
    opened.close()


def told(value: object) -> str:
    """Write a value as PostgreSQL tells it, for the types whose words are short."""
    match value:
        case bool():
            return str(value).lower()
        case bytes():
            return "\\x" + value.hex()
        case list():
            return "{" + ",".join(map(str, value)) + "}"
    return str(value)


@pytest.mark.parametrize(("of", "values"), FORMS, ids=lambda one: type(one).__name__)
def test_the_server_reads_and_tells_every_value_as_we_do(
    transaction: Transaction, of: TypeEngine[Any], values: st.SearchStrategy[Any]
) -> None:
    given_value = bindparam("value", type_=of, required=False)
    statement = Prepared(choose(given_value.label("value"), cast(given_value, Text).label("told")))

    @settings(max_examples=40, deadline=None)
    @given(value=values)
    def check(value: Any) -> None:  # noqa: ANN401
        row = transaction.run(statement, {"value": value})[0]
        assert row.value == value
        if isinstance(value, datetime):
            assert datetime.fromisoformat(row.told) == value
        else:
            assert row.told == told(value)

    check()
    assert transaction.run(statement, {"value": None})[0] == (None, None)


def test_identifiers_travel_as_one_array(transaction: Transaction) -> None:
    many: Any = bindparam("value", type_=ARRAY(Identifier()), required=False)
    statement = Prepared(choose(many.label("value"), cast(many, Text).label("told")))
    for value in ([], [UUID(int=7)], [UUID(int=7), UUID(int=1 << 127)]):
        assert transaction.run(statement, {"value": value})[0] == (value, told(value))
        assert transaction.run(statement, {"value": [one.bytes for one in value]})[0].value == value


def test_a_type_without_a_form_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(Misconfigured):
        form_of(JSON())


def test_an_identifier_travels_as_its_sixteen_bytes() -> None:
    one = UUID(int=7)
    form = form_of(Identifier())
    assert (form.write(one), form.read(one.bytes), form_of(Date()).write(date(2000, 1, 2))) == (
        one.bytes,
        one,
        b"\0\0\0\1",
    )
