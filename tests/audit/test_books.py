"""Books are no way round the register: they touch what they were opened for, and nothing that tells of persons."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, exists, select

from contacts.store.index import INDEX
from contacts.store.records import CONTACT
from jobs.store.chunks import JOB
from jobs.store.tasks import TASK
from kernel.errors import SilentWrite
from tests.factories import World, count, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.mark.parametrize("table", [CONTACT, INDEX], ids=lambda table: table.name)
def test_a_table_that_tells_of_persons_is_no_book(world: World, table: object) -> None:
    with pytest.raises(SilentWrite, match="no book"), world.register.keeping_books(world.campaign, TASK, table):  # type: ignore[arg-type]
        pass


def test_a_table_that_was_not_named_is_neither_read_nor_changed(world: World) -> None:
    hidden = exists().where(CONTACT.c.campaign_id == TASK.c.campaign_id)
    for statement in (select(JOB), select(TASK).where(hidden), select(TASK, JOB.c.id)):
        with (
            pytest.raises(SilentWrite, match="another table"),
            world.register.keeping_books(world.campaign, TASK) as books,
        ):
            books.look_up(statement)
    with (
        pytest.raises(SilentWrite, match="another table"),
        world.register.keeping_books(world.campaign, TASK) as books,
    ):
        books.execute(delete(JOB))


def test_what_was_named_is_read_and_changed_and_no_entry_tells_of_it(world: World) -> None:
    before = count(world, "entry")
    with world.register.keeping_books(world.campaign, TASK) as books:
        books.lock([1])
        assert books.look_up(select(TASK)) == []
        assert books.execute(delete(TASK).where(TASK.c.campaign_id == world.campaign)) == 0
    assert count(world, "entry") == before
