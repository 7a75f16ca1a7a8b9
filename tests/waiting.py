"""Whether somebody who acts beside us waits for a lock of ours (PostgreSQL)."""

from threading import Thread

from tests.factories import World, raw

_WAITS = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


def waits(world: World, beside: Thread) -> bool:
    """Let somebody begin beside us; tell whether they wait for us, or are done without."""
    beside.start()
    with raw(world.url, world.campaign) as database:
        while beside.is_alive():
            if database.run(_WAITS)[0][0]:
                return True
    return False
