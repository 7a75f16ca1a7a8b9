"""A contact proposed: what somebody would like to keep, before the law was asked."""

from dataclasses import dataclass, field
from datetime import date, timedelta

Datum = tuple[str, str]
"""A field's name and its text; a field that may hold many repeats; a custom field is ``custom:<name>``."""

_ONE_DAY = timedelta(days=1)
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where data come from, and what proves that they may."""

    kind: str
    obtained_on: date
    number: int
    """The campaign's number for this origin, written in each record's header."""
    first_round: date | None = None
    final_round: date | None = None
    second_round: date | None = None
    evidence: frozenset[str] = NOTHING
    """Proven facts: ``undertaking``, ``broker_consent``, ``own_act``, ``membership_record``..."""
    synthetic: bool = False
    """Invented persons: all that a campaign may hold before it is active, and nothing it may hold from then on."""

    def is_to_come(self, on: date) -> bool:
        """Tell whether the data would be obtained after a day of universal time.

        The day after is none to come: from evening on it has begun in Paris, and from noon on in Wallis.
        """
        return self.obtained_on > on + _ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One contact proposed; everything the law needs to answer, and nothing else."""

    category: str
    origin: Origin
    data: tuple[Datum, ...] = field(repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    commune: str | None = field(default=None, repr=False)
    polling_station: str | None = field(default=None, repr=False)
    consents: frozenset[str] = NOTHING
    """Proven consents by data category, and ``parental``, ``beyond_election``."""
    accepted: frozenset[Datum] = field(default=frozenset(), repr=False)
    """Cells that the privacy reviewer accepted: what would be held of them passes, what is refused does not."""
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The fields of its data, in order; by them rows of one file are told to be of one kind, again and again."""

    def __post_init__(self) -> None:
        """Take the names from the data, once."""
        object.__setattr__(self, "names", tuple([name for name, _ in self.data]))
