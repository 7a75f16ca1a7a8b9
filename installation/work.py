"""The work of an installation: which kinds of task there are, and the threads that do them."""

import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from accounts.sweep import has_ended_access, sweep_access
from audit.processing import Processing
from installation.open import Installation
from jobs.deliver import LEASE, PURPOSE, Deliverer
from jobs.listing import OUTBOX, has_spent, purge_outbox
from jobs.message import DELIVER
from jobs.once import REQUESTS, has_old_requests, sweep_requests
from jobs.send import Sender, resolve_host
from jobs.task import DONE, Ended, Kind, Taken
from jobs.work import Worker
from kernel.actor import worker_in
from kernel.clock import today
from outreach.awaited import SENDS, count_unreported, expired_sends
from outreach.erase import is_past_its_time, sweep_outreach
from policy.load import load

PURGE = "outbox.purge"
FORGET = "request_key.sweep"
LEAVE = "access.sweep"
PRESUME = "outreach.presume"
TIDY = "outreach.sweep"
_RECURRING_LEASE = timedelta(minutes=10)


def kinds_of_task(installation: Installation) -> Mapping[str, Kind]:
    """Return every kind of task; the recurring ones stand here too, and nowhere else."""
    sender = Sender(installation.target_rules, resolve_host, cache(ssl.create_default_context))

    def purge(task: Taken) -> Ended:
        with installation.register.keeping_books(task.campaign, *OUTBOX) as books:
            spent = has_spent(books, task.campaign)
        return swept(task, purge_outbox) if spent else DONE

    def forget(task: Taken) -> Ended:
        with installation.register.keeping_books(task.campaign, *REQUESTS) as books:
            old = has_old_requests(books, task.campaign)
        return swept(task, sweep_requests) if old else DONE

    def leave(task: Taken) -> Ended:
        with installation.database.transaction(task.campaign) as reading:
            ended = has_ended_access(reading, task.campaign, installation.clock.now())
        return swept(task, sweep_access) if ended else DONE

    def presume(task: Taken) -> Ended:
        with installation.register.keeping_books(task.campaign, *SENDS) as books:
            expired = expired_sends(books, task.campaign)
        for eligibility in expired:
            with installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
                count_unreported(processing, eligibility)
        return DONE

    def tidy(task: Taken) -> Ended:
        edition = load(installation.settings.law_country, today(installation.clock))
        with installation.database.transaction(task.campaign) as reading:
            old = is_past_its_time(reading, task.campaign, edition, today(installation.clock))
        return swept(task, sweep_outreach) if old else DONE

    def swept(task: Taken, sweep: Callable[[Processing], object]) -> Ended:
        with installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
            sweep(processing)
        return DONE

    return {
        DELIVER: Kind(Deliverer(installation.register, sender), LEASE),
        PURGE: Kind(purge, _RECURRING_LEASE, every=timedelta(hours=24)),
        FORGET: Kind(forget, _RECURRING_LEASE, every=timedelta(hours=1)),
        LEAVE: Kind(leave, _RECURRING_LEASE, every=timedelta(hours=24)),
        PRESUME: Kind(presume, _RECURRING_LEASE, every=timedelta(minutes=10)),
        TIDY: Kind(tidy, _RECURRING_LEASE, every=timedelta(hours=24)),
    }


def worker_of(installation: Installation) -> Worker:
    """Return the worker of an installation."""
    settings = installation.settings
    return Worker(installation.register, kinds_of_task(installation), installation.campaigns, settings.work_seconds)


@dataclass(frozen=True, slots=True)
class Workers:
    """Threads that work beside whatever else a process does."""

    _threads: Sequence[threading.Thread]
    _stop: threading.Event

    def stop(self) -> None:
        """Take nothing new, finish what is begun, and return."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


def start_workers(installation: Installation, threads: int) -> Workers:
    """Work in this many threads."""
    stop, worker = threading.Event(), worker_of(installation)
    started = [threading.Thread(target=worker.keep_working, args=(stop,)) for _ in range(threads)]
    for thread in started:
        thread.start()
    return Workers(started, stop)
