"""Nothing about a person is forgotten: the tests are fed from the classified schema, not from a list kept by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from holdings.holding import HOLDINGS, Concern, Holding
from kernel.columns import ColumnClass, personal
from kernel.errors import Forbidden
from kernel.identity import PersonId, random_uuid
from migrations.models import METADATA
from tests.factories import World, dump, later, marie, opened_world, recorded
from tests.holdings.everything import everything_about

CANARY = "Zébulonnette"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def personal_columns(metadata: MetaData) -> list[tuple[str, str]]:
    return [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info.get("class") == ColumnClass.PERSONAL
    ]


def holding_of(table: str) -> Holding | None:
    return next((one for one in HOLDINGS if table in one.tables), None)


def forgotten(metadata: MetaData) -> list[str]:
    """Return the personal columns that no holding both brings out and erases, or says why by law it does not."""
    found = []
    for table, column in personal_columns(metadata):
        held = holding_of(table)
        told = held is not None and (held.export is not None or bool(held.untold))
        if held is None or not told or not (held.erase is not None or held.why):
            found.append(f"{table}.{column}")
    return found


def test_every_personal_column_belongs_to_a_holding_that_exports_and_erases_it_or_says_why_not() -> None:
    assert len(personal_columns(METADATA)) > 40
    assert forgotten(METADATA) == []
    assert all(one.untold for one in HOLDINGS if one.export is None)


def test_a_new_table_about_persons_is_noticed() -> None:
    metadata, column = MetaData(), personal(Text())
    column.name = "secret"
    Table("diary", metadata, column, Column("note", Text()))
    assert forgotten(metadata) == ["diary.secret"]


def test_what_every_table_holds_of_a_person_is_brought_out_and_then_gone(world: World) -> None:
    person = everything_about(world)
    tables = dump(world)
    of_contacts = [one for one in HOLDINGS if one.concern is Concern.CONTACT and one.export is not None]
    filled = {table for table, _ in personal_columns(METADATA) for one in of_contacts if table in one.tables}
    assert {table for table in filled if not tables[table]} == set(), "fill the new table in this test"
    for one in of_contacts:
        assert one.export is not None
        with world.register.open(world.actor, "rights_request") as processing:
            found = one.export(processing, [person, PersonId(random_uuid())])
        assert set(found) == {person}, one.name
        assert found[person], one.name
    eraser = world.installation.eraser
    assert eraser.erase(world.actor, "rights_request", [person], "unlawful") == 1
    # The request proves that the person was answered (art. 17(3)(e)), under a key of its own; for sixty days a change
    # tells those who hold copies whom to erase (art. 17(2), 19), by an id that is nobody's any more.
    kept = {"rights_request", "change"}
    for table, rows in dump(world).items():
        if table in kept:
            continue
        named = [row for row in rows if str(person) in row or repr(person.bytes)[2:-1] in row]
        assert named == [], table
    for one in of_contacts:
        assert one.export is not None
        with world.register.open(world.actor, "rights_request") as processing:
            assert not one.export(processing, [person]) or one.tables & kept, one.name


def test_an_export_is_whole_or_is_none(world: World) -> None:
    (person,) = recorded(world, marie(world))
    for name, error in (("contacts", Forbidden), ("consent", Forbidden), ("staff", Forbidden)):
        held = next(one for one in HOLDINGS if one.name == name)
        assert held.export is not None
        with pytest.raises(error), world.register.open(world.actor, "canvassing") as processing:
            held.export(processing, [person])


def test_the_log_tells_the_person_who_consulted_by_role_and_after_the_keys_were_rotated(world: World) -> None:
    (person,) = recorded(world, marie(world))
    later(world, hours=1)
    held = next(one for one in HOLDINGS if one.name == "log")
    assert held.export is not None
    with world.register.open(world.actor, "rights_request") as processing:
        (first,) = held.export(processing, [person])[person]
    assert (first.role, first.what.event, first.what.purpose) == ("operator", "contact.recorded", "contact_management")
    assert set(first.what.fields) == {"email", "first_names", "last_name"}
