"""What tests of webhooks begin with: a world whose clock moves, an endpoint, a worker that does what is due."""

import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from installation.open import Installation
from installation.work import kinds_of_task
from jobs.deliver import LEASE, Deliverer
from jobs.message import DELIVER
from jobs.send import Sender
from jobs.target import TargetRules
from jobs.task import Kind
from jobs.webhooks import AddedEndpoint, add_endpoint
from jobs.work import Worker
from tests.factories import World, later, raw

HOME = TargetRules(development=True)
ADMINISTRATION = "administration"
EVERYTHING = tuple(Announcement)


def here(_host: str, _port: int) -> Sequence[str]:
    return ("127.0.0.1",)


def endpoint(world: World, url: str, *events: str, delay: float = 0) -> AddedEndpoint:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        return add_endpoint(
            processing, url=url, events=events or EVERYTHING, rules=HOME, delay=timedelta(seconds=delay)
        )


def worker(world: World) -> Worker:
    """Return an impatient worker."""
    sender = Sender(HOME, here, ssl.create_default_context, connect_seconds=1, total_seconds=1)
    return worker_with(world.installation, {DELIVER: Kind(Deliverer(world.register, sender), LEASE)})


def worker_with(installation: Installation, kinds: dict[str, Kind]) -> Worker:
    return Worker(installation.register, kinds, installation.campaigns, 0.02)


def recurring_worker(world: World) -> Worker:
    every = {name: kind for name, kind in kinds_of_task(world.installation).items() if kind.every}
    return worker_with(world.installation, every)


@dataclass(frozen=True)
class Row:
    """A task as the database has it."""

    id: str
    kind: str
    state: str
    attempts: int
    failure: str | None
    payload: dict[str, Any]


def tasks(world: World) -> list[Row]:
    with raw(world.url, world.campaign) as database:
        rows = database.run(
            "SELECT id, kind, state, attempts, failure, payload FROM task WHERE campaign_id = ?", world.campaign
        )
    found = [Row(_hex(row[0]), row[1], row[2], row[3], row[4], json.loads(row[5])) for row in rows]
    return sorted(found, key=lambda row: json.dumps(row.payload))


def types(world: World) -> list[str]:
    return sorted(row.payload["type"] for row in tasks(world))


def wait_out(world: World, working: Worker, attempts: int) -> None:
    """Let a worker try so often, each time after the longest pause there is."""
    for _ in range(attempts):
        working.work_off()
        later(world, hours=30)


def identified(added: AddedEndpoint) -> UUID:
    return added.endpoint.id


def _hex(identifier: object) -> str:
    return identifier.hex() if isinstance(identifier, bytes) else UUID(str(identifier)).hex
