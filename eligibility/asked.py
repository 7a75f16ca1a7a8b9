"""What rows are asked, and what they tell of everybody who shares a situation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from eligibility.interactions import Told

Cell = tuple[str, int]
"""A purpose and the number of a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of whom it is asked, for which cell, and which other cells count."""

    cell: Cell
    above: Sequence[Cell]
    targeting: Cell | None
    """The cell of separate consent to targeting, where it counts, with those above it."""
    above_targeting: Sequence[Cell]
    today: date
    minutes: tuple[int, int] | None
    """The earliest and the latest minute of the day by the clocks of the places, where the channel has hours."""
    told: Told = field(default_factory=Told)
    persons: Sequence[UUID] | None = field(default=None, repr=False)
    after: UUID | None = None
    limit: int | None = None
    clear: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Everybody who shares a situation, as far as rows tell it; their ids are sixteen bytes each."""

    category: str
    origin: int
    status: int
    restricted: bool
    past_due: bool
    under_15: bool
    under_17: bool
    term_over: bool
    parents_agree: bool
    awaiting: bool
    opposed: bool
    out_of_window: bool
    targeting: bool
    unreachable: bool
    invited: bool
    ids: bytes = field(repr=False)
