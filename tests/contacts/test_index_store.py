"""How index values are found in the database: each by its whole key, however many others there are."""

from pathlib import Path

import pytest

from contacts.store.index import INDEX
from contacts.store.records import FEW
from kernel.identity import PersonId
from kernel.prepared import deleting_of
from tests.factories import World, marie, opened_world, raw, recorded, supporter, voter


@pytest.mark.parametrize("analysed", [False, True])
def test_an_entry_to_delete_is_looked_for_by_its_whole_key(
    postgresql_url: str, tmp_path: Path, *, analysed: bool
) -> None:
    """Asked for a list of values of one person, PostgreSQL read every entry of the campaign, analysed or not."""
    deleting = deleting_of(INDEX, ("value", "contact_id")).text.decode()
    with opened_world(postgresql_url, tmp_path) as world:
        recorded(world, *[voter(world, number) for number in range(300)])
        with raw(postgresql_url, world.campaign) as owner:
            if analysed:
                owner.run("ANALYZE contact_index")
            owner.run("SET plan_cache_mode = force_generic_plan")
            owner.run(f"PREPARE deleting (uuid, bigint, uuid) AS {deleting}")
            plan = owner.run(f"EXPLAIN EXECUTE deleting('{world.campaign}', 1, '{world.campaign}')")
    told = "\n".join(line for (line,) in plan)
    assert "Index Cond: ((campaign_id = $1) AND (value = $2) AND (contact_id = $3))" in told


def test_who_shares_values_with_many_that_are_erased_keeps_their_own(world: World) -> None:
    """All have one family's address and telephone: their entries differ by the person alone."""
    shared = ("email", "famille@example.org"), ("phone", "06 12 34 56 78")
    drafts = [supporter(world, ("last_name", f"Martin{number}"), *shared) for number in range(FEW)]
    kept, *gone = recorded(world, *drafts)
    other = recorded(world, marie(world))[0]
    before = {person: _entries(world, person) for person in (kept, other)}
    assert len(_entries(world, gone[0])) >= 2
    world.installation.eraser.erase(world.actor, "rights_request", gone)
    assert {person: _entries(world, person) for person in (kept, other)} == before
    assert not any(_entries(world, person) for person in gone)


def _entries(world: World, person: PersonId) -> list[tuple[int]]:
    with raw(world.url, world.campaign) as database:
        return sorted(database.run("SELECT value FROM contact_index WHERE contact_id = ?", person))
