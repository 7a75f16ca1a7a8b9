"""Turn what notes announce into webhook messages, and into changes for tools that poll, in the transaction that did it.

One place for every use-case: whatever commits with a note is told, whatever does not commit is not. A message names ids
and counts, never a value. Where nobody subscribed no message is written, and to know that costs one look-up in a while.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.announce import CAMPAIGN_WIDE, OF_IMPORTS, OF_REQUESTS, Announcement
from audit.note import Note
from audit.processing import Processing
from jobs.changes import KINDS, keep_changes
from jobs.message import DELIVER, message
from jobs.store.tasks import insert_tasks, new_row
from jobs.store.webhooks import subscriptions
from kernel.actor import ActorKind
from kernel.identity import CampaignId, random_uuid

MOST_CONTACTS = 400
"""Ids in one message: it stays below the 20 kB of Standard Webhooks."""
_RULE = "rule."

Subscribers = Mapping[str, tuple[UUID, ...]]


@dataclass(frozen=True, slots=True)
class _Remembered:
    read_at: float
    subscribers: Subscribers


class Announcer:
    """Write messages for those who subscribed; who did is remembered for some seconds.

    A new endpoint is therefore told of what happens from a moment after it was added: its ``active_from``.
    """

    def __init__(self, remembered_seconds: float) -> None:
        self._seconds = remembered_seconds
        self._lock = threading.Lock()
        self._known: dict[CampaignId, _Remembered] = {}

    def __call__(self, processing: Processing) -> None:
        """Put into the outbox, and among the changes, what notes announce; add the rows to these notes."""
        for place, note in enumerate(processing.notes):
            kinds = _kinds(note)
            if not kinds.isdisjoint(KINDS):
                kept = keep_changes(
                    processing,
                    [(kind, data["contacts"]) for kind, data in _announced(processing, note) if kind in KINDS],
                )
                processing.note_also({"change.insert": kept}, place=place)
            if kinds:
                self._tell(processing, place, note, kinds)

    def _tell(self, processing: Processing, place: int, note: Note, kinds: frozenset[str]) -> None:
        subscribers = self._subscribers(processing)
        if kinds.isdisjoint(subscribers):
            return
        rows = [
            new_row(processing.campaign, random_uuid(), kind=DELIVER, target=endpoint, payload=body, at=processing.at)
            for kind, data in _announced(processing, note)
            if kind in subscribers
            for body in [message(kind, processing.campaign, processing.at, data)]
            for endpoint in subscribers[kind]
        ]
        if rows:
            insert_tasks(processing, rows)
            processing.note_also({"task.insert": len(rows)}, place=place)

    def _subscribers(self, processing: Processing) -> Subscribers:
        now = time.monotonic()
        with self._lock:
            known = self._known.get(processing.campaign)
        if known is not None and now - known.read_at < self._seconds:
            return known.subscribers
        found: dict[str, tuple[UUID, ...]] = {}
        for row in subscriptions(processing):
            for kind in json.loads(row.events):
                found[kind] = (*found.get(kind, ()), row.id)
        with self._lock:
            self._known[processing.campaign] = _Remembered(now, found)
        return found


def _kinds(note: Note) -> frozenset[str]:
    """Return what a note may announce, at little cost: most notes announce nothing."""
    kinds = {kind for kind, ids in note.announced.items() if ids} if note.announced else set()
    if note.event in CAMPAIGN_WIDE:
        kinds.add(CAMPAIGN_WIDE[note.event])
    if any(name.startswith(_RULE) for name in note.counts):
        kinds.add(Announcement.ATTRIBUTE_REFUSED)
    return frozenset(kinds)


def _announced(processing: Processing, note: Note) -> Iterator[tuple[Announcement, dict[str, Any]]]:
    wide = CAMPAIGN_WIDE.get(note.event)
    if wide is not None:
        yield wide, {}
    for kind, ids in (note.announced or {}).items():
        for start in range(0, len(ids), MOST_CONTACTS):
            named = "requests" if kind in OF_REQUESTS else "imports" if kind in OF_IMPORTS else "contacts"
            yield kind, {named: [str(one) for one in ids[start : start + MOST_CONTACTS]]}
    categories = _categories(processing, note)
    if categories:
        yield Announcement.ATTRIBUTE_REFUSED, {"categories": categories, "client": _client(processing)}


def _categories(processing: Processing, note: Note) -> dict[str, int]:
    """Return how often each forbidden attribute was refused; the rules that spoke say which it was."""
    counted: Counter[str] = Counter()
    for name, count in note.counts.items():
        rule = processing.edition.rules.get(name.removeprefix(_RULE)) if name.startswith(_RULE) else None
        if rule is not None and rule.category is not None:
            counted[rule.category] += count
    return dict(sorted(counted.items()))


def _client(processing: Processing) -> str | None:
    """Return the client that tried; who else acts is not told outside."""
    return processing.actor.id if processing.actor.kind is ActorKind.CLIENT else None
