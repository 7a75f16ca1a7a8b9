# ruff: noqa: ANN401 - what is patched is passed on
"""An import that dies: in the middle of a chunk, or at any commit."""

from dataclasses import dataclass
from typing import Any

import pytest

import files.course
import jobs.run
from kernel.database import Transaction


class Killed(BaseException):
    """A power cut."""


@dataclass
class Death:
    """Die at the chunk ``at``, before its result is kept or after; then at the second of each further try."""

    kept: bool = False
    at: int = 1
    kills: int = 0
    _calls: int = 0

    def keep_chunk(self, *given: Any) -> Any:
        self._calls += 1
        if self._calls == self.at and not self.kept:
            self._die()
        result = jobs.run.keep_chunk(*given)
        if self._calls == self.at:
            self._die()
        return result

    def _die(self) -> None:
        # Each further try stores one chunk, and dies in the next.
        self.kills, self._calls, self.at = self.kills + 1, 0, 2
        raise Killed


def dying(monkeypatch: pytest.MonkeyPatch, *, kept: bool = False, at: int = 1) -> Death:
    """Let every import die in a chunk from now on."""
    death = Death(kept, at)
    monkeypatch.setattr(files.course, "keep_chunk", death.keep_chunk)
    return death


def dying_at_commit(monkeypatch: pytest.MonkeyPatch, number: int, *, done: bool) -> None:
    """Die at the commit of that number from now on: before it, or when it is done and nobody was told."""
    honest, left = Transaction.commit, [number]

    def commit(transaction: Transaction) -> None:
        left[0] -= 1
        if left[0] == 0 and not done:
            raise Killed
        honest(transaction)
        if left[0] == 0:
            raise Killed

    monkeypatch.setattr(Transaction, "commit", commit)
