import re
from pathlib import Path

import pytest

from kernel.errors import Misconfigured
from kernel.settings import EEA, Settings, load_settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `ISOLOIR_([A-Z_]+)` \| ([^|]*) \|", PAGE.read_text("utf-8"), re.MULTILINE))
    assert set(rows) - {"CONFIG"} == {name.upper() for name in Settings.model_fields}
    for name, described in Settings.model_fields.items():
        told = rows[name.upper()].strip()
        assert told == (f"`{described.default}`" if str(described.default) else "none"), name


@pytest.mark.parametrize("country", ["US", "CH", "GB", "", "fr", "France"])
def test_an_installation_hosted_outside_the_eea_does_not_start(country: str) -> None:
    with pytest.raises(Misconfigured, match="ISOLOIR_HOSTING"):
        load_settings(hosting=country)


def test_the_thirty_states_of_the_eea_may_host() -> None:
    assert len(EEA) == 30
    assert load_settings(hosting="FR").hosting == "FR"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_pool", "canary-4711"),
        ("key_provider", "canary-4711"),
        ("log_level", "canary-4711"),
        ("checkpoint_seconds", "canary-4711"),
        ("processes", "canary-4711"),
        ("hosting", "canary-4711"),
        ("canary_name", "canary-4711"),
    ],
)
def test_an_error_names_the_setting_and_never_its_value(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        load_settings(**{"hosting": "FR", name: value})
    assert "canary-4711" not in str(caught.value)
    assert name in str(caught.value) or name == "hosting"
    assert caught.value.__suppress_context__


def test_the_environment_wins_over_the_file_and_arguments_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "isoloir.toml"
    file.write_text('hosting = "DE"\ndatabase_pool = 3\nlog_level = "error"\n')
    monkeypatch.setenv("ISOLOIR_CONFIG", str(file))
    monkeypatch.setenv("ISOLOIR_DATABASE_POOL", "5")
    settings = load_settings(log_level="debug")
    assert (settings.hosting, settings.database_pool, settings.log_level) == ("DE", 5, "debug")


def test_a_broken_settings_file_is_named_and_not_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "isoloir.toml"
    file.write_text('root_keys = "canary-4711')
    monkeypatch.setenv("ISOLOIR_CONFIG", str(file))
    with pytest.raises(Misconfigured) as caught:
        load_settings(hosting="FR")
    assert "canary-4711" not in str(caught.value)


def test_settings_shown_hide_what_opens_something() -> None:
    settings = load_settings(hosting="FR", database_url="postgresql://a:canary-4711@b/c", root_keys="1:canary-4711")
    assert "canary-4711" not in repr(settings)
    assert "canary-4711" not in str(settings)


def test_sqlite_has_one_server_process(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PostgreSQL"):
        load_settings(hosting="FR", data_dir=tmp_path, processes=2)
    assert load_settings(hosting="FR", database_url="postgresql://a@b/c", processes=2).processes == 2


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_takes_our_driver(scheme: str) -> None:
    assert load_settings(hosting="FR", database_url=f"{scheme}://a@b/c").url == "postgresql+psycopg://a@b/c"
