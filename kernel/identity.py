"""Identifiers: random UUIDs, each kind its own type."""

import os
from functools import cached_property
from typing import NewType
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


def random_uuids(count: int) -> list[UUID]:
    """Draw ``count`` random UUIDs (RFC 9562, version 4) with one call for randomness."""
    pool = os.urandom(16 * count)
    return [UUID(bytes=pool[start : start + 16], version=4) for start in range(0, 16 * count, 16)]


def random_uuid() -> UUID:
    """Draw one random UUID."""
    return random_uuids(1)[0]
