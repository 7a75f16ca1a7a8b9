from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, create_engine, insert, select

from holdings.holding import HOLDINGS
from kernel.columns import ColumnClass, Identifier, among, index, key, neutral, personal, tells_of_persons
from kernel.identity import random_uuids
from migrations.models import METADATA


def unclassified(metadata: MetaData) -> list[str]:
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info.get("class") not in set(ColumnClass)
    ]


def without_a_holding(metadata: MetaData) -> set[str]:
    held = set().union(*(holding.tables for holding in HOLDINGS))
    about_persons = {ColumnClass.PERSONAL, ColumnClass.INDEX}
    return {
        table.name
        for table in metadata.sorted_tables
        if any(column.info.get("class") in about_persons for column in table.columns)
    } - held


def test_every_column_says_what_it_tells_of_a_person() -> None:
    assert len(METADATA.sorted_tables) > 10
    assert unclassified(METADATA) == []


def test_a_column_without_a_class_is_noticed() -> None:
    metadata = MetaData()
    Table("loose", metadata, Column("id", neutral(Text()).type, info={"class": "neutral"}), Column("name", Text()))
    assert unclassified(metadata) == ["loose.name"]


def test_every_table_about_persons_belongs_to_a_holding() -> None:
    assert without_a_holding(METADATA) == set()


def test_a_table_about_persons_without_a_holding_is_noticed() -> None:
    metadata = MetaData()
    column = personal(Text())
    column.name = "diary"
    Table("diary", metadata, column)
    assert without_a_holding(metadata) == {"diary"}


def test_every_holding_names_tables_that_exist_and_says_why() -> None:
    names = {table.name for table in METADATA.sorted_tables}
    for holding in HOLDINGS:
        assert holding.tables <= names
        assert holding.why
    assert "person_key" in set().union(*(one.tables for one in HOLDINGS))


def test_no_table_stands_in_two_holdings() -> None:
    held = [table for holding in HOLDINGS for table in holding.tables]
    assert len(held) == len(set(held))


def test_reading_a_key_an_index_or_a_name_must_be_noted_and_a_registry_not() -> None:
    for classed, telling in ((personal, True), (key, True), (index, True), (neutral, False)):
        column = classed(LargeBinary())
        column.name = "one"
        assert tells_of_persons(Table("t", MetaData(), column)) is telling


def test_however_many_identifiers_are_asked_for_their_rows_are_found_and_no_others(database_url: str) -> None:
    table = Table("listed", MetaData(), Column("id", Identifier()))
    here, elsewhere = random_uuids(40), random_uuids(40)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"id": one} for one in here])
        for few in (0, 1, 16, 17, 18, 40):
            asked = among(table.c.id, here[:few] + elsewhere, on_postgresql="postgresql" in database_url)
            assert set(connection.execute(select(table.c.id).where(asked)).scalars()) == set(here[:few])
            alone = among(table.c.id, here[:few], on_postgresql="postgresql" in database_url)
            assert set(connection.execute(select(table.c.id).where(alone)).scalars()) == set(here[:few])
        table.drop(connection)
    engine.dispose()
