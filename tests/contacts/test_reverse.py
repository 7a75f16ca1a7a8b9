"""Changes that are taken back leave what was there before, and whatever somebody else brought meanwhile."""

from hypothesis import given
from hypothesis import strategies as st

from contacts.journal.reverse import Reversed, Step, Tally
from crypto.record import Field

SINGLE, MANY = 1, 2
values = st.sampled_from([b"a", b"b", b"c"])
changes = st.lists(st.tuples(st.sampled_from([SINGLE, MANY]), values, st.booleans()), max_size=10)
"""Field, value, and whether it is the import that brings it: each comes from a source of its own."""


def come(held: list[Field], one: Field) -> tuple[list[Field], Step]:
    """Bring a value in as merging does: a single field is replaced, an equal value takes the new source."""
    gone = [each for each in held if each.code == one.code and (one.code == SINGLE or each.value == one.value)]
    return [each for each in held if each not in gone] + [one], Step("regular", tuple(gone), (one,), {})


@given(changes, changes)
def test_what_one_import_did_is_taken_back_and_nothing_else(
    before: list[tuple[int, bytes, bool]], meanwhile: list[tuple[int, bytes, bool]]
) -> None:
    held: list[Field] = []
    for number, (code, value, _) in enumerate(before):
        held, _ = come(held, Field(code, number, 1, value))
    first, steps, others = sorted(held), [], set[Field]()
    for number, (code, value, ours) in enumerate(meanwhile, start=100):
        one = Field(code, number, 1, value)
        held, step = come(held, one)
        if ours:
            steps.append(step)
        else:
            others.add(one)
    after = list(held)
    kept = Reversed(list(held), {})
    tallies = [kept.take_back(step) for step in reversed(steps)]
    if not others:
        assert sorted(kept.held) == first
    assert all(one in kept.held for one in after if one in others)
    came = {one for step in steps for one in step.came}
    assert not came & set(kept.held)
    assert all(min(tally) >= 0 for tally in tallies)
    assert [kept.take_back(step) for step in reversed(steps)] == [Tally(left=1)] * len(steps), "twice changes nothing"


def test_columns_return_where_they_are_as_the_import_left_them() -> None:
    step = Step("regular", (), (), {"commune": ("75056", "69123"), "due_on": (None, "2027-01-01")}, (3,))
    kept = Reversed([], {"commune": "69123", "due_on": "2028-01-01"}, {1})
    assert kept.take_back(step) == Tally()
    assert (kept.clear, kept.tags) == ({"commune": "75056", "due_on": "2028-01-01"}, {1, 3})
