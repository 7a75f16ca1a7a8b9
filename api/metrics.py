"""Figures for whoever operates the installation: how much, how long, how many; never who, never whose.

Labels are a closed list, and each of their values comes from a list of ours: templates of routes, events, types of
problem. Several processes put their counts together in a folder (``PROMETHEUS_MULTIPROC_DIR``, which ``isoloir serve``
empties and names before it starts them).
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from installation.figures import Figures
from jobs.depth import TASK_STATES

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_own = CollectorRegistry()
_requests = Counter("isoloir_requests", "Requests answered", ("method", "route", "status"), registry=_own)
_seconds = Histogram(
    "isoloir_request_seconds", "Time to an answer", ("method", "route"), registry=_own, buckets=_SECONDS
)
_refusals = Counter("isoloir_refusals", "Requests refused, by type of problem", ("problem",), registry=_own)
_forbidden = Counter("isoloir_forbidden", "Attributes refused, by category of the law", ("category",), registry=_own)
_entries = Counter("isoloir_entries", "Entries numbered, by event", ("event",), registry=_own)
_connections = Gauge("isoloir_database_connections", "Connections in use", registry=_own, multiprocess_mode="livesum")
_GAUGES = {
    "lag_seconds": Gauge(
        "isoloir_sequencer_lag_seconds",
        "Age of the oldest entry without a number",
        registry=_own,
        multiprocess_mode="mostrecent",
    ),
    "waiting": Gauge(
        "isoloir_sequencer_waiting", "Entries without a number", registry=_own, multiprocess_mode="mostrecent"
    ),
    "campaigns": Gauge("isoloir_campaigns", "Campaigns", registry=_own, multiprocess_mode="mostrecent"),
    "preparing": Gauge(
        "isoloir_campaigns_preparing",
        "Campaigns that were not activated yet",
        registry=_own,
        multiprocess_mode="mostrecent",
    ),
    "without_second_factor": Gauge(
        "isoloir_staff_without_second_factor",
        "Accounts that were not enrolled yet",
        registry=_own,
        multiprocess_mode="mostrecent",
    ),
    "disk_free_bytes": Gauge(
        "isoloir_disk_free_bytes", "Free on the data folder's disk", registry=_own, multiprocess_mode="mostrecent"
    ),
    "root_versions": Gauge(
        "isoloir_root_key_versions", "Root keys that still unwrap", registry=_own, multiprocess_mode="mostrecent"
    ),
}
_jobs = Gauge("isoloir_jobs", "Jobs, by state", ("state",), registry=_own, multiprocess_mode="mostrecent")
_tasks = Gauge(
    "isoloir_outbox_tasks", "Tasks of the outbox, by state", ("state",), registry=_own, multiprocess_mode="mostrecent"
)
_ready = Gauge(
    "isoloir_ready", "Whether a check of readiness holds", ("check",), registry=_own, multiprocess_mode="mostrecent"
)
_keys = Gauge(
    "isoloir_key_age_seconds",
    "Age of the oldest active key, by purpose",
    ("purpose",),
    registry=_own,
    multiprocess_mode="mostrecent",
)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answer, under the template of its route and the class of its status."""
    answered, took = _of_route(method, route, f"{status // 100}xx")
    answered.inc()
    took.observe(seconds)


@cache
def _of_route(method: str, route: str, status: str) -> tuple[Counter, Histogram]:
    """Return the figures of answers of one kind: looking them up anew cost more than counting."""
    return _requests.labels(method, route, status), _seconds.labels(method, route)


def count_refusal(problem: str) -> None:
    """Count a refusal under its type."""
    _refusals.labels(problem).inc()


def count_forbidden(category: str) -> None:
    """Count an attribute that was found and is forbidden, under its category."""
    _forbidden.labels(category).inc()


def count_entries(events: Mapping[str, int]) -> None:
    """Count entries that were numbered, by event."""
    for event, count in events.items():
        _entries.labels(event).inc(count)


def tell_connections(count: int) -> None:
    """Tell how many connections this process uses."""
    _connections.set(count)


def tell(figures: Figures) -> None:
    """Take over what was measured in the database."""
    for name, gauge in _GAUGES.items():
        gauge.set(getattr(figures, name))
    for state, count in figures.jobs.items():
        _jobs.labels(state).set(count)
    for state in TASK_STATES:
        _tasks.labels(state).set(figures.tasks[state])
    for purpose, age in figures.key_ages.items():
        _keys.labels(purpose).set(age)


def tell_checks(checks: Mapping[str, bool]) -> None:
    """Take over what the readiness probe would say."""
    for name, holds in checks.items():
        _ready.labels(name).set(holds)


def page_of_figures() -> bytes:
    """Write the figures of all processes in Prometheus' text form."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return generate_latest(_own)
    _forget_dead(Path(folder))
    together = CollectorRegistry()
    MultiProcessCollector(together, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def _forget_dead(folder: Path) -> None:
    """Drop the live gauges of processes that are no more: their connections are not in use."""
    for pid in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*_*.db")}:
        if not Path(f"/proc/{pid}").exists():
            with suppress(FileNotFoundError):
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
