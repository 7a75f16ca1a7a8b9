"""Count what was refused or held, from the log: which rule, doing what, for whom. The log never held what it said."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.tables import Entry
from kernel.columns import table_of

ENTRY = table_of(Entry)
USUAL = timedelta(days=30)
_MOST = 20_000
_RULE = "rule."
_FORBIDDEN = "forbidden."


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalSum:
    """How often a rule spoke, where and for whom."""

    rule: str
    category: str | None
    source: str
    actor_kind: str
    actor_id: str
    count: int


def count_refusals(processing: Processing, since: date | None) -> tuple[list[RefusalSum], bool]:
    """Return how often each rule spoke since a day, and whether all of the log was added up."""
    first = processing.today - USUAL if since is None else since
    key = (ENTRY.c.event, ENTRY.c.actor_kind, ENTRY.c.actor_id, ENTRY.c.counts)
    # Entries that say the same are one row: a million refusals of one client are a few thousand.
    statement = (
        select(*key, func.count().label("entries"))
        .where(
            ENTRY.c.campaign_id == processing.campaign,
            ENTRY.c.at >= datetime.combine(first, time(), UTC),
            ENTRY.c.counts.like(f'%"{_RULE}%'),
        )
        .group_by(*key)
        .limit(_MOST)
    )
    rows = processing.read(ENTRY, statement)
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        for name, count in json.loads(row.counts).items():
            if name.startswith(_RULE):
                sums[name.removeprefix(_RULE), row.event, row.actor_kind, row.actor_id] += count * row.entries
    processing.note(Note(event=Event.LOG_READ, counts={"entry.read": len(rows)}))
    found = [
        RefusalSum(rule=rule, category=_category(rule), source=event, actor_kind=kind, actor_id=actor, count=count)
        for (rule, event, kind, actor), count in sorted(sums.items())
    ]
    return found, len(rows) < _MOST


def _category(rule: str) -> str | None:
    return rule.removeprefix(_FORBIDDEN) if rule.startswith(_FORBIDDEN) else None
