"""The states of an election: which step follows which, and what retention reads afterwards."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.ballots import STEPS, Ballot, State, step
from kernel.errors import Conflict, Invalid

FIRST, SECOND = date(2027, 3, 14), date(2027, 3, 21)
TODAY = date(2027, 6, 1)
CALLED = Ballot(state=State.CALLED, first_round=FIRST, second_round=SECOND, changed_on=None)


def test_decided_at_the_first_round_there_is_no_second() -> None:
    held = step(CALLED, State.ROUND_1, FIRST, today=TODAY)
    assert held.second_round == SECOND
    assert step(held, State.DECIDED, FIRST, today=TODAY).second_round is None


def test_decided_at_the_second_round_both_stand_on_the_days_they_were_held() -> None:
    held = step(replace(CALLED, second_round=None), State.ROUND_1, FIRST + timedelta(days=7), today=TODAY)
    again = step(held, State.ROUND_2, FIRST + timedelta(days=14), today=TODAY)
    decided = step(again, State.DECIDED, FIRST + timedelta(days=15), today=TODAY)
    assert (decided.first_round, decided.second_round) == (date(2027, 3, 21), date(2027, 3, 28))


def test_a_contested_election_is_confirmed_or_annulled_and_an_annulled_one_is_over() -> None:
    decided = replace(CALLED, state=State.DECIDED, changed_on=SECOND)
    contested = step(decided, State.CONTESTED, SECOND, today=TODAY)
    assert step(contested, State.DECIDED, TODAY, today=TODAY).state is State.DECIDED
    annulled = step(contested, State.ANNULLED, TODAY, today=TODAY)
    for state in State:
        with pytest.raises(Conflict):
            step(annulled, state, TODAY, today=TODAY)


@pytest.mark.parametrize(
    ("ballot", "state", "on"),
    [
        (CALLED, State.ROUND_1, TODAY + timedelta(days=1)),
        (CALLED, State.ROUND_1, SECOND),
        (replace(CALLED, state=State.ROUND_1, changed_on=FIRST), State.DECIDED, FIRST - timedelta(days=1)),
        (replace(CALLED, state=State.ROUND_1, changed_on=FIRST), State.ROUND_2, FIRST),
    ],
    ids=["to come", "at the second round", "before the last step", "both rounds on one day"],
)
def test_a_step_has_a_day_that_can_be(ballot: Ballot, state: State, on: date) -> None:
    with pytest.raises(Invalid):
        step(ballot, state, on, today=TODAY)


@given(st.sampled_from(State), st.sampled_from(State))
def test_only_what_follows_follows(before: State, after: State) -> None:
    ballot = replace(CALLED, state=before, second_round=None)
    if after in STEPS[before]:
        day = FIRST + timedelta(days=7)
        assert step(ballot, after, day, today=TODAY).state is after
    else:
        with pytest.raises(Conflict):
            step(ballot, after, TODAY, today=TODAY)
