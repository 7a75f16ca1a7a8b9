"""Parts of the program are loaded with the cycle collector at rest, and it works again afterwards."""

import gc
import sys
from pathlib import Path

import pytest

from cli.loading import load


def _write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder from which modules are imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_the_collector_rests_while_a_module_loads_and_works_again_afterwards(folder: Path) -> None:
    """Else what the program made would be walked over and over, or never again."""
    _write(folder, "loaded_at_rest", "import gc\nWORKED = gc.isenabled()\n")
    assert load("loaded_at_rest").WORKED is False
    assert gc.isenabled()


def test_the_collector_works_again_after_a_module_that_fails(folder: Path) -> None:
    """A command that cannot be loaded ends in an answer, and the program goes on."""
    _write(folder, "fails_to_load", "raise LookupError\n")
    with pytest.raises(LookupError):
        load("fails_to_load")
    assert gc.isenabled()


def test_a_module_that_is_there_is_returned_and_nothing_is_kept_for_ever() -> None:
    """What is made after the start is not the program, and may become garbage."""
    before = gc.get_freeze_count()
    assert load("cli.loading") is sys.modules["cli.loading"]
    assert gc.get_freeze_count() == before
