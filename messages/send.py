"""Send a message that waits: opened, handed over, deleted; every step noted, and no word of it kept."""

import json
from dataclasses import dataclass
from uuid import UUID

from audit.events import Event, Outcome
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from jobs.task import DONE, Ended, Ending, Taken
from kernel.actor import worker_in
from messages.gateway import Gateway
from messages.letter import Letter, open_letter
from messages.post import Post
from messages.store import delete_message, find_message

PURPOSE = "administration"
_UNSET = Ended(Ending.DEAD, "not_configured")


@dataclass(frozen=True, slots=True)
class Postman:
    """Perform the tasks that send messages, through what the installation has."""

    register: Register
    post: Post | None
    gateway: Gateway | None

    def __call__(self, task: Taken) -> Ended:
        """Try once to send, note it, and say how it ended."""
        message = UUID(json.loads(task.payload)["message"])
        with self.register.open(worker_in(task.campaign), PURPOSE) as processing:
            letter, at = _open(processing, message), processing.at
        if letter is None:
            return DONE  # Its time is over, or its person was erased.
        way = self.post if letter.medium == "email" else self.gateway
        ended = _UNSET if way is None else way.send(letter, message, at)
        with self.register.open(worker_in(task.campaign), PURPOSE) as processing:
            _conclude(processing, task, message, ended)
        return ended


def _open(processing: Processing, message: UUID) -> Letter | None:
    row = find_message(processing, message)
    counts = {} if row is None else {"message.read": 1}
    late = row is not None and row.until <= processing.at
    if late:
        counts["message.delete"] = delete_message(processing, message)
    processing.note(Note(event=Event.MESSAGE_OPENED, counts=counts))
    return None if row is None or late else open_letter(processing.keys, row)


def _conclude(processing: Processing, task: Taken, message: UUID, ended: Ended) -> None:
    """Delete what was handed over; what failed stays sealed until it is tried again, or its time is over."""
    done = ended.ending is Ending.DONE
    counts = {"message.delete": delete_message(processing, message)} if done else {}
    event = Event.MESSAGE_SENT if done else Event.MESSAGE_FAILED
    outcome = Outcome.DONE if done else Outcome.REFUSED
    processing.note(Note(event=event, outcome=outcome, counts=counts, free={"failure": ended.failure}, job=task.id))
