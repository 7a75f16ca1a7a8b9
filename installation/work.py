"""The work of an installation: which kinds of task there are, and the threads that do them."""

import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from files.exports.order import RUN as EXPORT
from files.imports import RUN
from files.undo import UNDO
from installation.chores import Chores
from installation.exporting import ExportChores
from installation.open import Installation
from jobs.deliver import LEASE, Deliverer
from jobs.message import DELIVER
from jobs.send import Sender, resolve_host
from jobs.task import Kind
from jobs.work import Worker
from messages.gateway import Gateway
from messages.post import Post, read_mail_server
from messages.queue import SEND
from messages.send import Postman
from retention.runs import REQUESTED
from reviews.rescreen import RESCREEN
from reviews.sweep import EXPIRE
from rights.identity import MATCH
from rights.receive import PERFORM
from rights.visit import SEND_CODE
from signups.preferences import ANSWER

PURGE = "outbox.purge"
FORGET = "request_key.sweep"
LEAVE = "access.sweep"
CLEAR = "message.sweep"
CARRY = "opposition.carry"
PRESUME = "outreach.presume"
TIDY = "outreach.sweep"
CHASE = "recipient.chase"
WITHDRAW = "delivery.sweep"
IMPORTS_SWEEP = "import.sweep"
SETTLE = "export.settle"
EXPORTS_SWEEP = "export.sweep"
SHEETS_SWEEP = "sheet.sweep"
REMIND = "rights_request.remind"
SWEEP = "retention.sweep"
_RECURRING_LEASE = timedelta(minutes=10)
_IMPORT_LEASE = timedelta(minutes=5)
"""A turn takes seconds: an import whose worker was killed goes on after this time."""
_EXPORT_LEASE = timedelta(minutes=15)
"""A turn takes seconds too, but its last one puts the whole file together."""
_SWEEPING_LEASE = timedelta(hours=6)


def kinds_of_task(installation: Installation) -> Mapping[str, Kind]:
    """Return every kind of task; the recurring ones stand here too, and nowhere else."""
    sender = Sender(installation.target_rules, resolve_host, cache(ssl.create_default_context))
    chores, exporting = Chores(installation), ExportChores(installation)
    return {
        SEND: Kind(postman_of(installation), LEASE),
        ANSWER: Kind(chores.answer, _RECURRING_LEASE),
        CLEAR: Kind(chores.clear, _RECURRING_LEASE, every=timedelta(hours=1)),
        DELIVER: Kind(Deliverer(installation.register, sender), LEASE),
        PURGE: Kind(chores.purge, _RECURRING_LEASE, every=timedelta(hours=24)),
        FORGET: Kind(chores.forget, _RECURRING_LEASE, every=timedelta(hours=1)),
        LEAVE: Kind(chores.leave, _RECURRING_LEASE, every=timedelta(hours=24)),
        CARRY: Kind(chores.carry, _RECURRING_LEASE, every=timedelta(minutes=1)),
        PRESUME: Kind(chores.presume, _RECURRING_LEASE, every=timedelta(minutes=10)),
        REQUESTED: Kind(chores.sweep_on_request, _SWEEPING_LEASE),
        RESCREEN: Kind(chores.rescreen, _RECURRING_LEASE, every=timedelta(hours=1)),
        EXPIRE: Kind(chores.expire, _RECURRING_LEASE, every=timedelta(hours=1)),
        PERFORM: Kind(chores.perform, _RECURRING_LEASE),
        MATCH: Kind(chores.match, _RECURRING_LEASE),
        SEND_CODE: Kind(chores.send_code, _RECURRING_LEASE),
        REMIND: Kind(chores.remind, _RECURRING_LEASE, every=timedelta(hours=1)),
        SWEEP: Kind(chores.sweep, _SWEEPING_LEASE, every=timedelta(hours=24)),
        RUN: Kind(chores.bring_in, _IMPORT_LEASE),
        UNDO: Kind(chores.take_back, _IMPORT_LEASE),
        IMPORTS_SWEEP: Kind(chores.let_go, _RECURRING_LEASE, every=timedelta(hours=1)),
        EXPORT: Kind(exporting.send_out, _EXPORT_LEASE),
        SETTLE: Kind(exporting.settle, _RECURRING_LEASE, every=timedelta(minutes=1)),
        EXPORTS_SWEEP: Kind(exporting.withdraw, _RECURRING_LEASE, every=timedelta(hours=1)),
        SHEETS_SWEEP: Kind(chores.collect, _RECURRING_LEASE, every=timedelta(hours=1)),
        TIDY: Kind(chores.tidy, _RECURRING_LEASE, every=timedelta(hours=24)),
        CHASE: Kind(chores.chase, _RECURRING_LEASE, every=timedelta(hours=24)),
        WITHDRAW: Kind(chores.withdraw, _RECURRING_LEASE, every=timedelta(hours=1)),
    }


def postman_of(installation: Installation) -> Postman:
    """Return what sends messages: through the mail server and the gateway of the settings, where there are any."""
    settings, trust = installation.settings, cache(ssl.create_default_context)
    server = read_mail_server(settings.mail_url, settings.mail_from)
    sender = Sender(installation.target_rules, resolve_host, trust)
    gateway = Gateway(settings.sms_url, settings.sms_secret.encode(), sender) if settings.sms_url else None
    return Postman(installation.register, None if server is None else Post(server, trust), gateway)


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
