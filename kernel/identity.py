"""Identifiers: random UUIDs, each kind its own type."""

import os
from functools import cached_property
from typing import Final, NamedTuple, NewType
from uuid import UUID

CampaignId = NewType("CampaignId", UUID)
PersonId = NewType("PersonId", UUID)
"""A contact's id is the id of its person in that campaign: both die together."""
ClientId = NewType("ClientId", UUID)
StaffId = NewType("StaffId", UUID)
"""A member of staff in one campaign; the key of the compartment ``staff`` is kept under the same id."""


class Persons(tuple[PersonId, ...]):  # noqa: SLOT001 - what was written is kept in it
    """Persons whom many statements name: their ids are written for the engines once."""

    @cached_property
    def packed(self) -> bytes:
        """Return the ids in a row, sixteen bytes each."""
        return b"".join([one.bytes for one in self])

    @cached_property
    def listed(self) -> str:
        """Return PostgreSQL's text of an array of the ids."""
        return "{" + self.packed.hex(",", 16) + "}"


class Stretch(NamedTuple):
    """A part of all ids, by their first 48 bits: from ``start`` up to ``end``, which is not in it."""

    start: int
    end: int

    @classmethod
    def of(cls, first: int, last: int, whole: int) -> "Stretch":
        """Return the part of all ids that lies in them as ``first`` to ``last`` lie in a ``whole``; never empty."""
        start = min(first * _HEADS // whole, _HEADS - 1)
        return cls(start, max(start + 1, min(last * _HEADS // whole, _HEADS)))


_HEAD: Final = 48
_TAIL: Final = 128 - _HEAD
_HEADS: Final = 1 << _HEAD
_TAILS: Final = (1 << _TAIL) - 1
_VERSION_4: Final = 4 << 76 | 2 << 62
_RANDOM: Final = ~(15 << 76 | 3 << 62)
"""All bits but those of the version and the variant (RFC 9562, 5.4); the library sets them in twice the time."""
EVERYWHERE: Final = Stretch(0, _HEADS)


def random_uuids(count: int, within: Stretch = EVERYWHERE) -> list[UUID]:
    """Draw ``count`` random UUIDs (RFC 9562, version 4) of a stretch, with one call for randomness."""
    pool = os.urandom(16 * count)
    drawn = [int.from_bytes(pool[start : start + 16]) for start in range(0, 16 * count, 16)]
    if within != EVERYWHERE:
        drawn = [_moved(one, within) for one in drawn]
    return [UUID(int=one & _RANDOM | _VERSION_4) for one in drawn]


def _moved(drawn: int, within: Stretch) -> int:
    head = within.start + ((drawn >> _TAIL) * (within.end - within.start) >> _HEAD)
    return head << _TAIL | drawn & _TAILS


def random_uuid() -> UUID:
    """Draw one random UUID."""
    return random_uuids(1)[0]
