"""Contacts without a key, and keys without a contact, as a restored copy has them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, Row, Table, text
from sqlalchemy.dialects import postgresql

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.store.orphans import count_keyless, orphaned_keys
from contacts.store.records import CONTACT
from tests.factories import MANAGING, World, opened_world, raw, recorded, voter


def test_both_are_found(world: World) -> None:
    keyless, orphaned, _ = recorded(world, *[voter(world, number) for number in range(3)])
    with raw(world.url, world.campaign) as database:
        database.run("DELETE FROM contact WHERE id = ?", orphaned)
        database.run("DELETE FROM keys.person_key WHERE person_id = ?", keyless)
    with world.register.open(world.actor, MANAGING) as processing:
        assert (count_keyless(processing), orphaned_keys(processing, 10)) == (1, [orphaned])
        processing.note(Note(event=Event.CONTACT_LISTED, counts={"contact.read": 1, "person_key.read": 1}))


@pytest.mark.parametrize("asked", [count_keyless, partial(orphaned_keys, limit=100)])
def test_no_contact_is_compared_with_all_keys_whatever_the_planner_knows(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: Callable[[Processing], object]
) -> None:
    """Of forty thousand contacts without statistics each was: 800 million times, half a minute."""
    sent: list[Executable] = []
    read = Processing.read

    def kept(processing: Processing, table: Table, statement: Executable) -> Sequence[Row[Any]]:
        sent.append(statement)
        return read(processing, table, statement)

    monkeypatch.setattr(Processing, "read", kept)
    with opened_world(postgresql_url, tmp_path) as world:
        recorded(world, *[voter(world, number) for number in range(300)])
        with world.register.open(world.actor, MANAGING) as processing:
            sent.clear()
            asked(processing)
            (statement,) = sent
            rows = processing.read(CONTACT, text(f"EXPLAIN {_literal(statement)}"))
            processing.note(Note(event=Event.LOG_READ, counts={"contact.read": len(rows) + (asked is count_keyless)}))
    plan = "\n".join(line for (line,) in rows)
    assert "SubPlan" in plan
    assert "Join" not in plan


def _literal(statement: Executable) -> str:
    """Write the very statement that the code sends, values and all."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))  # type: ignore[attr-defined]
