"""Key in what came of a sheet: a number and a letter for each line, at the time at which it truly was.

An objection holds from the commit on. A line that cannot be kept says so, and takes no other with it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.incoming import let_in, let_nobody_in
from eligibility.happened import record_happened
from kernel.errors import Invalid
from kernel.identity import PersonId
from outreach.record import AHEAD, NewInteraction
from outreach.words import EFFECTS, Effect, Kind
from sheets.make import MOST_LINES, SheetView, open_sheet
from sheets.newcomers import Asking, Newcomer, ask_newcomers
from sheets.notes import DoorNote, NoteAnswer, keep_notes
from sheets.outcomes import KeyedLine, zone_of
from sheets.store import lines_of, mark_lines

MOST_NEWCOMERS = 20


class LineResult(StrEnum):
    """What became of a line that was keyed in."""

    RECORDED = "recorded"
    ALREADY = "already"
    """The same was keyed in of the same day before."""
    UNKNOWN = "unknown_line"
    """The sheet has no such line, or whom it meant was erased."""
    REPEATED = "repeated"
    """The line stands twice in what was sent: the first one counts."""
    TO_COME = "to_come"
    BEFORE_SHEET = "before_sheet"
    """The visit would have been before the sheet was made."""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What became of a line, what a refusal comes to in law, and what became of its note."""

    line: int
    result: LineResult
    effect: Effect | None = None
    note: NoteAnswer | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """What became of each line, in order, and of each newcomer: the fields to be filled in otherwise."""

    lines: Sequence[LineAnswer]
    newcomers: Sequence[tuple[str, ...]] = ()


_NOTED = frozenset({LineResult.RECORDED, LineResult.ALREADY})


def key_in(
    processing: Processing,
    sheet: UUID,
    lines: Sequence[KeyedLine],
    newcomers: Sequence[Newcomer] = (),
    asking: Asking | None = None,
) -> Keyed:
    """Record what came of visits, objections first of all, and ask newcomers to confirm.

    Raises NotFound, SheetExpired; Invalid for more lines than a sheet has.
    """
    if len(lines) > MOST_LINES or len(newcomers) > MOST_NEWCOMERS:
        message = f"at most {MOST_LINES} lines and {MOST_NEWCOMERS} newcomers at once"
        raise Invalid(message)
    if any(EFFECTS.get(one.outcome) is Effect.OBJECTION for one in lines):
        let_nobody_in(processing)
    elif any(one.note for one in lines):
        let_in(processing)
    view = open_sheet(processing, sheet, locked=True)
    rows = {row.line: row for row in lines_of(processing, sheet)}
    results = _results(processing, view, rows, lines)
    recorded = [one for one, result in zip(lines, results, strict=True) if result is LineResult.RECORDED]
    _record(processing, view, rows, recorded)
    counts = {"sheet_line.read": len(rows), "sheet_line.update": _mark(processing, sheet, recorded)}
    processing.note(Note(event=Event.SHEET_KEYED, counts=counts))
    noted = {
        one.line: DoorNote(
            rows[one.line], one.note, one.at.astimezone(zone_of(processing.edition, view.commune)).date()
        )
        for one, result in zip(lines, results, strict=True)
        if one.note and result in _NOTED
    }
    notes = keep_notes(processing, noted)
    asked = ask_newcomers(processing, newcomers, asking, since=_since(view)) if asking is not None else []
    _note_rest(processing)
    return Keyed([_answer(one, result, notes) for one, result in zip(lines, results, strict=True)], asked)


def _results(
    processing: Processing, view: SheetView, rows: Mapping[int, Any], lines: Sequence[KeyedLine]
) -> list[LineResult]:
    seen: set[int] = set()
    found = []
    for one in lines:
        found.append(LineResult.REPEATED if one.line in seen else _result(processing, view, rows.get(one.line), one))
        seen.add(one.line)
    return found


def _result(processing: Processing, view: SheetView, row: Any, one: KeyedLine) -> LineResult:  # noqa: ANN401 - a row
    if row is None:
        return LineResult.UNKNOWN
    if one.at > processing.at + AHEAD:
        return LineResult.TO_COME
    if one.at < _since(view):
        return LineResult.BEFORE_SHEET
    return LineResult.ALREADY if _is_same(processing, view, row, one) else LineResult.RECORDED


def _since(view: SheetView) -> datetime:
    """Return since when the sheet was there, in minutes, as hours are written."""
    return view.made_at.replace(second=0, microsecond=0)


def _is_same(processing: Processing, view: SheetView, row: Any, one: KeyedLine) -> bool:  # noqa: ANN401 - a row
    if row.outcome != one.outcome:
        return False
    zone = zone_of(processing.edition, view.commune)
    return bool(row.visited_at.astimezone(zone).date() == one.at.astimezone(zone).date())


def _mark(processing: Processing, sheet: UUID, recorded: Sequence[KeyedLine]) -> int:
    alike: dict[tuple[str, datetime], list[int]] = {}
    for one in recorded:
        alike.setdefault((one.outcome.value, one.at), []).append(one.line)
    return sum(mark_lines(processing, sheet, some, outcome, at) for (outcome, at), some in alike.items())


def _record(processing: Processing, view: SheetView, rows: Mapping[int, Any], recorded: Sequence[KeyedLine]) -> None:
    """Record visits; whoever is not to be visited any more has objected, and is refused here at once."""
    visits = [
        NewInteraction(
            contact=PersonId(rows[one.line].contact_id),
            kind=Kind.VISIT,
            at=one.at,
            outcome=one.outcome,
            eligibility=view.eligibility_id,
        )
        for one in recorded
    ]
    if not visits:
        return
    record_happened(processing, visits)


def _note_rest(processing: Processing) -> None:
    """Tell of rows that were read for what came to nothing: a newcomer whose form is to be filled in otherwise."""
    told: Counter[str] = Counter()
    for note in processing.notes:
        told.update(note.counts)
    rest = {name: rows - told[name] for name, rows in processing.reads().items() if rows > told[name]}
    processing.note_also(rest, place=0)


def _answer(one: KeyedLine, result: LineResult, notes: Mapping[int, NoteAnswer]) -> LineAnswer:
    effect = EFFECTS.get(one.outcome) if result in _NOTED else None
    return LineAnswer(one.line, result, effect, notes.get(one.line) if result in _NOTED else None)
