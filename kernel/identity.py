"""Identifiers: random UUIDs, each kind its own type."""

import os
from typing import NewType
from uuid import UUID

CampaignId = NewType("CampaignId", UUID)
PersonId = NewType("PersonId", UUID)
"""A contact's id is the id of its person in that campaign: both die together."""
ClientId = NewType("ClientId", UUID)
StaffId = NewType("StaffId", UUID)
"""A member of staff in one campaign; the key of the compartment ``staff`` is kept under the same id."""


def random_uuids(count: int) -> list[UUID]:
    """Draw ``count`` random UUIDs (RFC 9562, version 4) with one call for randomness."""
    pool = os.urandom(16 * count)
    return [UUID(bytes=pool[start : start + 16], version=4) for start in range(0, 16 * count, 16)]


def random_uuid() -> UUID:
    """Draw one random UUID."""
    return random_uuids(1)[0]
