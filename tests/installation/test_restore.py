"""Whatever is restored with whatever keys, an erased person never comes back; and what is kept does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from shutil import copytree, rmtree

import psycopg
import pyrage  # type: ignore[import-untyped]
import pytest
from sqlalchemy import make_url

from audit.verify import verify_log
from contacts.reveal import reveal_contacts
from installation.backup import Made, make_backup
from installation.open import Installation, open_installation
from installation.rehearse import rehearse
from installation.restore import Restored, StaleLedger, Wanted, restore_installation
from jobs.changes import KEPT
from jobs.listing import purge_outbox
from kernel.actor import operator_in
from kernel.errors import Conflict, Misconfigured, Unopenable
from kernel.identity import PersonId
from kernel.settings import Settings
from keys.rotate_root import rotate_root
from tests.factories import MANAGING, World, count, later, marie, opened_world, raw, recorded, supporter, voter
from tests.postgres_server import drop_database


@dataclass(frozen=True)
class Safe:
    """What the operator holds elsewhere: the folder of backups, and the identities."""

    folder: Path
    identity: Path
    recipient: str

    def back_up(self, world: World, keys_to: str = "") -> Made:
        later(world, minutes=1)
        to, keys = [self.recipient], [keys_to or self.recipient]
        return make_backup(world.installation, self.folder, data_recipients=to, keys_recipients=keys, keys_days=7)


@pytest.fixture
def safe(tmp_path: Path) -> Safe:
    identity = pyrage.x25519.Identity.generate()
    path = tmp_path / "identity.txt"
    path.write_text(f"# created by hand\n{identity}\n", encoding="ascii")
    return Safe(tmp_path / "backups", path, str(identity.to_public()))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    (tmp_path / "here").mkdir()
    settings = {"backup_url": superuser(database_url)} if database_url.startswith("postgresql") else {}
    with opened_world(database_url, tmp_path / "here") as opened:
        told = opened.installation.settings.model_copy(update=settings)
        yield replace(opened, installation=replace(opened.installation, settings=told))


def superuser(url: str) -> str:
    return make_url(url).set(username="postgres").render_as_string(hide_password=False)


@contextmanager
def elsewhere(world: World, tmp_path: Path, *, ledger: Path | None = None) -> Iterator[Settings]:
    """Yield the settings of an empty place with the root key, ledger and checkpoints that outlived the machine."""
    folder = tmp_path / f"there-{token_hex(4)}"
    folder.mkdir(mode=0o700)
    here = world.installation.settings
    copytree(ledger or here.ledger_dir, folder / "erasures")
    copytree(here.checkpoint_dir, folder / "checkpoints")
    (folder / "root.key").write_bytes(here.root_key_file.read_bytes())
    (folder / "root.key").chmod(0o600)
    if not world.installation.database.on_postgresql:
        yield here.model_copy(update={"data_dir": folder, "database_url": f"sqlite:///{folder / 'isoloir.db'}"})
        return
    parsed, name = make_url(world.url), f"isoloir_there_{token_hex(6)}"
    maintenance = parsed.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            url = parsed.set(database=name).render_as_string(hide_password=False)
            yield here.model_copy(update={"data_dir": folder, "database_url": url, "backup_url": ""})
        finally:
            drop_database(world.url, name)


def restore(world: World, safe: Safe, settings: Settings, name: str | None = None) -> Restored:
    wanted = Wanted(folder=safe.folder, name=name, identities=[safe.identity])
    return restore_installation(settings, wanted, world.clock)


def names(world: World, settings: Settings, *persons: PersonId) -> list[bool]:
    """Tell of each person whether the restored place shows anything of them; its log must hold."""
    with open_installation(settings, world.clock) as there:
        with there.register.open(world.actor, MANAGING) as processing:
            shown = [one is not None and bool(one.data) for one in reveal_contacts(processing, persons)]
        there.sequencer.run(world.campaign, whole=True)
        assert problems(there, world) == []
    return shown


def problems(there: Installation, world: World) -> list[str]:
    with there.register.open(world.actor, MANAGING) as processing:
        return verify_log(processing, there.checkpoints).problems


def erase(world: World, *persons: PersonId) -> None:
    world.installation.eraser.erase(world.actor, "rights_request", persons)


def test_old_data_with_new_keys_and_old_data_with_old_keys_bring_nobody_back(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    kept, gone = recorded(world, marie(world), supporter(world, ("email", "gone@example.org")))
    old = safe.back_up(world).backup
    erase(world, gone)
    (newcomer,) = recorded(world, supporter(world, ("email", "new@example.org")))
    new = safe.back_up(world).backup
    with elsewhere(world, tmp_path) as there:
        done = restore(world, safe, there, old.name)
        assert (done.data, done.keys, done.erased, done.orphans) == (old.name, new.name, 1, 1)
        assert names(world, there, kept, gone, newcomer) == [True, False, False]
        assert_nothing_of(there, world, gone)
    with elsewhere(world, tmp_path) as there:
        assert restore(world, safe, there).erased == 0
        assert names(world, there, kept, gone, newcomer) == [True, False, True]
    (safe.folder / new.keys).unlink()
    with elsewhere(world, tmp_path) as there:
        assert restore(world, safe, there, old.name).erased == 1
        assert names(world, there, kept, gone) == [True, False]
        assert_nothing_of(there, world, gone)


def test_a_backup_made_after_an_erasure_names_the_erased_nowhere_once_its_change_is_gone(
    world: World, safe: Safe
) -> None:
    """For sixty days the change names them by an id, to those who hold copies (GDPR art. 17(2), 19)."""
    kept, gone = recorded(world, marie(world), supporter(world, ("email", "gone@example.org")))
    erase(world, gone)
    later(world, days=KEPT.days + 1)
    with world.register.open(world.actor, MANAGING) as processing:
        purge_outbox(processing)
    made = safe.back_up(world).backup
    identity = pyrage.x25519.Identity.from_str(safe.identity.read_text().splitlines()[1])
    data, keys = (pyrage.decrypt((safe.folder / name).read_bytes(), [identity]) for name in (made.data, made.keys))
    for artefact in (data, keys):
        assert _names(artefact, kept)
        assert not _names(artefact, gone)


def _names(artefact: bytes, person: PersonId) -> bool:
    """Tell whether a person's id stands in an artefact, in any way that either engine writes it."""
    return any(one in artefact for one in (person.bytes, str(person).encode(), person.hex.encode()))


def assert_nothing_of(there: Settings, world: World, gone: PersonId) -> None:
    with raw(there.url, world.campaign) as database:
        for table, column in (("contact", "id"), ("contact_index", "contact_id"), ("keys.person_key", "person_id")):
            assert database.run(f"SELECT count(*) FROM {table} WHERE {column} = ?", gone) == [(0,)]  # noqa: S608


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restored_database_comes_with_statistics(world: World, safe: Safe, tmp_path: Path) -> None:
    recorded(world, marie(world))
    safe.back_up(world)
    with elsewhere(world, tmp_path) as there:
        restore(world, safe, there)
        with raw(there.database_url) as database:
            known = database.run("SELECT relname::text FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL")
    assert {("contact",), ("person_key",), ("entry",)} <= {*known}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_where_no_statistics_can_be_taken_a_restoration_goes_on_and_the_erased_stay_erased(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    kept, gone = recorded(world, marie(world), supporter(world, ("email", "gone@example.org")))
    safe.back_up(world)
    erase(world, gone)
    with elsewhere(world, tmp_path) as there, raw(superuser(there.url)) as other:
        other.run(f"ALTER DATABASE \"{make_url(there.url).database}\" SET lock_timeout = '200ms'")
        with other.connection.transaction():
            other.run("LOCK TABLE pg_catalog.pg_largeobject IN ACCESS EXCLUSIVE MODE")
            assert restore(world, safe, there).erased == 1
        assert names(world, there, kept, gone) == [True, False]
        assert_nothing_of(there, world, gone)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_came_in_is_kept_from_everybody_where_a_restoration_stops_half_way(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    """The keys open with another identity than the data: these came in, and the ledger was not replayed on them."""
    recorded(world, marie(world))
    safe.back_up(world, keys_to=str(pyrage.x25519.Identity.generate().to_public()))
    with elsewhere(world, tmp_path) as there:
        with pytest.raises(Unopenable):
            restore(world, safe, there)
        assert there.restoring_file.exists()
        with pytest.raises(Misconfigured), open_installation(there):
            pass
        with pytest.raises(Conflict):
            restore(world, safe, there)


def test_where_nothing_came_in_nothing_is_left_and_what_is_put_back_is_served_and_kept(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    (kept,) = recorded(world, marie(world))
    made = safe.back_up(world).backup
    stranger = replace(safe, identity=tmp_path / "stranger.txt")
    stranger.identity.write_text(f"{pyrage.x25519.Identity.generate()}\n", encoding="ascii")
    with elsewhere(world, tmp_path) as there:
        with pytest.raises(Unopenable):
            restore(world, stranger, there)
        assert not there.restoring_file.exists()
        assert not list(there.data_dir.glob("*.restoring*"))
        if not world.installation.database.on_postgresql:
            world.installation.database.truncate_wal()
            database = Path(there.url.removeprefix("sqlite:///"))
            database.write_bytes(world.installation.database.path.read_bytes())
            assert names(world, there, kept) == [True]
            with pytest.raises(Conflict):
                restore(world, safe, there, made.name)
            assert names(world, there, kept) == [True]


def test_what_is_under_way_is_finished_under_its_own_name_or_begun_anew_where_it_is_gone(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    (kept,) = recorded(world, marie(world))
    old = safe.back_up(world).backup
    recorded(world, supporter(world, ("email", "new@example.org")))
    new = safe.back_up(world).backup
    world.installation.sequencer.run(world.campaign)
    with elsewhere(world, tmp_path) as there:
        database = Path(there.url.removeprefix("sqlite:///"))
        stale = there.ledger_dir.rename(tmp_path / "ledger")
        erase(world, *recorded(world, supporter(world, ("email", "gone@example.org"))))
        world.installation.sequencer.run(world.campaign)
        rmtree(there.checkpoint_dir)
        copytree(world.installation.settings.checkpoint_dir, there.checkpoint_dir)
        copytree(stale, there.ledger_dir)
        with pytest.raises(StaleLedger):
            restore(world, safe, there, old.name)
        rmtree(there.ledger_dir)
        copytree(world.installation.settings.ledger_dir, there.ledger_dir)
        with pytest.raises(Conflict, match="another backup"):
            restore(world, safe, there, new.name)
        if not world.installation.database.on_postgresql:  # Killed just before the file was where it belongs.
            database.rename(database.with_name(f"{database.name}.restoring"))
        assert restore(world, safe, there).data == old.name
        assert names(world, there, kept) == [True]
        if not world.installation.database.on_postgresql:
            there.restoring_file.write_text(f"loaded {old.name} {old.name}", encoding="ascii")
            database.unlink()
            assert restore(world, safe, there).data == new.name
        there.restoring_file.write_text("", encoding="ascii")
        with pytest.raises(Misconfigured, match="cannot be read"):
            restore(world, safe, there)


def test_a_ledger_older_than_what_is_known_is_refused_and_nothing_is_served(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    kept, gone = recorded(world, marie(world), supporter(world, ("email", "gone@example.org")))
    old = safe.back_up(world).backup
    stale = tmp_path / "stale"
    copytree(world.installation.settings.ledger_dir, stale)
    erase(world, gone)
    with elsewhere(world, tmp_path, ledger=stale) as there:
        # Nobody signed since: the newest keys tell that somebody is gone, once they are here.
        world.installation.sequencer.run(world.campaign)
        rmtree(there.checkpoint_dir)
        copytree(world.installation.settings.checkpoint_dir, there.checkpoint_dir)
        with pytest.raises(StaleLedger):
            restore(world, safe, there, old.name)
        with pytest.raises(Misconfigured), open_installation(there):
            pass
        rmtree(there.ledger_dir)
        copytree(world.installation.settings.ledger_dir, there.ledger_dir)
        assert restore(world, safe, there, old.name).erased == 1  # The same command goes on where it was.
        assert names(world, there, kept, gone) == [True, False]
    safe.back_up(world)
    with elsewhere(world, tmp_path, ledger=stale) as there:
        rmtree(there.checkpoint_dir)
        with pytest.raises(StaleLedger):  # The newest backup's description knows how long it was.
            restore(world, safe, there, old.name)


def test_old_keys_do_not_open_after_the_root_was_rotated_and_destroyed(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    (kept,) = recorded(world, marie(world))
    old = safe.back_up(world).backup
    rotate_root(world.register, world.installation.provider, world.installation.campaigns, operator_in)
    with elsewhere(world, tmp_path) as there:
        with pytest.raises(Unopenable):
            restore(world, safe, there, old.name)
        with pytest.raises(Misconfigured), open_installation(there):
            pass
    safe.back_up(world)
    with elsewhere(world, tmp_path) as there:  # Old data are whole again beside the newest keys.
        restore(world, safe, there, old.name)
        assert names(world, there, kept) == [True]


def test_a_backup_is_refused_where_it_would_harm_and_old_artefacts_go_on_their_own_days(
    world: World, safe: Safe, tmp_path: Path
) -> None:
    recorded(world, marie(world))
    first = safe.back_up(world).backup
    with pytest.raises(Conflict):
        restore(world, safe, world.installation.settings)
    assert not world.installation.settings.restoring_file.exists()
    later(world, days=8)
    second = safe.back_up(world)
    assert second.pruned == (first.keys,)
    later(world, days=30)
    third = safe.back_up(world)
    assert set(third.pruned) == {first.data, second.backup.keys}
    damaged = safe.folder / third.backup.data
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with elsewhere(world, tmp_path) as there, pytest.raises(Misconfigured):
        restore(world, safe, there)
    with pytest.raises(Misconfigured):
        make_backup(world.installation, safe.folder, data_recipients=[], keys_recipients=["age1x"], keys_days=1)
    disk = b"".join(path.read_bytes() for path in world.installation.settings.data_dir.rglob("*") if path.is_file())
    assert not list(world.installation.settings.data_dir.glob("backup-*"))
    assert b"marie@example.org" not in disk


def test_an_artefact_holds_no_byte_of_a_row_and_data_hold_no_key(sqlite_url: str, safe: Safe, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with opened_world(sqlite_url, tmp_path / "here") as world:
        recorded(world, *[voter(world, number) for number in range(50)])
        made = safe.back_up(world).backup
        with raw(world.url) as database:
            wrapped = [bytes(row[0]) for row in database.run("SELECT wrapped FROM keys.person_key")]
        identity = pyrage.x25519.Identity.from_str(safe.identity.read_text().splitlines()[1])
        data = pyrage.decrypt((safe.folder / made.data).read_bytes(), [identity])
        keys = pyrage.decrypt((safe.folder / made.keys).read_bytes(), [identity])
        assert count(world, "keys.person_key") == 50
        assert not any(one in data for one in wrapped)
        assert all(one in keys for one in wrapped)
        sealed = (safe.folder / made.data).read_bytes() + (safe.folder / made.keys).read_bytes()
        assert not any(one in sealed for one in wrapped)


def test_a_rehearsal_proves_it_on_a_scratch_database_and_leaves_nothing(world: World) -> None:
    kept, gone = recorded(world, marie(world), supporter(world, ("email", "gone@example.org")))
    erase(world, gone)
    (found,) = rehearse(world.installation)
    assert (found.holds, found.contacts, found.opened, found.erased_present) == (True, 1, 1, 0)
    assert not list(world.installation.settings.data_dir.glob("rehearsal-*"))
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT count(*) FROM entry WHERE event = 'backup.rehearsed'") == [(1,)]
        database.run("UPDATE contact SET record = ? WHERE id = ?", b"x" * 90, kept)
    (spoilt,) = rehearse(world.installation)
    assert (spoilt.holds, spoilt.opened) == (False, 0)
