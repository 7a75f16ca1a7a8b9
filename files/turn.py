"""One turn of an import that the workers take on among others: how far it is is kept with each chunk."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from audit.processing import Processing
from files.plan import Plan
from files.store import RUNNING, change_open_run, locked_run
from files.telling import STAYS, UNREADABLE, Telling
from kernel.errors import Conflict

_READING = 4
"""Times as long as a large file takes to open that a turn lasts at least: little is spent on opening it again."""


class Stopped(Conflict):
    """Say that the import ended meanwhile: it was cancelled, or waited too long. The chunk is undone."""


@dataclass(slots=True)
class Turn:
    """Some seconds of one import."""

    run: UUID
    seconds: float
    _began: float = field(default_factory=time.monotonic)
    _until: float = 0.0

    def begin(self, processing: Processing, plan: Plan, articles: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        """Keep what becomes of each column; return the rows to note. Raises Stopped."""
        now = time.monotonic()
        self._until = max(now + self.seconds, now + _READING * (now - self._began))
        columns = [
            {
                "column": fate.column,
                "decision": fate.decision,
                "field": fate.field,
                "rule": fate.rule,
                "articles": list(articles.get(fate.rule or "", ())),
            }
            for fate in plan.fates
        ]
        row = locked_run(processing, self.run)
        if row is None:
            raise _stopped()
        values = {"state": RUNNING, "plan": json.dumps({"profile": plan.profile.name, "columns": columns})}
        return self._change(processing, values | {"started_at": row.started_at or processing.at})

    def keep(self, processing: Processing, told: Telling, consumed: int) -> dict[str, int]:
        """Keep how far the import is and what it came to, with the chunk; return the rows to note. Raises Stopped."""
        row = locked_run(processing, self.run)
        if row is None:
            raise _stopped()
        counts = add_counts(json.loads(row.counts), told)
        return self._change(processing, {"consumed": max(row.consumed, consumed), "counts": json.dumps(counts)})

    @property
    def is_over(self) -> bool:
        """Tell whether others are to have their turn."""
        return time.monotonic() >= self._until

    def _change(self, processing: Processing, values: Mapping[str, Any]) -> dict[str, int]:
        if not change_open_run(processing, self.run, values):
            raise _stopped()
        return {"import_run.update": 1}


def add_counts(before: Mapping[str, Mapping[str, int]], told: Telling) -> dict[str, dict[str, int]]:
    """Add what a chunk told: rows by outcome, and cells by decision."""
    cells = Counter(decision for *_, decision in told.lines)
    whole = Counter({UNREADABLE: cells.pop(UNREADABLE, 0)})
    cells += Counter({STAYS: told.stays.total()})
    return {"rows": dict(Counter(before["rows"]) + told.rows + whole), "cells": dict(Counter(before["cells"]) + cells)}


def _stopped() -> Stopped:
    return Stopped("the import ended meanwhile")
