"""The doctor names each thing that is broken, and leaves everything as it was."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

import kernel.database
from installation.create import create_installation
from installation.diagnosis import Diagnosis
from installation.doctor import examine
from installation.figures import measure
from kernel.clock import FixedClock, SystemClock
from tests.accounts.staff.people import invited
from tests.factories import NOW, World, later, ledger_of, marie, new_world, opened_world, raw, recorded, settings_in
from tests.installation.schemas import compare_once
from tests.jobs.story import endpoint


@pytest.fixture(autouse=True)
def each_schema_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("installation.doctor.differences", compare_once)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        (person,) = recorded(one, marie(one))
        one.installation.eraser.erase(one.actor, "rights_request", [person])
        recorded(one, marie(one))
        one.installation.sequence()
        make_private(tmp_path)
        yield one


def make_private(folder: Path) -> None:
    """Do what the command line's umask does."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def on_postgresql(world: World) -> bool:
    return make_url(world.url).get_backend_name() == "postgresql"


def looked_over(world: World) -> list[Diagnosis]:
    # PostgreSQL has no other clock than the machine's.
    return examine(world.installation.settings, SystemClock() if on_postgresql(world) else world.clock)


def found(world: World, state: str) -> set[tuple[str, str]]:
    """Return name and text of what has this state; that tests serve as the owner of the tables is no news."""
    every = {(one.name, one.text) for one in looked_over(world) if one.state == state}
    return {one for one in every if "owns the tables" not in one[1]}


def test_a_sound_installation_has_nothing_to_repair(world: World) -> None:
    assert found(world, "fail") == found(world, "warn") == set()
    names = {one.name for one in looked_over(world)}
    assert names >= {"settings", "hosting", "folder", "disk", "root_key", "database", "schema", "clock"}
    assert names >= {"outbox", "campaigns", "staff"}
    assert names >= {"keys", "ledger", "log"} | ({"guards"} if on_postgresql(world) else set())


def test_what_died_and_what_nobody_does_is_told(world: World) -> None:
    endpoint(world, "https://hooks.example.org/")
    recorded(world, marie(world, "neuf@example.org"))
    world.installation.sequence()
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE task SET due_at = '2020-01-01T00:00:00.000000+00:00'")
    assert ("outbox", "1 tasks are due since an hour: does a server or a worker run?") in found(world, "warn")
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE task SET state = 'dead'")
    assert ("outbox", "1 dead letters: isoloir job list --dead") in found(world, "warn")


def test_campaigns_that_prepare_and_accounts_without_a_second_factor_are_counted(world: World) -> None:
    new_world(world.installation, world.url, "Autre", active=False)
    invited(world)
    told = {name: text for name, text in found(world, "ok") if name in {"campaigns", "staff"}}
    assert told["campaigns"] == "1 of 2 not activated yet"
    assert told["staff"].startswith("1 accounts without a second factor")
    figures = measure(world.installation)
    assert (figures.campaigns, figures.preparing, figures.without_second_factor) == (2, 1, 1)


def test_a_new_installation_without_a_campaign_has_nothing_to_repair(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    create_installation(settings)
    make_private(tmp_path / "data")
    assert [one for one in examine(settings, SystemClock()) if one.state != "ok"] == []


def test_looking_changes_nothing(world: World) -> None:
    def state() -> dict[str, str]:
        files = [path for path in world.installation.settings.data_dir.rglob("*") if path.is_file()]
        kept = [path for path in files if not path.name.endswith("-shm")]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}

    before = state()
    looked_over(world)
    assert state() == before


def test_looking_at_a_folder_without_an_installation_makes_none(tmp_path: Path) -> None:
    for folder in (tmp_path / "nothing", tmp_path):
        told = examine(settings_in(folder), SystemClock())
        assert any(one.state == "fail" for one in told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["root.key", ".", "erasures"])
def test_files_open_to_others_are_named(world: World, name: str) -> None:
    path = world.installation.settings.data_dir / name
    path.chmod(path.stat().st_mode | 0o040)
    told = [text for kind, text in found(world, "fail") if kind == "folder"]
    assert len(told) == 1
    assert told[0].endswith(f": {name}")


def change(statement: str, *values: object) -> Callable[[World], None]:
    def run(world: World) -> None:
        with raw(world.url, world.campaign) as database:
            database.run(statement, *values)

    return run


def without_root_key(world: World) -> None:
    world.installation.settings.root_key_file.unlink()


def without_ledger(world: World) -> None:
    shutil.rmtree(world.installation.settings.ledger_dir)


def shorter_ledger(world: World) -> None:
    path = world.installation.settings.ledger_dir / f"{world.campaign}.ledger"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])


def spoilt_ledger(world: World) -> None:
    (world.installation.settings.ledger_dir / f"{world.campaign}.ledger").write_text("nobody was erased\n")


def ledger_in_the_way(world: World) -> None:
    without_ledger(world)
    world.installation.settings.ledger_dir.mkdir()
    (world.installation.settings.ledger_dir / "ledger.gate").mkdir()
    make_private(world.installation.settings.data_dir)


BREAKAGES: dict[str, tuple[Callable[[World], None], str, str]] = {
    "no root key": (without_root_key, "root_key", "missing"),
    "another root key": (
        change("UPDATE keys.campaign_key SET wrapped = ?", b"\1" + bytes(99)),
        "keys",
        "does not open",
    ),
    "a key less": (change("DELETE FROM keys.campaign_key WHERE purpose = 'token'"), "keys", "does not open"),
    "no ledger": (without_ledger, "ledger", "missing"),
    "a shorter ledger": (shorter_ledger, "ledger", "shorter"),
    "a spoilt ledger": (spoilt_ledger, "ledger", "another form"),
    "a ledger in the way": (ledger_in_the_way, "ledger", "cannot be written"),
    "a changed entry": (change("UPDATE entry SET outcome = 'refused'"), "log", "changed or removed"),
    "a removed entry": (change("DELETE FROM entry"), "log", "changed or removed"),
    "a changed leaf": (change("UPDATE sequence SET leaf = ? WHERE number = 1", bytes(32)), "log", "does not agree"),
    "a log cut off": (change("DELETE FROM checkpoint"), "log", "no checkpoint"),
    "a forged checkpoint": (change("UPDATE checkpoint SET note = replace(note, 'erasures', 'erasure')"), "log", "hold"),
    "an older schema": (change("UPDATE alembic_version SET version_num = 'older'"), "database", "isoloir migrate"),
    "a column more": (change("ALTER TABLE tag ADD COLUMN colour TEXT"), "schema", "1 tables or columns"),
}


@pytest.mark.parametrize("name", sorted(BREAKAGES))
def test_each_broken_thing_is_named(world: World, name: str) -> None:
    damage, kind, told = BREAKAGES[name]
    damage(world)
    fails = found(world, "fail")
    assert any(one == kind and told in text for one, text in fails), fails
    assert {one for one, _ in fails} == {kind}


def test_a_log_that_ends_before_the_file_is_named(world: World) -> None:
    with raw(world.url, world.campaign) as database:
        rows = database.run("SELECT max(size) FROM checkpoint")
    recorded(world, marie(world, "autre@example.org"))
    world.installation.sequence()
    change("DELETE FROM checkpoint WHERE size > ?", rows[0][0])(world)
    assert {one for one, _ in found(world, "fail")} == {"log"}


POSTGRESQL_BREAKAGES = {
    "no row-level security": ("ALTER TABLE contact DISABLE ROW LEVEL SECURITY", "contact is not guarded"),
    "not forced": ("ALTER TABLE contact NO FORCE ROW LEVEL SECURITY", "contact is not guarded"),
    "a wider policy": ("CREATE POLICY all_of_it ON attachment USING (true)", "attachment is not guarded"),
    "another policy": (
        "ALTER POLICY own_campaign ON contact USING (true) WITH CHECK (true)",
        "contact is not guarded",
    ),
    "a log that can be changed": ("GRANT UPDATE ON entry TO isoloir_app", "change or empty the table entry"),
    "a log that can be emptied": (
        "GRANT TRUNCATE ON checkpoint TO isoloir_app",
        "change or empty the table checkpoint",
    ),
    "a table out of reach": ("REVOKE INSERT ON job FROM isoloir_app", "not use the table job"),
}


@pytest.mark.parametrize("name", sorted(POSTGRESQL_BREAKAGES))
def test_each_broken_guard_is_named(postgresql_url: str, tmp_path: Path, name: str) -> None:
    statement, told = POSTGRESQL_BREAKAGES[name]
    with opened_world(postgresql_url, tmp_path) as world:
        tmp_path.chmod(0o700)
        change(statement)(world)
        fails = {text for kind, text in found(world, "fail") if kind == "guards"}
        assert len(fails) == 1
        assert told in fails.pop()


def test_who_serves_as_the_owner_of_the_tables_is_warned(postgresql_url: str, tmp_path: Path) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        warned = [one.text for one in looked_over(world) if one.state == "warn" and one.name == "guards"]
    assert len(warned) == 1
    assert "owns the tables" in warned[0]


def test_a_clock_apart_from_the_databases_is_told(postgresql_url: str, tmp_path: Path) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        for seconds, state in ((20, "warn"), (300, "fail"), (0, "ok")):
            now = SystemClock().now()
            told = examine(world.installation.settings, FixedClock(now + timedelta(seconds=seconds)))
            assert [one.state for one in told if one.name == "clock"] == [state]


def test_entries_ahead_of_the_clock_are_told(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        told = examine(world.installation.settings, FixedClock(NOW - timedelta(hours=1)))
    assert ("log", "fail") in {(one.name, one.state) for one in told}


def test_what_waits_is_told_and_is_no_failure(world: World) -> None:
    ledger_of(world).mean(world.campaign, ["0" * 64])
    recorded(world, marie(world, "encore@example.org"))
    later(world, hours=1)
    world.installation.provider.rotate()
    assert {kind for kind, _ in found(world, "warn")} == {"ledger", "log", "root_key"}
    assert found(world, "fail") == set()


def test_settings_that_let_tokens_travel_in_clear_are_told(world: World) -> None:
    settings = world.installation.settings.model_copy(update={"public_url": "http://contacts.example.org"})
    changed = replace(world, installation=replace(world.installation, settings=settings))
    assert {kind for kind, _ in found(changed, "warn")} == {"settings"}


def test_a_full_disk_is_told(world: World) -> None:
    free = shutil.disk_usage(world.installation.settings.data_dir).free >> 20
    for least, state in ((free // 2, "warn"), (free * 2, "fail")):
        settings = world.installation.settings.model_copy(update={"disk_free_mib": least})
        told = examine(settings, world.clock)
        assert [one.state for one in told if one.name == "disk"] == [state]


def test_a_database_that_does_not_answer_is_told_without_its_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("canary-4711")

    monkeypatch.setattr(kernel.database.Database, "directory", fails)
    fails_now = found(world, "fail")
    assert {kind for kind, _ in fails_now} == {"database"}
    assert "canary" not in str(fails_now)
