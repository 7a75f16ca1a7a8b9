"""What interactions tell of many persons at once: what was sent to them, what they did, what they refused.

Each answer is one statement for all persons who are asked about, with one row for each person it names. The caller
notes these rows: ``interaction.read``, as many as the answer has persons.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, union

from audit.processing import Processing
from kernel.identity import PersonId
from outreach.store import AWAITED, INTERACTION, SEND, among, read_interactions, slices
from outreach.words import ACTS, EFFECTS, Channel, Kind, MessageKind, Outcome

_PERSON = INTERACTION.c.contact_id
_REACHED = (Kind.DELIVERED, Kind.REPLIED, Kind.CLICKED)
Ask = Callable[[Sequence[PersonId]], Any]
Choose = Callable[[Any], Any]
"""An SQL function: the first, or the last."""


def already_sent(processing: Processing, persons: Sequence[PersonId], kind: MessageKind | str) -> set[PersonId]:
    """Return those to whom a message of this kind was sent, or may be being sent now under a record not expired.

    So two questions at once never allow the one invitation twice.
    """

    def ask(some: Sequence[PersonId]) -> Any:  # noqa: ANN401 - a statement
        sent = _of(processing, some, _PERSON).where(
            INTERACTION.c.message_kind == kind, INTERACTION.c.kind != Kind.CALL, INTERACTION.c.kind != Kind.VISIT
        )
        awaited = select(AWAITED.c.contact_id).where(
            AWAITED.c.campaign_id == processing.campaign,
            among(processing, AWAITED.c.contact_id, some),
            exists().where(
                SEND.c.campaign_id == AWAITED.c.campaign_id,
                SEND.c.eligibility_id == AWAITED.c.eligibility_id,
                SEND.c.message_kind == kind,
            ),
        )
        both = union(sent, awaited).subquery()
        return select(both.c.contact_id)

    return {PersonId(row.contact_id) for row in _asked(processing, persons, ask)}


def last_acts(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, date]:
    """Return the day of the last act of each person who acted: replied, clicked with consent, agreed to be recontacted.

    What the campaign did is no act of theirs (CNIL, three years from the last contact *from* the person).
    """
    acted = or_(INTERACTION.c.kind.in_(sorted(ACTS)), INTERACTION.c.outcome == Outcome.RECONTACT)

    def ask(some: Sequence[PersonId]) -> Select[Any]:
        found = _of(processing, some, _PERSON, func.max(INTERACTION.c.occurred_at).label("at"))
        return found.where(acted).group_by(_PERSON)

    return {PersonId(row.contact_id): row.at.date() for row in _asked(processing, persons, ask)}


def first_contacted(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, date]:
    """Return the day on which each person was first reached; whoever is not in it awaits the individual notice.

    A message that came back reached nobody, nor did a visit or a call to somebody absent.
    """
    in_person = INTERACTION.c.kind.in_((Kind.CALL, Kind.VISIT))
    met = and_(in_person, func.coalesce(INTERACTION.c.outcome, "") != Outcome.ABSENT)

    def ask(some: Sequence[PersonId]) -> Select[Any]:
        sure = _when(or_(INTERACTION.c.kind.in_(_REACHED), met), func.min).label("sure")
        sent = _when(INTERACTION.c.kind == Kind.SENT, func.min).label("sent")
        bounced = _when(INTERACTION.c.kind == Kind.BOUNCED, func.max).label("bounced")
        grouped = _of(processing, some, _PERSON, sure, sent, bounced).group_by(_PERSON, INTERACTION.c.message_id)
        each = grouped.subquery()
        arrived = func.min(case((each.c.bounced.is_(None), each.c.sent))).label("arrived")
        first = select(each.c.contact_id, func.min(each.c.sure).label("sure"), arrived).group_by(each.c.contact_id)
        return first.having(or_(func.min(each.c.sure).is_not(None), arrived.is_not(None)))

    rows = _asked(processing, persons, ask)
    return {PersonId(row.contact_id): min(filter(None, (row.sure, row.arrived))).date() for row in rows}


def opposed_through(
    processing: Processing, persons: Sequence[PersonId], channel: Channel | str
) -> dict[PersonId, date]:
    """Return who refused this channel at the door or on the telephone, and on which day.

    "Do not come back" is an objection (GDPR art. 21(3)); "not interested" is taken as no less. Both hold until the
    person agreed later, through the same channel, to be recontacted.
    """
    refused = INTERACTION.c.outcome.in_(sorted(EFFECTS))
    agreed = INTERACTION.c.outcome == Outcome.RECONTACT
    return _not_undone(processing, persons, channel, refused, agreed)


def came_back(processing: Processing, persons: Sequence[PersonId], channel: Channel | str) -> dict[PersonId, date]:
    """Return whose last message through a channel came back, and when: the address does not work."""
    bounced = INTERACTION.c.kind == Kind.BOUNCED
    return _not_undone(processing, persons, channel, bounced, INTERACTION.c.kind.in_(_REACHED))


def _not_undone(
    processing: Processing,
    persons: Sequence[PersonId],
    channel: Channel | str,
    done: ColumnElement[bool],
    undone: ColumnElement[bool],
) -> dict[PersonId, date]:
    """Return the day of the last interaction through a channel that says something, unless a later one unsays it."""

    def ask(some: Sequence[PersonId]) -> Select[Any]:
        last, unsaid = _when(done, func.max), _when(undone, func.max)
        found = _of(processing, some, _PERSON, last.label("at")).where(INTERACTION.c.channel == channel)
        return found.group_by(_PERSON).having(and_(last.is_not(None), or_(unsaid.is_(None), last >= unsaid)))

    return {PersonId(row.contact_id): row.at.date() for row in _asked(processing, persons, ask)}


def _when(holds: ColumnElement[bool], choose: Choose) -> ColumnElement[Any]:
    """Choose among the instants of the interactions of which something holds."""
    chosen: ColumnElement[Any] = choose(case((holds, INTERACTION.c.occurred_at)))
    return chosen


def _of(processing: Processing, some: Sequence[PersonId], *columns: Any) -> Select[Any]:  # noqa: ANN401 - columns
    return select(*columns).where(INTERACTION.c.campaign_id == processing.campaign, among(processing, _PERSON, some))


def _asked(processing: Processing, persons: Sequence[PersonId], ask: Ask) -> list[Any]:
    return [row for some in slices(processing, persons) for row in read_interactions(processing, ask(some))]
