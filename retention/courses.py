"""How the campaign's elections went, and where its data come from, as the schedule asks for them."""

from datetime import date
from uuid import UUID

from audit.processing import Processing
from campaigns.activation import activation_of
from campaigns.ballots import State
from campaigns.elections import list_election_changes, list_elections
from contacts.registries import origins_of
from policy.leaving import Course, Source
from retention.judge import Schedule

_OVER = frozenset({State.DECIDED, State.ANNULLED})


def schedule_of(processing: Processing) -> Schedule:
    """Read all that decides for the whole campaign: it tells of nobody."""
    courses, activation = _courses(processing), activation_of(processing)
    sources = {
        one.number: Source(
            kind=one.kind,
            obtained_on=one.obtained_on,
            course=None if one.election is None else courses[one.election],
        )
        for one in origins_of(processing)
    }
    return Schedule(processing.edition, sources, {} if activation is None else activation.retention, processing.today)


def _courses(processing: Processing) -> dict[UUID, Course]:
    over: dict[UUID, date] = {}
    held: set[UUID] = set()
    for change in list_election_changes(processing):
        if change.state in _OVER:
            over[change.election] = min(change.changed_on, over.get(change.election, change.changed_on))
        if change.state == State.ROUND_2:
            held.add(change.election)
    return {
        one.id: Course(
            final_round=one.second_round or one.first_round,
            second_round=one.second_round,
            second_held=one.id in held,
            over_on=over.get(one.id),
        )
        for one in list_elections(processing)
    }
