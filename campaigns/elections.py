"""A campaign's elections: their states, and the rounds after which data leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.ballots import Ballot, State, step
from campaigns.store import (
    ELECTION,
    ELECTION_CHANGE,
    ask_elections,
    change_rows,
    find_election,
    insert_row,
    rows_of,
)
from kernel.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Rounds:
    """The days of an election: the last one, the second where there is one, and the first."""

    final: date | None
    second: date | None
    first: date | None = None


@dataclass(frozen=True, slots=True)
class ElectionView:
    """An election of the campaign."""

    id: UUID
    title: str
    first_round: date
    second_round: date | None
    type: str | None
    state: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ElectionChange:
    """A step that an election took, and its day."""

    election: UUID
    state: str
    changed_on: date


def rounds_of(processing: Processing, election: UUID | None) -> Rounds:
    """Return the rounds of an election, none for none. Raises NotFound."""
    if election is None:
        return Rounds(None, None)
    row = find_election(processing, election)
    if row is None:
        message = "no such election in this campaign"
        raise NotFound(message)
    return Rounds(row.second_round or row.first_round, row.second_round, row.first_round)


def list_elections(processing: Processing) -> list[ElectionView]:
    """Return the campaign's elections, the soonest first."""
    return ask_election_views(processing)()


def ask_election_views(processing: Processing) -> Callable[[], list[ElectionView]]:
    """Ask for the campaign's elections, the soonest first."""
    rows = ask_elections(processing)
    return lambda: [_view(row) for row in rows()]


def list_election_changes(processing: Processing) -> list[ElectionChange]:
    """Return every step of the campaign's elections."""
    rows = rows_of(processing, ELECTION_CHANGE, ELECTION_CHANGE.c.recorded_at)
    return [ElectionChange(row.election_id, row.state, row.changed_on) for row in rows]


def change_election(processing: Processing, election: UUID, state: State, on: date) -> ElectionView:
    """Take an election to its next state, as of a day; return what it is now. Raises NotFound, Conflict, Invalid."""
    row = find_election(processing, election)
    if row is None:
        message = "no such election in this campaign"
        raise NotFound(message)
    before = Ballot(
        state=State(row.state), first_round=row.first_round, second_round=row.second_round, changed_on=row.changed_on
    )
    after = step(before, state, on, today=processing.today)
    values = {name: getattr(after, name) for name in ("state", "first_round", "second_round", "changed_on")}
    if change_rows(processing, ELECTION, values, id=election, state=row.state) != 1:
        message = "the election was changed by somebody else meanwhile"
        raise Conflict(message)
    number = 1 + sum(one.election == election for one in list_election_changes(processing))
    told = {"election_id": election, "number": number, "state": state, "changed_on": on}
    insert_row(processing, ELECTION_CHANGE, {**told, "recorded_at": processing.at})
    counts = {"election.update": 1, "election_change.insert": 1}
    processing.note(Note(event=Event.ELECTION_CHANGED, counts=counts, free={"state": state, "on": on.isoformat()}))
    return ElectionView(election, row.title, after.first_round, after.second_round, row.type, after.state, _places(row))


def _view(row: Any) -> ElectionView:  # noqa: ANN401 - a row
    return ElectionView(row.id, row.title, row.first_round, row.second_round, row.type, row.state, _places(row))


def _places(row: Any) -> tuple[str, ...]:  # noqa: ANN401 - a row
    return tuple(row.places.split())
