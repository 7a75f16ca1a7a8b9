"""Do the outbox's tasks, list jobs and dead letters, bring dead ones back."""

import signal
import threading
from argparse import Namespace
from dataclasses import asdict
from types import FrameType

from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from installation.work import start_workers, worker_of
from jobs.listing import JobView, list_jobs, replay_tasks
from kernel.errors import Invalid

ADMINISTRATION = "administration"


def work(given: Namespace) -> Answer:
    """Do the tasks that wait: those due now, or until told to stop, when what is begun is finished first."""
    with opened(given) as installation:
        if given.once:
            done = worker_of(installation).work_off()
            return Answer({"tasks": done}, [say(f"{done} tâches faites", f"{done} tasks done")])
        told_to_stop = threading.Event()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            told_to_stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        workers = start_workers(installation, given.threads or max(installation.settings.work_threads, 1))
        told_to_stop.wait()
        workers.stop()
    return Answer({"worked": True})


def list_all(given: Namespace) -> Answer:
    """List jobs and tasks, newest first."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            found = list_jobs(processing, only_dead=given.dead, before=None, limit=given.limit).jobs
    none = [say("Aucune tâche.", "No job.")]
    rows = [_cells(one) for one in found]
    return Answer({"jobs": [asdict(one) for one in found]}, table(rows) if rows else none)


def replay(given: Namespace) -> Answer:
    """Make dead letters due at once."""
    if bool(given.ids) == given.all:
        message = "name the dead letters to replay, or --all"
        raise Invalid(message)
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            replayed = replay_tasks(processing, None if given.all else given.ids)
    text = say(f"{len(replayed)} envois repris", f"{len(replayed)} dead letters replayed")
    return Answer({"replayed": replayed}, [text])


def _cells(job: JobView) -> tuple[str, ...]:
    created = job.created_at.isoformat(timespec="seconds")
    return str(job.id), created, job.kind, job.state, str(job.attempts), job.failure or "-"
