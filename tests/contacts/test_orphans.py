"""Contacts without a key, and keys without a contact, as a restored copy has them."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql

from audit.events import Event
from audit.note import Note
from contacts.store.orphans import _HAS_KEY, count_keyless, orphaned_keys
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


def test_no_contact_is_compared_with_all_keys_whatever_the_planner_knows(postgresql_url: str, tmp_path: Path) -> None:
    """Of forty thousand contacts without statistics each was: 800 million times, half a minute."""
    counting = select(func.count()).select_from(CONTACT).where(~_HAS_KEY)
    statement = counting.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    with opened_world(postgresql_url, tmp_path) as world:
        recorded(world, *[voter(world, number) for number in range(300)])
        with raw(postgresql_url, world.campaign) as database:
            plan = "\n".join(line for (line,) in database.run(f"EXPLAIN {statement}"))
    assert "SubPlan" in plan
    assert "Join" not in plan
