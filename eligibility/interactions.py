"""What interactions decide: addresses that came back, doors and telephones refused, the one invitation sent."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, false, or_

from audit.processing import Processing
from outreach import facts
from outreach.words import IN_PERSON, ONCE, Channel

_LOCK = 0x6F6E6365
_SHARED = frozenset({Channel.EMAIL, Channel.LIST})
"""They go to one address."""
_REFUSED_THROUGH = {Channel.DOOR: Channel.DOOR, Channel.CALL: Channel.CALL, Channel.ROBOCALL: Channel.CALL}
"""Who told a caller not to call again is called by no automate either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Which interactions count for a question: none that cannot decide it is read."""

    bounced: tuple[Channel, ...] = ()
    refused: tuple[Channel, ...] = ()
    once: tuple[str, ...] = ()


def told_of(channel: str, message: str) -> Told:
    """Return which interactions count for a channel of the law and a kind of message."""
    through = Channel(channel)
    sends = () if through in IN_PERSON.values() else tuple(sorted(_SHARED if through in _SHARED else {through}))
    refused = (_REFUSED_THROUGH[through],) if through in _REFUSED_THROUGH else ()
    return Told(bounced=sends, refused=refused, once=tuple(sorted(ONCE)) if message in ONCE else ())


def hold_turn(processing: Processing, told: Told, *, sends: bool) -> None:
    """Let two who would send the one invitation go one after the other."""
    if sends and told.once:
        processing.lock([_LOCK ^ (processing.campaign.int & 0x7FFF_FFFF_FFFF_0000)])


def join_interactions(
    told: Told,
    campaign: ColumnElement[Any],
    one: Subquery,
    joined: Any,  # noqa: ANN401 - a join
    narrow: facts.Narrow,
) -> tuple[Any, dict[str, ColumnElement[Any]]]:
    """Join what counts to the persons asked about; return the join and, by name, what decides.

    A contact that was changed since its message came back may have another address, and is tried again.
    """
    found: dict[str, ColumnElement[Any]] = {"unreachable": false(), "invited": false()}
    if told.bounced:
        back = facts.came_back(campaign, narrow, told.bounced).subquery("back")
        joined = joined.outerjoin(back, back.c.contact_id == one.c.id)
        found["unreachable"] = and_(back.c.at.is_not(None), back.c.at >= one.c.updated_at)
    if told.refused:
        no = facts.refused(campaign, narrow, told.refused).subquery("no")
        joined = joined.outerjoin(no, no.c.contact_id == one.c.id)
        found["refused_at"] = no.c.at
    if told.once:
        had = facts.sent(campaign, narrow, told.once).subquery("had")
        joined = joined.outerjoin(had, had.c.contact_id == one.c.id)
        found["invited"] = had.c.contact_id.is_not(None)
    return joined, found


def opposed_since(at: ColumnElement[Any], proven_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say that an objection stands: nothing that the person proved came after it."""
    return and_(at.is_not(None), or_(proven_at.is_(None), proven_at <= at))
