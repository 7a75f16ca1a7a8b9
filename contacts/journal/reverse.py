"""Take changes back, the last first: a datum that is still as they left it returns to what it was, any other stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from typing import NamedTuple

from crypto.record import Field


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a contact: the fields it took and brought, what it moved in clear, the tags it set.

    ``category`` is what the contact was to the campaign then.
    """

    category: str
    gone: tuple[Field, ...]
    came: tuple[Field, ...]
    clear: Mapping[str, tuple[str | None, str | None]] = part(repr=False)
    """Columns, each before and after."""
    tags: tuple[int, ...] = part(default=(), repr=False)


class Tally(NamedTuple):
    """How many data were brought back, taken away with nothing in their place, and left because they changed since."""

    restored: int = 0
    removed: int = 0
    left: int = 0


@dataclass(slots=True)
class Reversed:
    """A contact as it is while changes are taken back."""

    held: list[Field]
    clear: dict[str, str | None] = part(repr=False)
    tags: set[int] = part(default_factory=set, repr=False)
    """Tags that go."""

    def take_back(self, step: Step) -> Tally:
        """Take one change back; no later change of those that are taken back may follow it."""
        still = [one for one in step.came if one in self.held]
        back = [one for one in step.gone if any(beside in still for beside in _beside(one, step.came))]
        self.held = [one for one in self.held if one not in still] + back
        for name, (before, after) in step.clear.items():
            if self.clear[name] == after:
                self.clear[name] = before
        self.tags.update(step.tags)
        return Tally(len(back), max(0, len(still) - len(back)), len(step.came) - len(still))


def _beside(gone: Field, came: Sequence[Field]) -> Sequence[Field]:
    """Return what came in the place of a field: the same value of another source, else another value."""
    same = [one for one in came if (one.code, one.value) == (gone.code, gone.value)]
    return same or [one for one in came if one.code == gone.code]
