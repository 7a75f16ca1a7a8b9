"""The mark of a restoration under way: which backup is put in place, durable before anything of it can be served."""

import os
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from kernel.errors import Misconfigured


class Stage(StrEnum):
    """How far a restoration is: rows are coming in, or all came in and the ledger is not replayed on them yet."""

    LOADING = "loading"
    LOADED = "loaded"


class Mark(NamedTuple):
    """How far the restoration is of which backup's data, with which backup's keys, by their names."""

    stage: Stage
    data: str
    keys: str


def read_mark(path: Path) -> Mark | None:
    """Return the mark, or None where there is none. Raises Misconfigured for one that cannot be read."""
    if not path.exists():
        return None
    try:
        stage, data, keys = path.read_text(encoding="ascii").split()
        return Mark(Stage(stage), data, keys)
    except ValueError:
        message = "the mark of a restoration cannot be read: make the place empty, remove the mark, and restore"
        raise Misconfigured(message) from None


def write_mark(path: Path, mark: Mark) -> None:
    """Put a mark, whole or not at all, and durably."""
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(" ".join(mark))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
