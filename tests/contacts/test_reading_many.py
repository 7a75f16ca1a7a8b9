"""Many contacts read at once: each by its key, however many others there are and whatever the planner knows."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from audit.events import Event
from audit.note import Note
from contacts.store.records import CONTACT, lock_contacts, read_bare, read_contacts
from tests.factories import MANAGING, opened_world, raw, recorded, voter

_READ = text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'contact'")


def test_many_contacts_are_read_without_reading_the_others(postgresql_url: str, tmp_path: Path) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        persons = sorted(recorded(world, *[voter(world, number) for number in range(400)]))
        for read in (read_contacts, lock_contacts):
            with world.register.open(world.actor, MANAGING) as processing:
                rows = read(processing, persons[100:200][::-1])
                ((touched,),) = processing.read(CONTACT, _READ)
                processing.note(Note(event=Event.LOG_READ, counts={"contact.read": 101}))
            assert [row.id for row in rows] == persons[100:200]
            assert 100 <= touched < 250, "each once, and locked once more: the row itself is held after it was found"


@pytest.mark.parametrize("many", [1, 40])
@pytest.mark.parametrize(
    ("read", "holds"),
    [
        (lock_contacts, True),
        (partial(read_bare, locked=True), True),
        (read_contacts, False),
        (partial(read_bare, locked=False), False),
    ],
)
def test_who_locks_contacts_keeps_everybody_else_from_changing_them(
    postgresql_url: str, tmp_path: Path, read: Callable[..., Any], many: int, *, holds: bool
) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        persons = recorded(world, *[voter(world, number) for number in range(many + 1)])
        held, free = persons[:many], persons[many]
        with world.register.open(world.actor, MANAGING) as processing, raw(postgresql_url, world.campaign) as other:
            read(processing, held)
            processing.note(Note(event=Event.LOG_READ, counts={"contact.read": many}))
            refused = [_is_refused(partial(other.run, _TAKE, one)) for one in (*held, free)]
    assert refused == [holds] * many + [False]


_TAKE = "SELECT id FROM contact WHERE id = ? FOR UPDATE NOWAIT"


def _is_refused(take: Callable[[], object]) -> bool:
    try:
        take()
    except psycopg.errors.LockNotAvailable:
        return True
    return False
