"""The work of an installation: which kinds of task there are, and the threads that do them."""

import ssl
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from installation.open import Installation
from jobs.deliver import LEASE, PURPOSE, Deliverer
from jobs.listing import purge_outbox
from jobs.message import DELIVER
from jobs.send import Resolve, Sender, resolve_host
from jobs.task import DONE, Ended, Kind, Taken
from jobs.work import Worker
from kernel.actor import worker_in

PURGE = "outbox.purge"
_RECURRING_LEASE = timedelta(minutes=10)


def kinds_of_task(
    installation: Installation, *, resolve: Resolve = resolve_host, trust: ssl.SSLContext | None = None
) -> Mapping[str, Kind]:
    """Return every kind of task; the recurring ones stand here too, and nowhere else."""
    sender = Sender(installation.target_rules, resolve, trust or ssl.create_default_context())

    def purge(task: Taken) -> Ended:
        with installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
            purge_outbox(processing)
        return DONE

    return {
        DELIVER: Kind(Deliverer(installation.register, sender), LEASE),
        PURGE: Kind(purge, _RECURRING_LEASE, every=timedelta(hours=24)),
    }


def worker_of(installation: Installation) -> Worker:
    """Return the worker of an installation."""
    settings = installation.settings
    return Worker(installation.register, kinds_of_task(installation), installation.campaigns, settings.work_seconds)


@contextmanager
def working(installation: Installation) -> Generator[None]:
    """Work beside whatever else is done, in as many threads as the settings say; on leaving, finish what is begun."""
    stop = threading.Event()
    worker = worker_of(installation)
    threads = [
        threading.Thread(target=worker.keep_working, args=(stop,), name=f"worker-{number}")
        for number in range(installation.settings.work_threads)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
