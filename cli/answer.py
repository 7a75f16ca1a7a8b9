"""What a command answers: data for programs, lines for people, and how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DONE = 0
FAILED = 1
USAGE = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """Data as JSON can write them, the same for people, and the exit code."""

    data: Mapping[str, Any]
    lines: Sequence[str] = ()
    code: int = DONE
