"""The clock of a request as its row tells it, at the places where the campaign is at work."""

from typing import Any

from audit.processing import Processing
from campaigns.elections import list_elections
from policy.request_clock import Course, due_on, may_extend
from policy.silence import is_place
from rights.course import Standing, State
from rights.words import ESTABLISHED, Identity


def places_of(processing: Processing) -> tuple[str, ...]:
    """Return the places where the campaign's elections are held, of those that the law knows."""
    codes = {code for election in list_elections(processing) for code in election.places}
    return tuple(sorted(code for code in codes if is_place(processing.edition, code)))


def course_of(processing: Processing, row: Any) -> Course:  # noqa: ANN401 - a row
    """Return what the clock of a request goes by."""
    return Course(
        kind=row.kind,
        received_on=row.received_on,
        places=places_of(processing),
        minor=row.minor,
        paused_days=row.paused_days,
        paused_on=row.paused_on,
        extended=row.extended,
    )


def standing_of(processing: Processing, row: Any) -> Standing:  # noqa: ANN401 - a row
    """Return what decides whether an act may be done on a request."""
    return Standing(
        state=State(row.state),
        identified=row.identity is not None and Identity(row.identity) in ESTABLISHED,
        at_once=processing.edition.requests[row.kind].at_once,
        extended=row.extended,
        may_extend=may_extend(processing.edition, course_of(processing, row), processing.today),
    )


def clocked(processing: Processing, course: Course) -> dict[str, Any]:
    """Return the columns of the clock."""
    return {
        "due_on": due_on(processing.edition, course),
        "extended": course.extended,
        "paused_on": course.paused_on,
        "paused_days": course.paused_days,
    }
