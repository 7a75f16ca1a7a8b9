"""Contacts counted by territory: small cells are neither told nor reckoned."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.cells import Cell, count_cells, told
from contacts.restrict import RestrictionGround, restrict_contacts
from policy.load import load
from tests.factories import MANAGING, NOW, World, opened_world, recorded, voter

MINIMUM = load("france", NOW.date()).cell_minimum


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def counted(world: World) -> list[tuple[str, str | None, int]]:
    with world.register.open(world.actor, MANAGING) as processing:
        found = [*count_cells(processing, "commune"), *count_cells(processing, "polling_station")]
    return [(one.commune, one.polling_station, one.contacts) for one in found]


def test_small_cells_and_those_who_may_not_be_used_are_not_told(world: World) -> None:
    assert MINIMUM == 10
    first = recorded(world, *(voter(world, number) for number in range(MINIMUM)))
    assert counted(world) == [("75056", None, MINIMUM), ("75056", "0001", MINIMUM)]
    more = [replace(voter(world, 100 + number), polling_station="0002") for number in range(MINIMUM - 1)]
    recorded(world, *more)
    # With the commune's sum, the station that is large enough would tell of the one that is not.
    assert counted(world) == [("75056", None, 2 * MINIMUM - 1)]
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, first, RestrictionGround.ACCURACY_CONTESTED)
    assert counted(world) == []


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(0, 12))
def test_what_is_not_told_of_a_commune_is_nothing_or_as_much_as_the_minimum(sizes: list[int], nowhere: int) -> None:
    cells = [Cell("75056", f"{number:04}", size) for number, size in enumerate(sizes)]
    cells += [Cell("75056", None, nowhere)] if nowhere else []
    shown = list(told(cells, MINIMUM))
    assert all(one.contacts >= MINIMUM and one.polling_station for one in shown)
    hidden = sum(one.contacts for one in cells) - sum(one.contacts for one in shown)
    assert hidden == 0 or hidden >= MINIMUM or not shown
