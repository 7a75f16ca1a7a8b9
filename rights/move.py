"""Move a request: its state, its clock and its step change together, and are told in one note."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.errors import NotFound
from policy.request_clock import Course, alert, day_at, resumed
from rights.clock import clocked, course_of, places_of, standing_of
from rights.course import ENDED, Act, State, moved
from rights.documents import destroy_documents
from rights.file import Told, keys_of, open_told, seal_words
from rights.store import change_request, find_request, insert_step, steps_of

EVENTS = {
    Act.CONFIRM: Event.RIGHTS_REQUEST_IDENTIFIED,
    Act.DOUBT: Event.RIGHTS_REQUEST_IDENTIFIED,
    Act.GRANT: Event.RIGHTS_REQUEST_DECIDED,
    Act.REFUSE: Event.RIGHTS_REQUEST_DECIDED,
    Act.ANSWER: Event.RIGHTS_REQUEST_ANSWERED,
}
_KEEPS_DOCUMENT = frozenset({Act.ASK, Act.COMPLETE, Act.EXTEND})
"""The acts that decide nothing; any other has seen the document, or does without."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A request, held until the end of the processing: its row, its key, and what it says."""

    row: Any
    key: bytes = field(repr=False)
    told: Told


def open_request(processing: Processing, request: UUID) -> Opened:
    """Return a request and hold it. Raises NotFound, Unopenable. The caller notes what ``READ`` says."""
    row = find_request(processing, request, locked=True)
    if row is None:
        message = "no such request in this campaign"
        raise NotFound(message)
    key = keys_of(processing, [row.id])[row.id]
    return Opened(row, key, open_told(key, processing, row))


DESTROYED = "destroy_document"
"""The step that tells of a document's end."""
READ: Mapping[str, int] = {"rights_request.read": 1, "person_key.read": 1}
"""The rows that opening a request reads."""


def move(
    processing: Processing,
    opened: Opened,
    act: Act,
    *,
    reason: str | None = None,
    words: str = "",
    more: Mapping[str, Any] | None = None,
) -> tuple[Opened, dict[str, int]]:
    """Take a request where an act takes it; return it as it is now, and the rows to note. Raises NotNow.

    ``words`` are sealed with the step; ``more`` are further columns that change. Whatever decides destroys the document
    that was sent to remove a doubt.
    """
    row = opened.row
    state = moved(standing_of(processing, row), act)
    today = local_day(processing)
    values = {"state": state.value, **_clock(processing, row, act, today), **(more or {})}
    if state in ENDED or state is State.CLOSED:
        values["ended_on"] = today
    counts = Counter({"rights_request.update": change_request(processing, row.id, values)})
    counts += Counter(add_step(processing, opened, act.value, reason=reason, words=words))
    if row.document_asked and act not in _KEEPS_DOCUMENT:
        destroyed = destroy_documents(processing, [row.id])
        counts += destroyed
        if destroyed:
            counts += Counter(add_step(processing, opened, DESTROYED))
    changed = {**{name: getattr(row, name) for name in row._fields}, **values}
    return replace(opened, row=_Row(**changed)), dict(counts)


def note_move(
    processing: Processing,
    act: Act,
    counts: Mapping[str, int],
    *,
    reason: str | None = None,
    announced: Mapping[Any, Any] | None = None,
) -> None:
    """Tell of a move."""
    event = EVENTS.get(act, Event.RIGHTS_REQUEST_CHANGED)
    free = {"act": act.value} | ({"reason": reason} if reason else {})
    processing.note(Note(event=event, counts=counts, free=free, announced=announced))


def add_step(
    processing: Processing, opened: Opened, act: str, *, reason: str | None = None, words: str = ""
) -> dict[str, int]:
    """Add what happened; return the rows to note."""
    there = steps_of(processing, opened.row.id)
    number = len(there) + 1
    values = {
        "campaign_id": processing.campaign,
        "request_id": opened.row.id,
        "number": number,
        "act": act,
        "at": processing.at,
        "role": processing.actor.role,
        "reason": reason,
        "sealed": seal_words(opened.key, processing, opened.row.id, number, words),
    }
    return {"rights_step.read": len(there), "rights_step.insert": insert_step(processing, values)}


def came_before(one: Any, other: Any) -> bool:  # noqa: ANN401 - rows
    """Tell which of two requests came first."""
    before: bool = (one.received_on, one.recorded_at) < (other.received_on, other.recorded_at)
    return before


def local_day(processing: Processing) -> date:
    """Return the day it is where the campaign is at work."""
    return day_at(processing.edition, places_of(processing), processing.at)


def _clock(processing: Processing, row: Any, act: Act, today: date) -> dict[str, Any]:  # noqa: ANN401 - a row
    """Return how an act changes the clock: only a doubt stops it, whatever comes after a doubt lets it go on."""
    course: Course = course_of(processing, row)
    if act is Act.DOUBT:
        return clocked(processing, replace(course, paused_on=today))
    course = resumed(course, today)
    if act is Act.EXTEND:
        course = replace(course, extended=True)
    clock = clocked(processing, course)
    # Whoever was told that two days are left is told again once a later day draws near.
    return clock | {"alerted": min(row.alerted, alert(course, clock["due_on"], today) or 0)}


class _Row:
    """A row as it stands after a change."""

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - columns
        self._fields = tuple(values)
        self.__dict__.update(values)
