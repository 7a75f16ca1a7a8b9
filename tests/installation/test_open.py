from pathlib import Path

import pytest

from audit.events import Event
from audit.note import Note
from installation.create import create_installation
from installation.open import open_installation
from kernel.errors import Misconfigured, NotFound
from kernel.settings import load_settings
from tests.factories import MANAGING, count, opened_world, settings_in


def test_creating_an_installation_twice_harms_nothing(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "var")
    assert create_installation(settings) is True
    key = settings.root_key_file.read_bytes()
    assert create_installation(settings) is False
    assert settings.root_key_file.read_bytes() == key
    assert settings.root_key_file.stat().st_mode & 0o077 == 0
    assert settings.data_dir.stat().st_mode & 0o077 == 0
    with open_installation(settings) as installation:
        assert installation.campaigns() == []
        with pytest.raises(NotFound):
            installation.only_campaign()


def test_an_installation_without_its_root_key_does_not_open(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="root key"), open_installation(settings_in(tmp_path, sqlite_url)):
        pass


def test_an_installation_behind_its_schema_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="migrate"), open_installation(settings_in(tmp_path)):
        pass


def test_a_root_key_from_the_environment_opens_what_it_made(sqlite_url: str, tmp_path: Path) -> None:
    import base64  # noqa: PLC0415

    told = f"1:{base64.b64encode(bytes(32)).decode()}"
    settings = load_settings(
        data_dir=tmp_path, database_url=sqlite_url, hosting="FR", key_provider="environment", root_keys=told
    )
    assert create_installation(settings) is False
    with open_installation(settings) as installation:
        assert installation.provider.current() == 1


def test_recovering_numbers_what_a_crash_left_without_a_number(database_url: str, tmp_path: Path) -> None:
    with opened_world(database_url, tmp_path) as world:
        with world.register.open(world.actor, MANAGING) as processing:
            processing.note(Note(event=Event.LOG_READ, counts={}))
        world.clock.at = world.clock.at.replace(year=2027)
        world.installation.recover()
        assert count(world, "sequence") == count(world, "entry")
