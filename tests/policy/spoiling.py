"""A copy of the French pack with one thing wrong in it."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from kernel.errors import Misconfigured
from policy.load import PACKS, read_edition


def change(pack: Path, file: str, old: str, new: str) -> None:
    """Write something else in a pack where something stands."""
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def told_of(folder: Path, on: date, file: str, old: str, new: str) -> str:
    """Return what is told of a pack that does not load because of one change."""
    pack = copytree(PACKS / "france", folder / "france")
    change(pack, file, old, new)
    with pytest.raises(Misconfigured) as raised:
        read_edition(pack, on)
    return str(raised.value)
