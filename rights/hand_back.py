"""Hand the file of every request back to the controller: its proof that persons were answered (GDPR art. 5(2))."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import RESTITUTION, Register
from kernel.actor import Actor
from rights.board import line_of
from rights.course import State
from rights.file import keys_of, open_told, open_words
from rights.move import local_day
from rights.store import page_of_requests, steps_of_all

_PAGE = 200
_EVERY = frozenset(state.value for state in State)
Line = Mapping[str, Any]


def return_requests(register: Register, actor: Actor) -> Iterator[Line]:
    """Yield every request, what was received first at the beginning: what it says, and each step with its words.

    Each page is noted and committed before a line of it leaves.
    """
    after: tuple[date, UUID] | None = None
    while True:
        with register.open(actor, RESTITUTION) as processing:
            rows = page_of_requests(processing, _EVERY, after, _PAGE)
            page = _opened(processing, rows)
        yield from page
        if len(rows) < _PAGE:
            return
        after = rows[-1].received_on, rows[-1].id


def _opened(processing: Processing, rows: Sequence[Any]) -> list[Line]:
    keys = keys_of(processing, [row.id for row in rows]) if rows else {}
    steps = steps_of_all(processing, [row.id for row in rows])
    counts = Counter({"rights_request.read": len(rows), "person_key.read": len(keys), "rights_step.read": len(steps)})
    processing.note(Note(event=Event.RIGHTS_REQUEST_EXPORTED, counts=counts))
    done: dict[UUID, list[Line]] = {row.id: [] for row in rows}
    for one in steps:
        told = {"number": one.number, "act": one.act, "at": one.at, "role": one.role, "reason": one.reason}
        done[one.request_id].append(told | {"words": open_words(keys[one.request_id], processing, one)})
    today = local_day(processing)
    return [
        asdict(line_of(processing, row, today))
        | {"told": asdict(open_told(keys[row.id], processing, row)), "steps": done[row.id]}
        for row in rows
    ]
