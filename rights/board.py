"""The board of deadlines, one request with its steps, and what the dossier of a person says of their requests."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.errors import NotFound
from kernel.identity import PersonId
from policy.request_clock import alert
from rights.clock import course_of, standing_of
from rights.course import OPEN, TRANSITIONS, State
from rights.documents import Document, told_of
from rights.file import Told, keys_of, open_told, open_words
from rights.move import local_day
from rights.reference import read_reference
from rights.store import (
    find_by_reference,
    find_request,
    page_of_requests,
    requests_of,
    steps_of,
    told_of_document,
)
from rights.subjects import subjects_of
from rights.words import standard_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A request on the board; nothing in it says who asks."""

    id: UUID
    reference: str
    kind: str
    state: str
    way: str
    asker: str
    language: str
    contact: UUID | None
    external_id: UUID | None
    first: UUID | None
    minor: bool
    received_on: date
    due_on: date | None
    alert: str | None
    extended: bool
    identity: str | None
    reason: str | None
    answer: UUID | None
    ended_on: date | None
    document_asked: bool
    standards: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happened to a request; ``role`` says who did it, never by name."""

    number: int
    act: str
    at: datetime
    role: str
    reason: str | None
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A request with what it says, what happened to it, and what may be done next."""

    line: Line
    told: Told
    steps: tuple[Step, ...]
    may: tuple[str, ...]
    document: Document | None
    """What waits to be looked at, where a doubt asked for it."""


def list_requests(
    processing: Processing, states: Sequence[State] | None, *, after: tuple[date, UUID] | None = None, limit: int = 50
) -> list[Line]:
    """Return a page of the board, what was received first at the beginning; open ones where no states are named."""
    chosen = {state.value for state in (states or OPEN)}
    rows = page_of_requests(processing, chosen, after, limit)
    processing.note(Note(event=Event.RIGHTS_REQUEST_LISTED, counts={"rights_request.read": len(rows)}))
    return [line_of(processing, row, local_day(processing)) for row in rows]


def show_request(processing: Processing, request: UUID) -> Whole:
    """Return one request with all it says; whoever's contact it names finds the look in their log. Raises NotFound."""
    row = find_request(processing, request)
    if row is None:
        raise NotFound("no such request in this campaign")
    key = keys_of(processing, [row.id])[row.id]
    steps, paper = steps_of(processing, row.id), told_of_document(processing, row.id)
    counts = Counter({"rights_request.read": 1, "person_key.read": 1, "rights_step.read": len(steps)})
    counts += Counter({"rights_document.read": 0 if paper is None else 1})
    subjects = subjects_of(processing, [row.contact_id], counts)
    told, line = open_told(key, processing, row), line_of(processing, row, local_day(processing))
    fields = sorted({name for name, _ in (*told.person.data, *told.changes)})
    processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts=counts, fields=fields, subjects=subjects))
    done = tuple(
        Step(
            number=one.number,
            act=one.act,
            at=one.at,
            role=one.role,
            reason=one.reason,
            words=open_words(key, processing, one),
        )
        for one in steps
    )
    standing = standing_of(processing, row)
    may = sorted(act.value for state, act in TRANSITIONS if state is standing.state)
    if not standing.may_extend and "extend" in may:
        may.remove("extend")
    document = None if paper is None else told_of(paper)
    return Whole(line=line, told=told, steps=done, may=tuple(may), document=document)


def id_of(processing: Processing, named: str) -> UUID:
    """Return the id of a request that is named by it, or by its reference. Raises Invalid, NotFound."""
    try:
        return UUID(named)
    except ValueError:
        row = find_by_reference(processing, read_reference(named))
    counts = {} if row is None else {"rights_request.read": 1}
    processing.note(Note(event=Event.RIGHTS_REQUEST_LISTED, counts=counts))
    if row is None:
        raise NotFound("no such request in this campaign")
    found: UUID = row.id
    return found


def export_requests(processing: Processing, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Any]]:
    """Bring out the requests of persons with what they said and what happened, for their dossier (GDPR art. 15)."""
    rows = requests_of(processing, persons)
    keys = keys_of(processing, [row.id for row in rows]) if rows else {}
    counts = Counter({"rights_request.read": len(rows), "person_key.read": len(keys)})
    found: dict[PersonId, list[Any]] = {}
    for row in rows:
        steps = steps_of(processing, row.id)
        counts["rights_step.read"] += len(steps)
        done = [{"act": one.act, "at": one.at, "role": one.role, "reason": one.reason} for one in steps]
        told = asdict(line_of(processing, row, local_day(processing))) | {"steps": done}
        told["told"] = asdict(open_told(keys[row.id], processing, row))
        found.setdefault(PersonId(row.contact_id), []).append(told)
    processing.note(Note(event=Event.RIGHTS_REQUEST_EXPORTED, counts=counts))
    return found


def asked_among(processing: Processing, persons: Sequence[PersonId]) -> frozenset[PersonId]:
    """Return those of these persons who asked for something, whatever became of it; nothing is opened."""
    rows = requests_of(processing, persons)
    processing.note(Note(event=Event.RIGHTS_REQUEST_LISTED, counts={"rights_request.read": len(rows)}))
    return frozenset(PersonId(row.contact_id) for row in rows)


def line_of(processing: Processing, row: Any, today: date) -> Line:  # noqa: ANN401 - a row
    """Return a request as the board shows it."""
    open_still = row.state in OPEN
    said = alert(course_of(processing, row), row.due_on, today) if open_still else None
    return Line(
        contact=row.contact_id,
        first=row.first_id,
        answer=row.answer_id,
        alert=None if said is None else said.name.lower(),
        standards=standard_words(row.kind, row.state, row.reason),
        **{
            name: getattr(row, name)
            for name in (
                *("id", "reference", "kind", "state", "way", "asker", "language", "external_id", "minor"),
                *("received_on", "due_on", "extended", "identity", "reason", "ended_on", "document_asked"),
            )
        },
    )
