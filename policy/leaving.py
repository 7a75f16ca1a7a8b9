"""When each datum of a contact leaves: by its source, by how its election went, by the last act of the person.

Every datum has the line of its source where that binds it (the roll, a turnout list, a rented file), else the line of
what the person is to the campaign. So values of the roll go when the election is decided, and what the person gave
stays with its own clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from policy.activation import Period
from policy.edition import Edition, Retention
from policy.retention import BEYOND, add_months, due_on

DEATH = "death_notice"
ENDINGS = frozenset({"end_of_membership", "end_of_mandate", DEATH})
"""Events that no date announces: somebody must tell of them."""
OF_THE_PERSON = frozenset({"last_contact_from_person", "invitation_sent", *ENDINGS})
"""Clocks that start from what is known of one person, and not from an origin alone."""
_ONE_DAY = timedelta(days=1)


class Stage(StrEnum):
    """Where a datum is: in use, in restricted archive, or to be deleted."""

    ACTIVE = "active"
    ARCHIVE = "archive"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How an election went: its rounds, and the first day on which it was decided or annulled.

    A contest puts nothing off: what a judge needs is held for claims, and used for nothing.
    """

    final_round: date
    second_round: date | None
    second_held: bool
    over_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a datum comes from."""

    kind: str
    obtained_on: date
    course: Course | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What is known of a person's dealings with the campaign."""

    category: str
    last_act: date | None = None
    """The last thing the person did; nothing the campaign did counts."""
    invited_on: date | None = None
    endings: Mapping[str, date] = field(default_factory=dict)
    beyond: bool = False
    """Whether the person agreed to be kept beyond the election."""


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a datum is used, from which day on it is not, and until when it stands in archive."""

    line: Retention
    last_day: date | None
    leaves_on: date | None
    """None when only an event to come can tell."""
    archived_until: date | None = None

    def stage(self, today: date) -> Stage:
        """Tell where the datum is today."""
        if self.leaves_on is None or today < self.leaves_on:
            return Stage.ACTIVE
        return Stage.ARCHIVE if self.archived_until is not None and today <= self.archived_until else Stage.GONE


def term_of(edition: Edition, source: Source, life: Life, chosen: Mapping[str, Period]) -> Term:
    """Find the term of a datum; ``chosen`` are the shorter periods that the controller declared."""
    line = _line(edition, source, life, chosen)
    if DEATH in life.endings:
        return _from_event(edition.retention["deceased"], life.endings[DEATH])
    if line.trigger in {"final_round", "second_round", "result"}:
        return _no_later(_of_election(line, source, life), _ceiling(edition, line, source, life))
    if line.trigger in ENDINGS and (not line.ends or line.trigger in life.endings):
        ended = life.endings.get(line.trigger)
        return Term(line, None, None) if ended is None else _from_event(line, ended)
    return _until(line, due_on(line, _start(line, source, life)))


def needs_person(edition: Edition, source: Source, life: Life) -> bool:
    """Tell whether the clock of a datum starts from what is known of the person alone."""
    return _line(edition, source, life, {}).trigger in OF_THE_PERSON


def may_stay(edition: Edition, source: Source, life: Life) -> bool:
    """Tell whether a datum leaves with the election unless the person agreed to be kept beyond it."""
    return _line(edition, source, replace(life, beyond=False), {}).id == "prospect"


def last_day_of(terms: Iterable[Term]) -> date | None:
    """Return the last day on which anything of a contact is used; None when only an event can tell."""
    days = [term.last_day for term in terms]
    return None if None in days else max((day for day in days if day is not None), default=None)


def _line(edition: Edition, source: Source, life: Life, chosen: Mapping[str, Period]) -> Retention:
    bound = edition.origins[source.kind].retention
    name = bound or edition.categories[life.category].retention
    if name == "prospect" and (source.course is None or life.beyond):
        name = BEYOND
    line, period = edition.retention[name], chosen.get(name)
    return line if period is None else replace(line, months=period.months, days=period.days)


def _of_election(line: Retention, source: Source, life: Life) -> Term:
    course = source.course
    if course is None:
        return _until(line, due_on(line, _start(line, source, life)))
    planned = (course.second_round or course.final_round) if line.trigger == "second_round" else course.final_round
    last = due_on(line, planned)
    term = Term(line, last, last + timedelta(days=line.unsaid_days) + _ONE_DAY)
    ends = [] if course.over_on is None else [_from_event(line, course.over_on)]
    if line.trigger == "second_round" and course.second_held:
        ends.append(_until(line, last))
    # Whoever records the decision late puts nothing off.
    return min([*ends, term], key=lambda one: one.leaves_on or date.max)


def _ceiling(edition: Edition, line: Retention, source: Source, life: Life) -> Term | None:
    """Return the ceiling of a prospect: three years from the last contact, however late the election is."""
    ceiling = edition.retention[BEYOND]
    return _until(ceiling, due_on(ceiling, _start(ceiling, source, life))) if line.id == "prospect" else None


def _no_later(term: Term, ceiling: Term | None) -> Term:
    return term if ceiling is None else min([term, ceiling], key=lambda one: one.leaves_on or date.max)


def _start(line: Retention, source: Source, life: Life) -> date:
    """Return the day on which the clock of a datum starts; it never starts before the datum was obtained."""
    if line.trigger == "last_contact_from_person" and life.last_act is not None:
        return max(source.obtained_on, life.last_act)
    if line.trigger == "invitation_sent" and life.invited_on is not None:
        return max(source.obtained_on, life.invited_on)
    return source.obtained_on


def _until(line: Retention, last: date) -> Term:
    return _term(line, last, last + _ONE_DAY)


def _from_event(line: Retention, on: date) -> Term:
    """Return the term that an event ends: what has no further period leaves on that day."""
    leaves = due_on(line, on)
    return _term(line, leaves - _ONE_DAY, leaves)


def _term(line: Retention, last: date, leaves: date) -> Term:
    return Term(line, last, leaves, add_months(leaves, line.archive_months) if line.archive_months else None)
