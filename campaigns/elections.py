"""The rounds of a campaign's elections, for rooms whose data leave after them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from audit.processing import Processing
from campaigns.store import elections_of, find_election
from kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Rounds:
    """The days of an election: the last one, and the second where there is one."""

    final: date | None
    second: date | None


@dataclass(frozen=True, slots=True)
class ElectionView:
    """An election of the campaign."""

    id: UUID
    title: str
    first_round: date
    second_round: date | None


def rounds_of(processing: Processing, election: UUID | None) -> Rounds:
    """Return the rounds of an election, none for none. Raises NotFound."""
    if election is None:
        return Rounds(None, None)
    row = find_election(processing, election)
    if row is None:
        message = "no such election in this campaign"
        raise NotFound(message)
    return Rounds(row.second_round or row.first_round, row.second_round)


def list_elections(processing: Processing) -> list[ElectionView]:
    """Return the campaign's elections, the soonest first."""
    return [ElectionView(row.id, row.title, row.first_round, row.second_round) for row in elections_of(processing)]
