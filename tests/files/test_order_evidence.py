"""What an order proves: counted where it can be, never overstated where it is not."""

import math
import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.order_evidence import EXACT, chance_of, rising


@pytest.mark.parametrize("rows", range(7))
def test_the_chance_is_what_counting_every_order_says(rows: int) -> None:
    every = [rising([bytes([one]) for one in order]) for order in permutations(range(rows))]
    for risen in range(max(rows, 1)):
        assert chance_of(risen, rows) == pytest.approx(sum(one >= risen for one in every) / len(every))


def test_few_rows_prove_little_and_many_prove_all() -> None:
    assert [round(1 / chance_of(rows - 1, rows)) for rows in (1, 2, 3, 6)] == [1, 2, 6, 720]
    assert chance_of(999, 1_000) < 1e-100
    assert chance_of(EXACT - 1, EXACT) > 0
    assert chance_of(19_999, 20_000) > 0


@given(st.integers(25, 60), st.data())
def test_the_bound_stands_above_what_counting_says(rows: int, data: st.DataObject) -> None:
    risen = data.draw(st.integers(rows // 2 + 1, rows - 1))
    bound = math.exp(-2 * (risen - rows / 2) ** 2 / rows)
    assert chance_of(risen, rows) <= bound
    assert chance_of(EXACT, 2 * EXACT) == 1.0


@given(st.integers(20, 400), st.integers(0, 99))
def test_an_order_kept_in_part_rises_everywhere(rows: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - which rows a leak has lost
    places = sorted(chance.randbytes(16) for _ in range(rows))
    kept = sorted(chance.sample(places, rows // 2))
    assert rising(places) == rows - 1
    assert rising(kept) == len(kept) - 1
    assert chance_of(rising(kept), len(kept)) < 1e-6
    assert chance_of(rising(places), rows) < 1e-12
