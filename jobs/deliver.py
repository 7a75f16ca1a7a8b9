"""Deliver a message to its endpoint: signed, sent, and noted how it ended.

Whoever answers 410 wants no more; an endpoint whose messages die one after the other is disabled. Both are noted.
"""

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from audit.books import Books
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from jobs.message import message_id
from jobs.retry import MOST_ATTEMPTS, endpoint_pause
from jobs.seal import open_secrets
from jobs.send import Outcome, Sender, Sent
from jobs.signature import signatures
from jobs.store.webhooks import (
    ENDPOINT,
    SECRET,
    endpoint_of,
    find_endpoint,
    insert_delivery,
    living_secrets,
    update_endpoint,
)
from jobs.target import BadTarget, read_target
from jobs.task import DONE, Ended, Ending, Taken
from kernel.actor import worker_in
from kernel.identity import random_uuid

PURPOSE = "administration"
MOST_DEAD_LETTERS = 3
"""Messages in a row that died before their endpoint is disabled."""
LEASE = timedelta(seconds=90)
"""Longer than an attempt, with its look-up of the name, ever takes."""
DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message ready to go."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Perform the tasks that deliver webhooks."""

    register: Register
    sender: Sender

    def __call__(self, task: Taken) -> Ended:
        """Try once to deliver, note it, and say how it ended."""
        if task.target is None:
            return Ended(Ending.DEAD, "no_target")
        self.register.check(worker_in(task.campaign), PURPOSE)  # Nothing is sent that could not be noted.
        with self.register.keeping_books(task.campaign, ENDPOINT, SECRET) as books:
            row = endpoint_of(books, task.campaign, task.target)
            letter = _letter(books, task, row) if row is not None and row.enabled else None
        if letter is None:
            return DONE if row is None else Ended(Ending.DEAD, DISABLED)
        began = time.monotonic()
        sent = self._send(letter)
        milliseconds = round((time.monotonic() - began) * 1000)
        self._note(task, task.target, sent, milliseconds)
        return _ended(sent)

    def _send(self, letter: _Letter) -> Sent:
        try:
            target = read_target(letter.url, self.sender.rules)
        except BadTarget:
            return Sent(Outcome.REFUSED_ADDRESS)
        return self.sender.send(target, letter.headers, letter.body)

    def _note(self, task: Taken, endpoint: UUID, sent: Sent, milliseconds: int) -> None:
        with self.register.open(worker_in(task.campaign), PURPOSE) as processing:
            row = find_endpoint(processing, endpoint)
            counts: dict[str, int] = {}
            disabled = None
            if row is not None:  # Else it was removed meanwhile, and the list of its deliveries with it.
                counts["webhook_delivery.insert"] = _keep(processing, task, endpoint, sent, milliseconds)
                disabled = _count(processing, task, row, sent, counts)
            delivered = sent.outcome is Outcome.DELIVERED
            event = Event.WEBHOOK_DELIVERED if delivered else Event.WEBHOOK_FAILED
            free = {"endpoint": str(endpoint), "message": message_id(task.id), "outcome": sent.outcome.value}
            processing.note(Note(event=event, counts=counts, free=free, job=task.id))
            if disabled is not None:
                free = {"endpoint": str(endpoint), "because": disabled}
                processing.note(Note(event=Event.WEBHOOK_DISABLED, counts={}, free=free))


def _letter(books: Books, task: Taken, endpoint: Any) -> _Letter:  # noqa: ANN401 - a row
    secrets = open_secrets(books.keys, living_secrets(books, task.campaign, endpoint.id))
    body, identifier, seconds = task.payload.encode(), message_id(task.id), int(books.at.timestamp())
    headers = {
        "webhook-id": identifier,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signatures(secrets, identifier, seconds, body),
    }
    return _Letter(endpoint.url, headers, body)


def _keep(processing: Processing, task: Taken, endpoint: UUID, sent: Sent, milliseconds: int) -> int:
    return insert_delivery(
        processing,
        {
            "campaign_id": processing.campaign,
            "id": random_uuid(),
            "endpoint_id": endpoint,
            "task_id": task.id,
            "type": json.loads(task.payload)["type"],
            "attempt": task.attempt,
            "at": processing.at,
            "milliseconds": milliseconds,
            "outcome": sent.outcome.value,
            "status_class": sent.status_class,
        },
    )


def _count(processing: Processing, task: Taken, row: Any, sent: Sent, counts: dict[str, int]) -> str | None:  # noqa: ANN401
    """Keep how an endpoint does, pause one that fails, and return why it was disabled if it was."""
    if sent.outcome is Outcome.DELIVERED and not row.failures and not row.dead_letters:
        return None
    values: dict[str, Any] = {"failures": 0, "dead_letters": 0, "paused_until": None}
    because = None
    if sent.outcome is not Outcome.DELIVERED:
        dead = row.dead_letters + (task.attempt >= MOST_ATTEMPTS)
        pause = max(endpoint_pause(row.failures + 1), sent.least_pause)
        values = {"failures": row.failures + 1, "dead_letters": dead, "paused_until": processing.at + pause}
        because = _reason(sent, dead) if row.enabled else None
    if because is not None:
        values |= {"enabled": False, "disabled_because": because}
    counts["webhook_endpoint.update"] = update_endpoint(processing, row.id, values)
    return because


def _reason(sent: Sent, dead: int) -> str | None:
    if sent.outcome is Outcome.GONE:
        return "gone"
    return "dead_letters" if dead >= MOST_DEAD_LETTERS else None


def _ended(sent: Sent) -> Ended:
    if sent.outcome is Outcome.DELIVERED:
        return DONE
    ending = Ending.DEAD if sent.outcome is Outcome.GONE else Ending.AGAIN
    return Ended(ending, sent.outcome.value, sent.least_pause)
