"""The calendar of a campaign's elections: rounds, what the law reminds of, silence, holidays."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.ballots import State
from campaigns.elections import ElectionView, ask_election_views, list_elections
from kernel.errors import NotFound
from policy.calendar import Ballot, Date, calendar, is_researched
from policy.silence import Round

MOST_ELECTIONS = 20
"""The most elections one calendar tells of: those whose first round is the latest."""


@dataclass(frozen=True, slots=True)
class ElectionCalendar:
    """The dates of an election, and whether the law's rules for its type are known: if not, others may be due."""

    election: ElectionView
    researched: bool
    dates: tuple[Date, ...]


def read_calendar(processing: Processing, election: UUID | None = None) -> list[ElectionCalendar]:
    """Return the calendars of the campaign's elections, or of one; the reading is noted. Raises NotFound."""
    found = [one for one in list_elections(processing) if election in (None, one.id)]
    if election is not None and not found:
        message = "no such election in this campaign"
        raise NotFound(message)
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return [_calendar(processing, one) for one in found[-MOST_ELECTIONS:]]


def rounds_to_keep_silent(processing: Processing) -> Callable[[], list[Round]]:
    """Ask for the rounds of all the campaign's elections but annulled ones, for the question of silence."""
    elections = ask_election_views(processing)
    return lambda: [
        Round(on=day, type=one.type)
        for one in elections()
        if one.state != State.ANNULLED
        for day in (one.first_round, one.second_round)
        if day is not None
    ]


def _calendar(processing: Processing, election: ElectionView) -> ElectionCalendar:
    ballot = Ballot(
        type=election.type,
        first_round=election.first_round,
        second_round=election.second_round,
        annulled=election.state == State.ANNULLED,
        places=election.places,
        controller=processing.controller,
    )
    edition = processing.edition
    return ElectionCalendar(election, is_researched(edition, ballot), calendar(edition, ballot))
