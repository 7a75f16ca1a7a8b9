"""What an import is asked for, and what it came to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from files.encoding import Readable

CHUNK = 10_000
"""Rows of one processing: the more, the fewer pages of a large index each of them touches, and the more memory."""
Progress = Callable[[int, int], None]
"""Told how many bytes of how many have been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """Which file, as what, from where, and where its report goes (``<report>.csv`` and ``<report>.json``).

    With several ``processes`` the file is shared among them; the caller must have no other threads then.
    """

    path: Readable
    origin: int
    report: Path
    profile: str | None = None
    category: str | None = None
    dry_run: bool = False
    strict: bool = False
    chunk: int = CHUNK
    processes: int = 1
    mapping: Mapping[str, str] = field(default_factory=dict)
    cohort: int | None = None
    """The cohort that the opt-ins of the file's maker belong to."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    job: UUID | None
    profile: str
    resumed: bool
    summary: Mapping[str, Any]
