"""The state machine, move by move: what is not in the table is refused."""

from itertools import product

import pytest

from kernel.errors import Invalid
from rights.course import ENDED, OPEN, TRANSITIONS, Act, NotNow, Standing, State, moved
from rights.reference import new_reference, read_reference, write_reference

MOVES = """
received           confirm   in_progress
received           doubt     awaiting_identity
received           ask       awaiting_details
received           extend    extended
received           grant     decided
received           refuse    refused
received           withdraw  withdrawn
received           link      linked
awaiting_identity  confirm   in_progress
awaiting_identity  complete  in_progress
awaiting_identity  refuse    refused
awaiting_identity  withdraw  withdrawn
awaiting_identity  link      linked
awaiting_details   confirm   in_progress
awaiting_details   doubt     awaiting_identity
awaiting_details   complete  in_progress
awaiting_details   extend    extended
awaiting_details   refuse    refused
awaiting_details   withdraw  withdrawn
awaiting_details   link      linked
in_progress        confirm   in_progress
in_progress        doubt     awaiting_identity
in_progress        ask       awaiting_details
in_progress        extend    extended
in_progress        grant     decided
in_progress        refuse    refused
in_progress        withdraw  withdrawn
in_progress        link      linked
extended           confirm   in_progress
extended           doubt     awaiting_identity
extended           ask       awaiting_details
extended           grant     decided
extended           refuse    refused
extended           withdraw  withdrawn
extended           link      linked
decided            answer    answered
answered           close     closed
refused            close     closed
withdrawn          close     closed
linked             close     closed
"""
TABLE = {(State(before), Act(act)): State(after) for before, act, after in map(str.split, MOVES.strip().splitlines())}


def standing(state: State, **more: bool) -> Standing:
    told = {"identified": True, "at_once": False, "may_extend": True} | more
    return Standing(state=state, **told)


def test_every_move_of_the_table_is_made_and_no_other() -> None:
    assert dict(TRANSITIONS) == TABLE
    for state, act in product(State, Act):
        if (state, act) in TABLE:
            assert moved(standing(state), act) is TABLE[state, act]
        else:
            with pytest.raises(NotNow):
                moved(standing(state), act)


def test_nothing_leads_out_of_a_closed_file_and_every_state_leads_to_it() -> None:
    assert not [act for state, act in TRANSITIONS if state is State.CLOSED]
    reached, before = {State.CLOSED}, 0
    while len(reached) != before:
        before = len(reached)
        reached |= {state for (state, _), after in TRANSITIONS.items() if after in reached}
    assert reached == set(State)
    assert OPEN | ENDED | {State.CLOSED} == set(State)


def test_nothing_is_granted_to_somebody_unknown_but_what_takes_effect_at_once() -> None:
    with pytest.raises(NotNow, match="identity"):
        moved(standing(State.RECEIVED, identified=False), Act.GRANT)
    assert moved(standing(State.RECEIVED, identified=False, at_once=True), Act.GRANT) is State.DECIDED


def test_a_request_is_put_off_only_where_it_may_be_and_stays_so() -> None:
    with pytest.raises(NotNow, match="put off"):
        moved(standing(State.IN_PROGRESS, may_extend=False), Act.EXTEND)
    assert moved(standing(State.AWAITING_IDENTITY, extended=True), Act.CONFIRM) is State.EXTENDED
    assert moved(standing(State.EXTENDED, extended=True), Act.CONFIRM) is State.EXTENDED
    assert moved(standing(State.AWAITING_DETAILS, extended=True), Act.COMPLETE) is State.EXTENDED
    assert moved(standing(State.AWAITING_DETAILS, identified=False), Act.COMPLETE) is State.RECEIVED


def test_a_reference_is_read_however_it_was_typed_and_a_slip_is_seen() -> None:
    assert write_reference(0) == "DR-0000-0000"
    for reference in (write_reference(0b01101_11000 << 25), *(new_reference() for _ in range(50))):
        plain = reference.replace("-", "")
        for typed in (reference, plain.lower(), plain[2:], f"  {reference[3:].replace('-', ' ')} "):
            assert read_reference(typed) == reference
        for place in range(3, len(reference)):
            if reference[place] != "-":
                wrong = "Z" if reference[place] != "Z" else "Y"
                with pytest.raises(Invalid):
                    read_reference(reference[:place] + wrong + reference[place + 1 :])
    for nothing in ("", "DR", "DR-1234-567", "DR-1234-56789", "é" * 8, "DR-****-****"):
        with pytest.raises(Invalid):
            read_reference(nothing)
    assert read_reference("DR-OOOO-oooo") == "DR-0000-0000"
