"""Make sheets of a place: whom the law lets somebody visit now, numbered as one walks, at most so many to a sheet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.person_keys import subject_references
from eligibility.street import plain, street_of
from eligibility.turf import Turf, draw_turf
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId, random_uuids
from keys.create import Compartment
from keys.open import open_person_keys
from sheets.store import find_sheet, insert_lines, insert_sheets, sheets_of

MOST = 3_000
"""How many contacts one request is about: more than any polling station has."""
MOST_LINES = 100
MOST_LISTED = 1_000
MOST_DAYS = 30
_REFERENCE = "audit:reference"


class SheetExpired(Conflict):
    """Say that the day of a sheet is over: what is left of it is deleted, and its lines mean nobody any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of which place sheets are made: a commune, or a polling station of it, or some streets there."""

    commune: str
    polling_station: str | None = None
    streets: Sequence[str] = field(default=(), repr=False)
    """The names of streets, without numbers; none means all."""
    lines: int = 40
    """The most lines that one sheet has."""
    days: int = 14
    """For how many days a sheet may be keyed in, and exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """A sheet as the team sees it; whom it means is told by its print alone."""

    id: UUID
    commune: str
    polling_station: str | None
    eligibility_id: UUID
    lines: int
    made_at: datetime
    made_by: str
    printed_at: datetime | None
    printed_by: str | None
    expires_on: date

    @property
    def mark(self) -> str:
        """Return what is printed on the sheet, so that its screen is found."""
        return str(self.id)[:8].upper()


@dataclass(frozen=True, slots=True)
class Made:
    """The sheets, in the order in which one walks, and how many contacts were left out, by rule."""

    sheets: Sequence[SheetView]
    refused: Mapping[str, int]
    unopened: int
    """How many do not open: their records were spoilt."""


def make_sheets(processing: Processing, wanted: Wanted) -> Made:
    """Give numbers to whoever may be visited in a place, door by door; no name is opened, and no address is kept.

    Raises Invalid for what is too large, Conflict where nobody may be visited.
    """
    _check(wanted)
    clear = {"commune": wanted.commune}
    clear |= {"polling_station": wanted.polling_station} if wanted.polling_station else {}
    turf = draw_turf(processing, clear, most=MOST)
    if turf.next is not None:
        message = f"more than {MOST} contacts live there: name a polling station"
        raise Invalid(message)
    doors = [*_doors(turf, {plain(one) for one in wanted.streets})]
    keys = open_person_keys(
        processing, [one for door in doors for one in door], Compartment.CONTACT, locked=True
    )  # Nobody on it is erased before it is kept.
    parts = [part for part in _parts([[one for one in door if one in keys] for door in doors], wanted.lines) if part]
    if not parts:
        message = "nobody may be visited there now"
        raise Conflict(message)
    rows = [
        _row(processing, wanted, turf, sheet, part) for sheet, part in zip(random_uuids(len(parts)), parts, strict=True)
    ]
    counts = {"person_key.read": len(keys), "sheet.insert": insert_sheets(processing, rows)}
    counts["sheet_line.insert"] = insert_lines(processing, [*_lines(processing, rows, parts)])
    known = [(person.bytes, key) for person, key in keys.items()]
    subjects = subject_references(processing.keys.active(_REFERENCE), known)
    processing.note(Note(event=Event.SHEET_MADE, counts=counts, subjects=sorted(subjects)))
    return Made([_view(row.__getitem__) for row in rows], _refused(turf), len(turf.unopened))


def list_sheets(
    processing: Processing, before: tuple[datetime, UUID] | None = None, limit: int = MOST_LISTED
) -> list[SheetView]:
    """Return a page of the sheets that may be printed and keyed in, those made last at the beginning."""
    processing.note(Note(event=Event.SHEET_LISTED, counts={}))
    return [_view(partial(getattr, row)) for row in sheets_of(processing, before, limit)]


def open_sheet(processing: Processing, sheet: UUID, *, locked: bool = False) -> SheetView:
    """Return a sheet within a processing that notes itself. Raises NotFound, SheetExpired."""
    row = find_sheet(processing, sheet, locked=locked)
    if row is None:
        message = "no such sheet in this campaign"
        raise NotFound(message)
    if row.expires_on < processing.today:
        message = "the day of this sheet is over: nothing of it can be keyed in any more"
        raise SheetExpired(message)
    return _view(partial(getattr, row))


def _view(value: Callable[[str], Any]) -> SheetView:
    return SheetView(**{name: value(name) for name in SheetView.__dataclass_fields__})


def _check(wanted: Wanted) -> None:
    if not (1 <= wanted.lines <= MOST_LINES and 1 <= wanted.days <= MOST_DAYS):
        message = f"a sheet has 1 to {MOST_LINES} lines and lives 1 to {MOST_DAYS} days"
        raise Invalid(message)


def _doors(turf: Turf, streets: set[str]) -> Iterator[list[PersonId]]:
    for door in turf.doorsteps:
        if not streets or plain(street_of(door.address)) in streets:
            yield [PersonId(one) for one in door.contacts]


def _parts(doors: Sequence[Sequence[PersonId]], most: int) -> Iterator[list[PersonId]]:
    """Cut what one walks by into sheets; a door stands on one sheet, unless it alone fills one."""
    part: list[PersonId] = []
    for door in doors:
        if part and len(part) + len(door) > most:
            yield part
            part = []
        part = [*part, *door]
        while len(part) > most:
            yield part[:most]
            part = part[most:]
    yield part


def _row(processing: Processing, wanted: Wanted, turf: Turf, sheet: UUID, part: Sequence[PersonId]) -> dict[str, Any]:
    return {
        "campaign_id": processing.campaign,
        "id": sheet,
        "commune": wanted.commune,
        "polling_station": wanted.polling_station,
        "purpose": processing.purpose,
        "eligibility_id": turf.answer.record,
        "lines": len(part),
        "made_at": processing.at,
        "made_by": processing.actor.id,
        "printed_at": None,
        "printed_by": None,
        "expires_on": processing.today + timedelta(days=wanted.days),
    }


def _lines(
    processing: Processing, rows: Sequence[Mapping[str, Any]], parts: Sequence[Sequence[PersonId]]
) -> Iterator[tuple[Any, ...]]:
    for row, part in zip(rows, parts, strict=True):
        for line, person in enumerate(part, 1):
            yield processing.campaign, row["id"], line, person


def _refused(turf: Turf) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in turf.answer.verdicts:
        if not one.answer.allowed:
            found[one.answer.rule] = found.get(one.answer.rule, 0) + one.size
    return found
