"""Workers: each takes a task under a lease, does it, and says how it ended.

A task is done at least once: whoever dies in the middle lets the lease run out, and somebody takes the task again.
Recurring tasks stand in the same table and come back instead of leaving it, so that one process wins each of them too.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from audit.books import Books
from audit.register import Register
from jobs.retry import pause_after
from jobs.store.tasks import (
    DEAD,
    ENDPOINT,
    TASK,
    WAITING,
    due_task,
    finish_task,
    insert_recurring,
    lease_task,
    new_row,
    put_back,
    recurring_kinds,
)
from jobs.store.webhooks import has_endpoints
from jobs.task import Ended, Ending, Kind, Taken
from kernel.identity import CampaignId, random_uuid
from policy.phase import Phase

MOST_AT_ONCE = 2
"""Tasks of one target that a process does at the same time: a slow receiver does not hold all workers."""
_IDLE = 15
"""How much more rarely a campaign is looked at that tells nobody."""
_MOST_IN_A_ROW = 20
"""Tasks of one campaign before the others are looked at."""
_LONGEST_IN_A_ROW = 5.0
"""Seconds of one campaign's tasks after which the others are looked at: turns of an import take ten each."""
_LOCK = 0x1505

events = structlog.get_logger("jobs")


@dataclass(slots=True)
class Worker:
    """Do the tasks of every campaign, in as many threads as call it."""

    register: Register
    kinds: Mapping[str, Kind]
    campaigns: Callable[[], Sequence[CampaignId]]
    pause: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _look_at: dict[CampaignId, float] = field(default_factory=dict)
    _busy: Counter[UUID] = field(default_factory=Counter)
    _prepared: set[CampaignId] = field(default_factory=set)

    def keep_working(self, stop: threading.Event) -> None:
        """Work until told to stop; what is being done then is finished first."""
        while not stop.is_set():
            try:
                worked = self._round(stop)
            except Exception as error:  # noqa: BLE001 - a worker goes on after any failure
                events.error("work_failed", exc_info=error)
                worked = False
            if not worked:
                stop.wait(self.pause)

    def work_off(self, only: CampaignId | None = None) -> int:
        """Do everything that is due now, in one campaign or in all, and return how many tasks that was."""
        done = 0
        for campaign in self.campaigns() if only is None else [only]:
            self._prepare(campaign)
            while self._work_once(campaign):
                done += 1
        return done

    def _round(self, stop: threading.Event) -> bool:
        worked = False
        for campaign in self.campaigns():
            if stop.is_set() or not self._is_our_turn(campaign):
                continue
            self._prepare(campaign)
            until = time.monotonic() + _LONGEST_IN_A_ROW
            for _ in range(_MOST_IN_A_ROW):
                if stop.is_set() or not self._work_once(campaign):
                    break
                worked = True
                if time.monotonic() >= until:
                    self._look(campaign, at=0)
                    break
            else:
                self._look(campaign, at=0)
        return worked

    def _is_our_turn(self, campaign: CampaignId) -> bool:
        """Tell whether to look at a campaign now; the threads of a process do not all look at the same."""
        now = time.monotonic()
        with self._lock:
            if self._look_at.get(campaign, now) > now:
                return False
            self._look_at[campaign] = now + self.pause
        return True

    def _prepare(self, campaign: CampaignId) -> None:
        """See that every recurring task is there, one of each, under a lock; a campaign that ends gets none back."""
        if campaign in self._prepared:
            return
        recurring = [name for name, kind in self.kinds.items() if kind.every is not None]
        with self.register.keeping_books(campaign, TASK) as books:
            books.lock([_LOCK ^ (campaign.int & 0x7FFF_FFFF_FFFF_0000)])
            if books.phase in {Phase.CLOSING, Phase.CLOSED}:
                return
            missing = set(recurring) - recurring_kinds(books, campaign, recurring)
            rows = [
                new_row(campaign, random_uuid(), kind=name, target=None, payload={}, at=books.at)
                for name in sorted(missing)
            ]
            insert_recurring(books, rows)
        with self._lock:
            self._prepared.add(campaign)

    def _work_once(self, campaign: CampaignId) -> bool:
        """Do one task; tell whether there was one."""
        task = self._take(campaign)
        if task is None:
            return False
        try:
            ended = self._perform(task)
        finally:
            self._let_go(task.target)
        self._conclude(task, ended)
        return True

    def _take(self, campaign: CampaignId) -> Taken | None:
        with self._lock:
            busy = [target for target, count in self._busy.items() if count >= MOST_AT_ONCE]
        with self.register.keeping_books(campaign, TASK, ENDPOINT) as books:
            row = due_task(books, campaign, kinds=list(self.kinds), busy=busy)
            if row is None:
                if not has_endpoints(books, campaign):
                    self._look(campaign, at=time.monotonic() + _IDLE * self.pause)
                return None
            lease = random_uuid()
            lease_task(books, campaign, row.id, lease, books.at + self.kinds[row.kind].lease)
        if row.target is not None:
            with self._lock:
                self._busy[row.target] += 1
        return Taken(campaign, row.id, row.kind, row.target, row.payload, row.attempts + 1, row.due_at, lease)

    def _look(self, campaign: CampaignId, *, at: float) -> None:
        with self._lock:
            self._look_at[campaign] = at

    def _let_go(self, target: UUID | None) -> None:
        if target is not None:
            with self._lock:
                self._busy[target] -= 1
                if not self._busy[target]:
                    del self._busy[target]

    def _perform(self, task: Taken) -> Ended:
        try:
            return self.kinds[task.kind].perform(task)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the task is tried again
            events.error("task_failed", kind=task.kind, campaign=task.campaign, exc_info=error)
            return Ended(Ending.AGAIN, type(error).__name__)

    def _conclude(self, task: Taken, ended: Ended) -> None:
        """Write how it ended, if the task is still ours: a lease that ran out may have given it to another."""
        with self.register.keeping_books(task.campaign, TASK) as books:
            kept = self._settle(books, task, ended)
        if not kept:
            events.warning("lease_lost", kind=task.kind, campaign=task.campaign)

    def _settle(self, books: Books, task: Taken, ended: Ended) -> int:
        every = self.kinds[task.kind].every
        if every is not None:
            return _put_back(books, task, WAITING, _next_turn(task.due_at, every, books.at), ended.failure, attempts=0)
        if ended.ending is Ending.DONE:
            return finish_task(books, task.campaign, task.id, task.lease)
        if ended.ending is Ending.ON:
            return _put_back(books, task, WAITING, books.at, None, attempts=0)
        pause = pause_after(task.attempt)
        if ended.ending is Ending.DEAD or pause is None:
            return _put_back(books, task, DEAD, books.at, ended.failure, attempts=task.attempt)
        due = books.at + max(pause, ended.least_pause)
        return _put_back(books, task, WAITING, due, ended.failure, attempts=task.attempt)


def _put_back(books: Books, task: Taken, state: str, due: datetime, failure: str | None, *, attempts: int) -> int:
    return put_back(
        books, task.campaign, task.id, task.lease, state=state, due_at=due, failure=failure, attempts=attempts
    )


def _next_turn(due: datetime, every: timedelta, now: datetime) -> datetime:
    """Return the first turn after now: turns that were missed are not made up for."""
    return due + ((now - due) // every + 1) * every
