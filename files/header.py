"""The names of a file's columns: there, and each once."""

from collections.abc import Sequence
from typing import Final

from files.profiles import bare_names
from kernel.errors import Invalid

WIDEST: Final = 2_000
"""Columns a file may have."""


def checked_header(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns, without what they all begin with where only so they are known.

    Raise `Invalid` when none is there, one is there twice, or there are too many.
    """
    if len(cells) > WIDEST:
        raise Invalid(f"the file has more than {WIDEST} columns")
    header = tuple(cell.strip() for cell in cells)
    if not any(header):
        raise Invalid("the first row, where the names of the columns should be, is missing or not readable")
    first: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        if name and first.setdefault(name, position) != position:
            raise Invalid(f"columns {first[name]} and {position} have the same name")
    return bare_names(header)
