"""The course of a request: its states, the acts that move it, and when each may be done. Pure: no clock, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kernel.errors import Conflict


class State(StrEnum):
    """Where a request stands; the words stand in stored rows and never change."""

    RECEIVED = "received"
    AWAITING_IDENTITY = "awaiting_identity"
    AWAITING_DETAILS = "awaiting_details"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    DECIDED = "decided"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LINKED = "linked"
    CLOSED = "closed"


class Act(StrEnum):
    """What moves a request."""

    CONFIRM = "confirm"
    """The identity is established, by whatever means were enough; said again, it tells whose file it is."""
    DOUBT = "doubt"
    """A reasonable doubt about the identity is recorded, and one thing is asked: the clock stands."""
    ASK = "ask"
    """What is asked for is unclear: the person is invited to say it; the clock runs."""
    COMPLETE = "complete"
    """The person answered what was asked: the clock goes on, whatever the answer is worth."""
    EXTEND = "extend"
    GRANT = "grant"
    REFUSE = "refuse"
    ANSWER = "answer"
    """What was granted is done, and the person is told."""
    WITHDRAW = "withdraw"
    LINK = "link"
    """It asks what an earlier one asks: that one is answered for both."""
    CLOSE = "close"


_WAITING = (State.RECEIVED, State.AWAITING_DETAILS, State.IN_PROGRESS, State.EXTENDED)
_OPEN = (*_WAITING, State.AWAITING_IDENTITY)
_MOVES: Mapping[Act, tuple[tuple[State, ...], State]] = {
    Act.CONFIRM: (_OPEN, State.IN_PROGRESS),
    Act.DOUBT: (_WAITING, State.AWAITING_IDENTITY),
    Act.ASK: ((State.RECEIVED, State.IN_PROGRESS, State.EXTENDED), State.AWAITING_DETAILS),
    Act.COMPLETE: ((State.AWAITING_DETAILS, State.AWAITING_IDENTITY), State.IN_PROGRESS),
    Act.EXTEND: ((State.RECEIVED, State.AWAITING_DETAILS, State.IN_PROGRESS), State.EXTENDED),
    Act.GRANT: ((State.RECEIVED, State.IN_PROGRESS, State.EXTENDED), State.DECIDED),
    Act.REFUSE: (_OPEN, State.REFUSED),
    Act.ANSWER: ((State.DECIDED,), State.ANSWERED),
    Act.WITHDRAW: (_OPEN, State.WITHDRAWN),
    Act.LINK: (_OPEN, State.LINKED),
    Act.CLOSE: ((State.ANSWERED, State.REFUSED, State.WITHDRAWN, State.LINKED), State.CLOSED),
}
TRANSITIONS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {(state, act): after for act, (before, after) in _MOVES.items() for state in before}
)
"""Every move there is; whatever is not here is refused."""
OPEN = frozenset(_OPEN) | {State.DECIDED}
"""Where somebody still has something to do, and the clock is watched."""
ENDED = frozenset({State.ANSWERED, State.REFUSED, State.WITHDRAWN, State.LINKED})


class NotNow(Conflict):
    """Say that a request does not stand where this act is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides whether an act may be done: where the request stands, and what is known of it."""

    state: State
    identified: bool
    """Whether the identity is established."""
    at_once: bool
    """Whether it takes effect without any."""
    extended: bool = False
    may_extend: bool = False


def moved(standing: Standing, act: Act) -> State:
    """Return where an act takes a request. Raises NotNow, saying which acts may be done instead."""
    after = TRANSITIONS.get((standing.state, act))
    if after is None:
        may = sorted(one.value for state, one in TRANSITIONS if state is standing.state)
        raise NotNow(f"a request that is {standing.state} takes no {act}: only {', '.join(may) or 'nothing'}")
    if act is Act.GRANT and not (standing.identified or standing.at_once):
        raise NotNow("the identity is not established: confirm it first, by whatever is enough")
    if act is Act.EXTEND and not standing.may_extend:
        raise NotNow("it cannot be put off: not this kind, not twice, and only before the first period ends")
    if after is State.IN_PROGRESS and standing.extended:
        return State.EXTENDED
    if after is State.IN_PROGRESS and act is Act.COMPLETE and not standing.identified:
        return State.RECEIVED
    return after
