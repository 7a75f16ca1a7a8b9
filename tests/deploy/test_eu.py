"""The example of settings is one the program accepts, and only because its country is in the EEA."""

import tomllib
from pathlib import Path

import pytest

from kernel.errors import Misconfigured
from kernel.settings import EEA, load_settings
from tests.factories import raw

EXAMPLE = Path(__file__).parents[2] / "deploy/eu/isoloir.toml"
POSTGRESQL = EXAMPLE.with_name("postgresql.conf")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setenv("ISOLOIR_CONFIG", str(EXAMPLE))
    monkeypatch.setenv("ISOLOIR_DATABASE_URL", "postgresql://isoloir@db.internal/isoloir")
    return tomllib.loads(EXAMPLE.read_text("utf-8"))


def test_the_example_is_what_the_program_reads(example: dict[str, object]) -> None:
    settings = load_settings()
    assert settings.hosting == example["hosting"]
    assert settings.hosting in EEA
    assert settings.processes == example["processes"]


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("country", ["US", "CH", "GB", "fr", ""])
def test_it_does_not_start_outside_the_eea(country: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOLOIR_HOSTING", country)
    with pytest.raises(Misconfigured, match="ISOLOIR_HOSTING"):
        load_settings()


def test_the_server_knows_each_setting_that_we_tell_operators_to_set(postgresql_url: str) -> None:
    told = [line.partition("=")[0].strip() for line in POSTGRESQL.read_text("utf-8").splitlines() if line[:1].isalpha()]
    assert "max_wal_size" in told
    with raw(postgresql_url) as database:
        known = {name for (name,) in database.run("SELECT name FROM pg_settings")}
        (kinds,) = database.run("SELECT enumvals FROM pg_settings WHERE name = 'wal_compression'")
    assert set(told) <= known
    assert "lz4" in kinds[0]
