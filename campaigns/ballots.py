"""The states of an election and the steps between them: pure, with the days that retention reads afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kernel.errors import Conflict, Invalid


class State(StrEnum):
    """Where an election is."""

    CALLED = "called"
    ROUND_1 = "round_1"
    ROUND_2 = "round_2"
    DECIDED = "decided"
    CONTESTED = "contested"
    ANNULLED = "annulled"


STEPS: Mapping[State, frozenset[State]] = {
    State.CALLED: frozenset({State.ROUND_1, State.ANNULLED}),
    State.ROUND_1: frozenset({State.ROUND_2, State.DECIDED, State.ANNULLED}),
    State.ROUND_2: frozenset({State.DECIDED, State.ANNULLED}),
    State.DECIDED: frozenset({State.CONTESTED}),
    State.CONTESTED: frozenset({State.DECIDED, State.ANNULLED}),
    State.ANNULLED: frozenset(),
}
"""A ballot held again after an annulment is another election."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """An election's state, its rounds, and the day of its last step; none before the first."""

    state: State
    first_round: date
    second_round: date | None
    changed_on: date | None


def step(ballot: Ballot, state: State, on: date, *, today: date) -> Ballot:
    """Take an election one step on. Rounds get the day on which they were held.

    Decided at the first round, it has no second one: what hangs on the last round falls due at the first. Raises
    Conflict for a step that does not follow, Invalid for a day that cannot be.
    """
    if state not in STEPS[ballot.state]:
        message = f"an election that is {ballot.state} does not become {state}"
        raise Conflict(message)
    if on > today or (ballot.changed_on is not None and on < ballot.changed_on):
        message = "a step of an election has its day, not before the last step and not to come"
        raise Invalid(message)
    moved = replace(ballot, state=state, changed_on=on)
    if state is State.ROUND_1:
        return _with_first_round(moved, on)
    if state is State.ROUND_2:
        return _with_second_round(moved, on)
    if state is State.DECIDED and ballot.state is State.ROUND_1:
        return replace(moved, second_round=None)
    return moved


def _with_first_round(ballot: Ballot, on: date) -> Ballot:
    if ballot.second_round is not None and on >= ballot.second_round:
        message = "the second round comes after the first"
        raise Invalid(message)
    return replace(ballot, first_round=on)


def _with_second_round(ballot: Ballot, on: date) -> Ballot:
    if on <= ballot.first_round:
        message = "the second round comes after the first"
        raise Invalid(message)
    return replace(ballot, second_round=on)
