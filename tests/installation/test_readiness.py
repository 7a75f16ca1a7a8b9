"""Every check of readiness, broken one at a time: it alone fails, and holds again when the thing is mended."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url
from structlog.testing import capture_logs

from installation.readiness import CHECKS, Readiness
from tests.factories import World, later, marie, new_world, opened_world, raw, recorded


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        one.installation.sequence()
        yield one


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Take the log aside: what failed is told there, and other tests have closed theirs."""
    with capture_logs():
        yield


def failing(world: World) -> set[str]:
    return {name for name, holds in Readiness(world.installation).check().items() if not holds}


def aside(path: Path) -> None:
    path.rename(path.with_name(path.name + ".aside"))


def back(path: Path) -> None:
    path.with_name(path.name + ".aside").rename(path)


def test_a_sound_installation_passes_every_check(world: World) -> None:
    assert tuple(Readiness(world.installation).check()) == CHECKS
    assert failing(world) == set()


def test_a_missing_root_key_fails_the_keys(world: World) -> None:
    aside(world.installation.settings.root_key_file)
    assert failing(world) == {"keys"}
    back(world.installation.settings.root_key_file)
    assert failing(world) == set()


@pytest.mark.parametrize(
    ("column", "value", "purpose"),
    [("wrapped", b"\1" + bytes(100), "token"), ("state", "retiring", "kek")],
    ids=["spoilt", "inactive"],
)
def test_a_campaign_key_that_does_not_open_fails_the_keys(
    world: World, column: str, value: object, purpose: str
) -> None:
    with raw(world.url, world.campaign) as database:
        database.run(f"UPDATE keys.campaign_key SET {column} = ? WHERE purpose = ?", value, purpose)  # noqa: S608
    assert failing(world) == {"keys"}


def test_a_lost_or_shortened_ledger_fails(world: World) -> None:
    (person,) = recorded(world, marie(world))
    world.installation.eraser.erase(world.actor, "rights_request", [person])
    world.installation.sequence()
    assert failing(world) == set()
    path = world.installation.settings.ledger_dir / f"{world.campaign}.ledger"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 - 5])
    assert failing(world) == {"ledger"}
    path.write_bytes(b"x" * len(whole) + b"\n")
    assert failing(world) == {"ledger"}
    path.unlink()
    assert failing(world) == {"ledger"}
    path.write_bytes(whole)
    assert failing(world) == set()


def test_a_ledger_out_of_reach_fails(world: World) -> None:
    aside(world.installation.settings.ledger_dir)
    assert failing(world) == {"ledger"}
    back(world.installation.settings.ledger_dir)
    assert failing(world) == set()


def test_entries_that_wait_too_long_fail_the_sequencer(world: World) -> None:
    recorded(world, marie(world))
    later(world, seconds=100)
    assert failing(world) == set()
    later(world, seconds=60)
    assert failing(world) == {"sequencer"}
    world.installation.sequence()
    assert failing(world) == set()


def test_a_checkpoint_that_nobody_signed_fails_the_sequencer(world: World) -> None:
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE checkpoint SET note = replace(note, 'erasures 0', 'erasures 9')")
    assert failing(world) == {"sequencer"}


def test_rates_that_cannot_be_counted_fail_the_rates(world: World) -> None:
    file = world.installation.settings.rate_file
    file.mkdir()
    assert failing(world) == {"rates"}
    file.rmdir()
    assert failing(world) == set()


def test_too_little_room_fails_the_disk(world: World) -> None:
    free = os.statvfs(world.installation.settings.data_dir)
    more = free.f_bavail * free.f_frsize // 2**20 + 10_000
    settings = world.installation.settings.model_copy(update={"disk_free_mib": more})
    assert failing(replace(world, installation=replace(world.installation, settings=settings))) == {"disk"}


def test_an_older_schema_fails_the_database(world: World) -> None:
    with raw(world.url) as database:
        database.run("UPDATE alembic_version SET version_num = 'older'")
    assert failing(world) == {"database"}


def test_a_database_that_does_not_answer_fails(world: World) -> None:
    world.installation.database.close()
    url = make_url(world.url)
    if url.get_backend_name() == "sqlite":
        aside(Path(url.database or ""))
        Path(url.database or "").mkdir()
    else:
        with raw(url.set(database="postgres").render_as_string(hide_password=False)) as maintenance:
            maintenance.run(f'ALTER DATABASE "{url.database}" RENAME TO "{url.database}_gone"')
            try:
                assert failing(world) == {"database"}
            finally:
                maintenance.run(f'ALTER DATABASE "{url.database}_gone" RENAME TO "{url.database}"')
            return
    assert failing(world) == {"database"}


def test_a_server_that_drains_is_not_ready(world: World) -> None:
    readiness = Readiness(world.installation)
    readiness.drain()
    assert {name for name, holds in readiness.check().items() if not holds} == {"serving"}
    assert readiness.is_draining


def test_what_was_found_is_remembered_for_a_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("installation.readiness.time.monotonic", lambda: now[0])
    readiness = Readiness(world.installation)
    assert all(readiness.check().values())
    aside(world.installation.settings.root_key_file)
    now[0] = 0.9
    assert all(readiness.check().values())
    now[0] = 1.1
    assert not readiness.check()["keys"]
    back(world.installation.settings.root_key_file)


def test_campaigns_are_looked_at_in_turn_and_a_failing_one_each_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [new_world(world.installation, world.url, f"Autre {number}") for number in range(3)]
    monkeypatch.setattr("installation.readiness._AT_ONCE", 1)
    monkeypatch.setattr("installation.readiness._REMEMBERED", 0)
    with raw(world.url, others[1].campaign) as database:
        database.run(
            "UPDATE keys.campaign_key SET state = 'retiring' WHERE purpose = 'kek' AND campaign_id = ?",
            others[1].campaign,
        )
    readiness = Readiness(world.installation)
    seen = [readiness.check()["keys"] for _ in range(9)]
    first = seen.index(False)
    assert first < 4, "each has its turn"
    assert not any(seen[first:]), "and comes back every time until it is mended"
