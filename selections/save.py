"""Save a selection once it was judged; list and remove the saved ones."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.elections import list_elections
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import random_uuid
from policy.findings import Refusal
from policy.selection import AGE, CLEAR, Clause, may_match, selection_findings
from selections.matching import check_pattern
from selections.store import all_selections, delete_selection, insert_selection

MOST = 200
"""How many selections a campaign may keep."""
MOST_CLAUSES = 20
_OLDEST = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionView:
    """A saved selection."""

    id: UUID
    name: str
    purpose: str
    clauses: tuple[Clause, ...]
    created_at: datetime


def save_selection(processing: Processing, name: str, clauses: Sequence[Clause]) -> UUID:
    """Keep a selection for the declared purpose; return its id.

    Raises Refusal, naming clause and article; Invalid for a clause that has no meaning; Conflict for a name in use.
    """
    judge_selection(processing, clauses)
    saved = all_selections(processing)
    if any(row.name == name for row in saved):
        raise Conflict("a selection of this name is saved already")
    if len(saved) >= MOST:
        raise Conflict(f"a campaign keeps {MOST} selections at most: remove some")
    selection = random_uuid()
    values = {
        "campaign_id": processing.campaign,
        "id": selection,
        "name": name,
        "purpose": processing.purpose,
        "clauses": json.dumps([asdict(one) for one in clauses], ensure_ascii=False),
        "created_at": processing.at,
    }
    insert_selection(processing, values)
    processing.note(Note(event=Event.SELECTION_SAVED, counts={"selection.insert": 1}))
    return selection


def judge_selection(processing: Processing, clauses: Sequence[Clause]) -> None:
    """Raise Refusal for what the law closes, Invalid for what has no meaning; before keeping, and before each run."""
    if not 0 < len(clauses) <= MOST_CLAUSES:
        raise Invalid(f"a selection has 1 to {MOST_CLAUSES} clauses")
    second = [one.second_round for one in list_elections(processing)]
    to_come = any(day is not None and day >= processing.today for day in second)
    findings = selection_findings(processing.reader, processing.purpose, clauses, second_round_to_come=to_come)
    if findings:
        raise Refusal(findings)
    for one in clauses:
        _check(one)


def list_selections(processing: Processing) -> list[SelectionView]:
    """Return the saved selections, the oldest first."""
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return [_view(row) for row in all_selections(processing)]


def find_selection(processing: Processing, selection: UUID) -> SelectionView:
    """Return a saved selection; it tells of nobody. Raises NotFound."""
    for row in all_selections(processing):
        if row.id == selection:
            return _view(row)
    raise NotFound("no such selection in this campaign")


def remove_selection(processing: Processing, selection: UUID) -> None:
    """Remove a saved selection. Raises NotFound."""
    if not delete_selection(processing, selection):
        raise NotFound("no such selection in this campaign")
    processing.note(Note(event=Event.SELECTION_REMOVED, counts={"selection.delete": 1}))


def _check(clause: Clause) -> None:
    one = len(clause.values) == 1
    if not clause.values or (clause.operator != "in" and not one):
        raise Invalid("only in takes several values, and every clause takes one")
    if clause.operator == "matches":
        if not may_match(clause.field):
            raise Invalid("a pattern is for parts of an address, professions, themes, events and own fields")
        check_pattern(clause.values[0])
    if clause.operator in {"from", "to"} and (clause.field != AGE or not _is_age(clause.values[0])):
        raise Invalid(f"from and to are years of age, up to {_OLDEST}")
    if clause.field in CLEAR and clause.operator not in {"is", "in"}:
        raise Invalid("category, commune, polling station and tag are compared with is or in")
    if clause.field == AGE and clause.operator not in {"from", "to"}:
        raise Invalid("an age is from or to so many years")


def _is_age(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= _OLDEST


def _view(row: Any) -> SelectionView:  # noqa: ANN401 - a row
    clauses = tuple(Clause(one["field"], one["operator"], tuple(one["values"])) for one in json.loads(row.clauses))
    return SelectionView(id=row.id, name=row.name, purpose=row.purpose, clauses=clauses, created_at=row.created_at)
