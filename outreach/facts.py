"""What interactions tell of many persons at once, as selects that higher rooms may join: for reading only.

``narrow`` takes the column that names the person, and says of whom it is asked.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, exists, func, or_, select, union

from kernel.identity import CampaignId
from outreach.store import AWAITED, INTERACTION, SEND
from outreach.words import EFFECTS, Channel, Kind, Outcome

__all__ = ["INTERACTION", "REACHED", "came_back", "refused", "sent", "when"]
Whose = CampaignId | ColumnElement[Any]
"""A campaign, or the parameter that names it in a statement prepared for every one."""
REACHED = (Kind.DELIVERED, Kind.REPLIED, Kind.CLICKED)
Narrow = Callable[[ColumnElement[Any]], ColumnElement[bool]]
Choose = Callable[[Any], Any]
"""An SQL function: the first, or the last."""


def came_back(campaign: Whose, narrow: Narrow, channels: Sequence[Channel]) -> Select[Any]:
    """Select whose last message through these channels came back, and when: the address does not work."""
    bounced, reached = INTERACTION.c.kind == Kind.BOUNCED, _is_one(INTERACTION.c.kind, REACHED)
    return _not_undone(campaign, narrow, channels, bounced, reached)


def refused(campaign: Whose, narrow: Narrow, channels: Sequence[Channel]) -> Select[Any]:
    """Select who refused these channels at the door or on the telephone, and when, and did not agree there later."""
    said_no, agreed = _is_one(INTERACTION.c.outcome, sorted(EFFECTS)), INTERACTION.c.outcome == Outcome.RECONTACT
    return _not_undone(campaign, narrow, channels, said_no, agreed)


def sent(campaign: Whose, narrow: Narrow, kinds: Sequence[str]) -> CompoundSelect[Any]:
    """Select to whom a message of these kinds was sent, or may be being sent now under a record not expired."""
    person = INTERACTION.c.contact_id
    done = select(person).where(
        INTERACTION.c.campaign_id == campaign,
        narrow(person),
        _is_one(INTERACTION.c.message_kind, kinds),
        INTERACTION.c.kind != Kind.CALL,
        INTERACTION.c.kind != Kind.VISIT,
    )
    awaited = select(AWAITED.c.contact_id).where(
        AWAITED.c.campaign_id == campaign,
        narrow(AWAITED.c.contact_id),
        exists().where(
            SEND.c.campaign_id == AWAITED.c.campaign_id,
            SEND.c.eligibility_id == AWAITED.c.eligibility_id,
            _is_one(SEND.c.message_kind, kinds),
        ),
    )
    return union(done, awaited)


def when(holds: ColumnElement[bool], choose: Choose) -> ColumnElement[Any]:
    """Choose among the instants of the interactions of which something holds."""
    chosen: ColumnElement[Any] = choose(case((holds, INTERACTION.c.occurred_at)))
    return chosen


def _not_undone(
    campaign: Whose,
    narrow: Narrow,
    channels: Sequence[Channel],
    done: ColumnElement[bool],
    undone: ColumnElement[bool],
) -> Select[Any]:
    """Select the instant of the last interaction that says something, unless a later one unsays it."""
    person, last, unsaid = INTERACTION.c.contact_id, when(done, func.max), when(undone, func.max)
    found = select(person, last.label("at")).where(
        INTERACTION.c.campaign_id == campaign,
        narrow(person),
        _is_one(INTERACTION.c.channel, channels),
        or_(done, undone),
    )
    return found.group_by(person).having(and_(last.is_not(None), or_(unsaid.is_(None), last >= unsaid)))


def _is_one(column: ColumnElement[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """Compare with each of a few words: a list of them could not be prepared."""
    return or_(*(column == word for word in words))
