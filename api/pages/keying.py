"""The screen on which a sheet is keyed in: twenty numbers at a time, a touch for each, and what came of them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.responses import Response

from api.pages.shift import Shift, address, say
from api.pages.visit import form_of
from outreach.words import Outcome
from policy.findings import Finding
from sheets.key_in import LineAnswer, LineResult, key_in
from sheets.lines import LineView, show_lines
from sheets.make import SheetView
from sheets.notes import Kept
from sheets.outcomes import LABELS, LETTERS, KeyedLine, zone_of

PART = 20
"""How many lines one page shows."""
_FIELDS = 4 * PART + 10
_LONGEST = 4_000
_LINE = re.compile(r"o([1-9][0-9]{0,2})")
_NOTE = re.compile(r"n([1-9][0-9]{0,2})")
_CLOCK = re.compile(r"\d{2}:\d{2}")
_FAULTS = frozenset({LineResult.UNKNOWN, LineResult.REPEATED, LineResult.TO_COME, LineResult.BEFORE_SHEET})


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page brought: the day, the hour, and what was touched of each line."""

    day: str
    hour: str
    first: int
    touched: Mapping[int, Outcome]
    notes: Mapping[int, str] = field(repr=False)
    hours: Mapping[int, str]

    def lines(self, zone: ZoneInfo) -> list[KeyedLine] | None:
        """Return the lines touched, at their own times; None where day or hour are none."""
        found = []
        for line, outcome in self.touched.items():
            at = instant_typed(self.day, self.hours.get(line) or self.hour, zone)
            if at is None:
                return None
            found.append(KeyedLine(line=line, outcome=outcome, at=at, note=self.notes.get(line, "")))
        return found

    @property
    def loose(self) -> list[int]:
        """Return the lines of which a note was written and nothing touched: the note is not kept."""
        return sorted(self.notes.keys() - self.touched.keys())


def typed_of(shift: Shift) -> Typed:
    """Read what the page brought; what is no line and no letter is left out."""
    form = {name: values[0].strip() for name, values in form_of(shift.visit.request, _FIELDS).items()}
    numbers = {int(found[1]): form[name].lower() for name in form if (found := _LINE.fullmatch(name))}
    touched = {line: LETTERS[letter] for line, letter in sorted(numbers.items()) if letter in LETTERS}
    first = form.get("from", "")
    return Typed(
        day=form.get("day", "")[:10],
        hour=form.get("hour", "")[:5],
        first=int(first) if first.isdecimal() and len(first) < len("1000") else 1,
        touched=touched,
        notes={
            int(found[1]): text[:_LONGEST] for name, text in form.items() if text and (found := _NOTE.fullmatch(name))
        },
        hours={line: form[f"h{line}"][:5] for line in touched if form.get(f"h{line}")},
    )


def show_page(shift: Shift, sheet: UUID, first: int) -> Response:
    """Show the lines of a sheet from a number on, at the hour that it is there."""
    with shift.open() as processing:
        view, lines = show_lines(processing, sheet)
        now = processing.at.astimezone(zone_of(processing.edition, view.commune))
    typed = Typed(f"{now:%Y-%m-%d}", f"{now:%H:%M}", first, {}, {}, {})
    return _page(shift, view, lines, typed, ())


def take_page(shift: Shift, sheet: UUID) -> Response:
    """Key in what was touched, and show what came of it; what is to be said otherwise stays on the page."""
    typed = typed_of(shift)
    with shift.open() as processing:
        view, lines = show_lines(processing, sheet)
        told = typed.lines(zone_of(processing.edition, view.commune))
        answers = key_in(processing, sheet, told).lines if told else ()
    if not told:
        fault = {"day": "fault_when"} if told is None else {"day": "fault_nothing"}
        return _page(shift, view, lines, typed, (), fault=fault)
    with shift.open() as processing:
        view, lines = show_lines(processing, sheet)
    return _page(shift, view, lines, typed, answers)


def instant_typed(day: str, hour: str, zone: ZoneInfo) -> datetime | None:
    """Return the instant of a day and an hour as a page brings them; None where they are none."""
    try:
        clock = time.fromisoformat(hour) if _CLOCK.fullmatch(hour) else None
        return None if clock is None else datetime.combine(date.fromisoformat(day), clock, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _page(
    shift: Shift,
    view: SheetView,
    lines: Sequence[LineView],
    typed: Typed,
    answers: Sequence[LineAnswer],
    *,
    fault: Mapping[str, str] | None = None,
) -> Response:
    said = say(shift.visit, "door_key")
    wrong = {one.line: one for one in answers if _is_wrong(one)}
    faults = {name: said[word] for name, word in (fault or {}).items()}
    named = {line: _fault(said, one) for line, one in wrong.items()} | dict.fromkeys(typed.loose, said["fault_letter"])
    faults |= {f"line-{line}": f"{said['line']} {line} : {text}" for line, text in sorted(named.items())}
    here = [one for one in lines if typed.first <= one.line < typed.first + PART]
    kept = typed.touched if fault else {line: typed.touched[line] for line in wrong}
    return shift.page(
        "door_key.html",
        "door_key",
        422 if fault else 200,
        view=view,
        day=typed.day,
        hour=typed.hour,
        first=typed.first,
        faults=faults,
        done=[*_told(said, answers)],
        lines=[
            _line(shift, one, kept, typed, wrong.get(one.line)) | {"fault": named.get(one.line, "")} for one in here
        ],
        letters=[(letter, _label(shift, outcome)) for letter, outcome in LETTERS.items()],
        parts=_parts(shift, view, typed.first),
        person=address(shift.visit, f"/feuille/{view.id}/personne"),
        home=address(shift.visit),
        out=address(shift.visit, "/sortir"),
        action=address(shift.visit, f"/feuille/{view.id}"),
    )


def _line(
    shift: Shift, one: LineView, kept: Mapping[int, Outcome], typed: Typed, answer: LineAnswer | None
) -> dict[str, Any]:
    note = answer.note if answer is not None else None
    letters = {outcome: letter for letter, outcome in LETTERS.items()}
    outcome = kept.get(one.line)
    is_taken = one.line in typed.touched and outcome is None
    unread = "" if is_taken else typed.notes.get(one.line, "")  # Nobody screened it: its author has it back.
    return {
        "line": one.line,
        "before": None if one.outcome is None else _label(shift, one.outcome),
        "letter": None if outcome is None else letters[outcome],
        "note": (note.rewrite or "") if note else unread,
        "hour": typed.hours.get(one.line, "") if outcome is not None else "",
        "neutral": list(note.neutral_fr or [_advice(shift, text) for text in note.findings]) if note else [],
    }


def _advice(shift: Shift, finding: Finding) -> str:
    return finding.advice_fr if shift.visit.language == "fr" else finding.advice_en


def _label(shift: Shift, outcome: Outcome) -> str:
    told = LABELS[outcome]
    return told.fr if shift.visit.language == "fr" else told.en


def _is_wrong(one: LineAnswer) -> bool:
    return one.result in _FAULTS or (one.note is not None and one.note.kept in {Kept.REFUSED, Kept.RESTRICTED})


def _fault(said: Mapping[str, str], one: LineAnswer) -> str:
    if one.result in _FAULTS:
        return said[f"fault_{one.result}"]
    return said["fault_restricted" if one.note is not None and one.note.kept is Kept.RESTRICTED else "fault_refused"]


def _told(said: Mapping[str, str], answers: Sequence[LineAnswer]) -> Iterator[str]:
    """Say in numbers what came of the lines."""
    counted = Counter(one.result for one in answers)
    notes = Counter(one.note.kept for one in answers if one.note is not None)
    numbers = (
        (counted[LineResult.RECORDED], "recorded"),
        (counted[LineResult.ALREADY], "already"),
        (sum(one.effect is not None for one in answers), "objections"),
        (notes[Kept.KEPT], "notes"),
        (notes[Kept.HELD], "held"),
    )
    return (f"{said[word]} {number}" for number, word in numbers if number)


def _parts(shift: Shift, view: SheetView, first: int) -> list[dict[str, Any]]:
    """Return the parts of a sheet that one page does not hold."""
    if view.lines <= PART:
        return []
    return [
        {
            "text": f"{begin} - {min(begin + PART - 1, view.lines)}",
            "address": f"{address(shift.visit, f'/feuille/{view.id}')}&from={begin}",
            "here": begin == first,
        }
        for begin in range(1, view.lines + 1, PART)
    ]
