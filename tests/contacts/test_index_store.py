"""How index values are found in the database: each by its whole key, however many others there are."""

from pathlib import Path

import pytest

from contacts.store.index import INDEX
from kernel.prepared import deleting_of
from tests.factories import opened_world, raw, recorded, voter


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
