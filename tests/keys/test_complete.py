"""A campaign of an earlier version gets the keys of purposes that came later, once."""

from pathlib import Path

from tests.accounts.staff.people import enrolled, events, signed_in
from tests.factories import World, opened_world, raw


def lose(world: World, *purposes: str) -> None:
    with raw(world.url, world.campaign) as database:
        for purpose in purposes:
            database.run("DELETE FROM keys.campaign_key WHERE purpose = ?", purpose)


def test_missing_keys_are_drawn_at_the_start_and_nothing_else_is_touched(database_url: str, tmp_path: Path) -> None:
    with opened_world(database_url, tmp_path) as world:
        lose(world, "index:staff", "staff_secret")
        world.installation.recover()
        assert events(world).count("campaign_key.added") == 1
        assert signed_in(world, enrolled(world)).token
        world.installation.recover()
        assert events(world).count("campaign_key.added") == 1
