"""The example of settings is one the program accepts, and only because its country is in the EEA."""

import tomllib
from pathlib import Path

import pytest

from kernel.errors import Misconfigured
from kernel.settings import EEA, load_settings

EXAMPLE = Path(__file__).parents[2] / "deploy/eu/isoloir.toml"


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
