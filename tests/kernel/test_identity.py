"""Ids are random, wherever among all ids they are drawn."""

from itertools import pairwise
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from kernel.identity import EVERYWHERE, Stretch, random_uuids

HEADS = 1 << 48


@given(st.integers(0, HEADS - 1), st.integers(1, HEADS), st.integers(1, 50))
def test_ids_of_a_stretch_stand_in_it_and_are_random_all_the_same(start: int, length: int, count: int) -> None:
    stretch = Stretch(start, min(start + length, HEADS))
    drawn = random_uuids(count, stretch)
    assert all(stretch.start <= one.int >> 80 < stretch.end for one in drawn)
    assert {(one.version, one.variant) for one in drawn} == {(4, RFC_4122)}
    assert len({one.int & (1 << 62) - 1 for one in drawn}) == count, "the last 62 bits are never those of another"


def test_ids_are_drawn_everywhere_unless_told_otherwise() -> None:
    eighths = {one.int >> 125 for one in random_uuids(1_000)}
    assert eighths == set(range(8))


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=20))
def test_the_stretches_of_parts_that_follow_one_another_leave_nothing_out(lengths: list[int]) -> None:
    ends = [sum(lengths[: place + 1]) for place in range(len(lengths))]
    parts = [Stretch.of(end - length, end, ends[-1]) for end, length in zip(ends, lengths, strict=True)]
    assert parts[0].start == EVERYWHERE.start
    assert parts[-1].end == EVERYWHERE.end
    assert all(later.start <= one.end for one, later in pairwise(parts))
    assert all(one.start < one.end for one in parts)
