"""Values of the pack as plain data."""

from dataclasses import dataclass
from datetime import date

import pytest

from policy.plain import plain


@dataclass(frozen=True)
class Part:
    name: str
    note: str = ""
    until: date | None = None


def test_sets_and_mappings_are_told_in_one_order() -> None:
    assert plain({"b": frozenset({"z", "a"}), "a": (Part("x"), 3)}) == {"a": [{"name": "x"}, 3], "b": ["a", "z"]}


def test_dates_are_iso_and_empty_parts_are_left_out() -> None:
    assert plain(Part("x", until=date(2026, 1, 2))) == {"name": "x", "until": "2026-01-02"}


@pytest.mark.parametrize("value", [1.5, object(), Part], ids=["a float", "an object", "a class"])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="not a value of the pack"):
        plain(value)
