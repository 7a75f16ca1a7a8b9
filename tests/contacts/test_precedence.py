"""Whose word stands: the laws of the rule, and that contacts and imports obey it."""

from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.declare import NewOrigin, declare_origin
from contacts.precedence import Statement, Verdict, weigh
from contacts.record import Recorded, Result
from policy.draft import Origin
from tests.contacts.reading import amend, data, shown
from tests.factories import MANAGING, World, count, declared, marie, raw, record, recorded, supporter

OLD, NEW = date(2026, 5, 1), date(2026, 10, 1)
CASES = (
    ("another value of the person's, newer", ("a", True, OLD), ("b", True, NEW), Verdict.TAKEN),
    ("another value of the person's, older", ("a", True, NEW), ("b", True, OLD), Verdict.KEPT_NEWER),
    ("a tool against the person, newer", ("a", True, OLD), ("b", False, NEW), Verdict.KEPT_OWN),
    ("the person against a tool, older", ("a", False, NEW), ("b", True, OLD), Verdict.TAKEN),
    ("a tool against a tool, older", ("a", False, NEW), ("b", False, OLD), Verdict.KEPT_NEWER),
    ("two values of one day", ("a", False, NEW), ("b", False, NEW), Verdict.TAKEN),
    ("the same again", ("a", False, NEW), ("a", False, NEW), Verdict.SAME),
    ("the same, of a tool, newer", ("a", False, OLD), ("a", False, NEW), Verdict.SAME),
    ("the same, of the person, newer", ("a", True, OLD), ("a", True, NEW), Verdict.CONFIRMED),
    ("the same, of the person", ("a", False, NEW), ("a", True, OLD), Verdict.CONFIRMED),
    ("the same, of a tool after the person", ("a", True, OLD), ("a", False, NEW), Verdict.SAME),
)
statements = st.builds(
    Statement, st.sampled_from("abc"), st.booleans(), st.integers(0, 30).map(lambda days: OLD + timedelta(days))
)


@pytest.mark.parametrize(("held", "coming", "verdict"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_pair_of_statements_is_decided_one_way(
    held: tuple[str, bool, date], coming: tuple[str, bool, date], verdict: Verdict
) -> None:
    assert weigh(Statement(*held), Statement(*coming)) is verdict


def met(held: Statement | None, coming: Statement) -> Statement:
    """Return what is held once both met."""
    taken = held is None or weigh(held, coming) in {Verdict.TAKEN, Verdict.CONFIRMED}
    return coming if taken else held  # type: ignore[return-value]  # what is not taken met something


def said_once(one: Statement) -> object:
    """Tell apart what tools say by the value: one that they say again keeps its day, so that order decides of it."""
    return one.on if one.own else one.value


@given(
    st.lists(statements, min_size=1, max_size=8, unique_by=(lambda one: one.rank, said_once)),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_statements_of_different_ranks_come_in_decides_nothing_unless_a_tool_repeats_itself(
    said: list[Statement], random: object
) -> None:
    mixed = sorted(said, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert reduce(met, mixed, None) == reduce(met, said, None) == max(said, key=lambda one: one.rank)


@given(st.lists(statements, min_size=1, max_size=8))
def test_what_came_in_twice_changes_nothing_and_of_the_persons_words_the_last_of_the_newest_stands(
    said: list[Statement],
) -> None:
    held = reduce(met, said, None)
    assert held is not None
    assert weigh(held, held) is Verdict.SAME
    assert held.value == said[-1].value or held.rank > said[-1].rank
    best = max(one.rank for one in said)
    if any(one.own for one in said):
        assert held == [one for one in said if one.rank == best][-1]


def own_file(world: World, on: date) -> Origin:
    """Declare an earlier file of ours: a tool says what stands in it."""
    with world.register.open(world.actor, MANAGING) as processing:
        return declare_origin(processing, NewOrigin(kind="own_file", obtained_on=on, evidence={"own_act"}))


def test_contacts_keep_what_the_person_said_and_say_of_which_fields(world: World) -> None:
    own, tool = declared(world, OLD), own_file(world, NEW)
    name = (("last_name", "Dupont"), ("first_names", "Marie"), ("email", "marie@example.org"))
    (person,) = recorded(world, supporter(world, *name, ("profession", "soudeuse"), origin=own))
    (other,) = record(world, supporter(world, *name, ("profession", "retraitée"), origin=tool))
    assert (other.person, other.kept) == (person, (("profession", Verdict.KEPT_OWN),))
    assert ("profession", "soudeuse") in data(world, person)


def test_a_value_of_a_tool_that_the_person_says_too_becomes_theirs(world: World) -> None:
    tool, own = own_file(world, NEW), declared(world, OLD)
    name = (("last_name", "Dupont"), ("first_names", "Marie"), ("email", "marie@example.org"))
    (person,) = recorded(world, supporter(world, *name, ("profession", "soudeuse"), origin=tool))
    for origin in (own, tool, own):
        record(world, supporter(world, *name, ("profession", "soudeuse"), origin=origin))
    assert {(one.field, one.origin) for one in shown(world, person).data} == {
        (field, own.number) for field in ("last_name", "first_names", "email", "profession")
    }
    assert shown(world, person).revision == 2


def test_a_restricted_contact_is_never_merged_into_nor_released(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE contact SET restricted = true")
    again: list[Recorded] = record(world, marie(world))
    assert [one.result for one in again] == [Result.RESTRICTED]
    assert (count(world, "contact"), again[0].person) == (1, person)


def test_what_a_tool_sends_again_is_kept_no_longer_and_what_is_newly_obtained_or_said_is(world: World) -> None:
    names = (("last_name", "Dupont"), ("first_names", "Marie"), ("email", "marie@example.org"))
    known = supporter(world, *names, ("profession", "soudeuse"), origin=own_file(world, OLD))
    (person,) = recorded(world, known)
    held, tool = shown(world, person), own_file(world, NEW)
    assert held.due_on == date(2029, 5, 1)
    for again in (known, replace(known, data=names), replace(known, commune="75056")):
        (told,) = record(world, replace(again, origin=tool))
        now = shown(world, person)
        assert (told.person, now.due_on, set(now.data)) == (person, held.due_on, set(held.data))
    amend(world, person, shown(world, person).revision, replace(known, data=known.data, origin=tool, category=""))
    assert set(shown(world, person).data) == set(held.data), "nor what it sets again"
    record(world, replace(known, data=(*names, ("profession", "retraitée")), origin=tool))
    assert shown(world, person).due_on == date(2029, 10, 1), "a datum that was not held"
    record(world, replace(known, data=names, origin=declared(world, date(2026, 11, 20))))
    assert shown(world, person).due_on == date(2029, 11, 20), "the person's own word"
