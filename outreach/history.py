"""What interactions tell of many persons at once: what was sent to them, what they did, what they refused.

Each answer is one statement for all persons who are asked about, with one row for each person it names. The caller
notes these rows: ``interaction.read``, as many as the answer has persons.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from audit.processing import Processing
from kernel.identity import CampaignId, PersonId
from outreach import facts
from outreach.facts import REACHED, when
from outreach.store import INTERACTION, among, read_interactions, slices
from outreach.words import ACTS, Channel, Kind, MessageKind, Outcome

_PERSON = INTERACTION.c.contact_id
Ask = Callable[[Sequence[PersonId]], Any]
Tell = Callable[[CampaignId, facts.Narrow, Sequence[Channel]], Select[Any]]


def already_sent(processing: Processing, persons: Sequence[PersonId], kind: MessageKind | str) -> set[PersonId]:
    """Return those to whom a message of this kind was sent, or may be being sent now under a record not expired.

    So two questions at once never allow the one invitation twice.
    """

    def ask(some: Sequence[PersonId]) -> Any:  # noqa: ANN401 - a statement
        both = facts.sent(processing.campaign, _narrowed(processing, some), [kind]).subquery()
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


def first_invited(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, date]:
    """Return the day on which each person was first sent an invitation; whoever got none is not in it."""

    def ask(some: Sequence[PersonId]) -> Select[Any]:
        found = _of(processing, some, _PERSON, func.min(INTERACTION.c.occurred_at).label("at"))
        return found.where(INTERACTION.c.message_kind == MessageKind.INVITATION).group_by(_PERSON)

    return {PersonId(row.contact_id): row.at.date() for row in _asked(processing, persons, ask)}


def first_contacted(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, date]:
    """Return the day on which each person was first reached; whoever is not in it awaits the individual notice.

    A message that came back reached nobody, nor did a visit or a call to somebody absent.
    """
    in_person = INTERACTION.c.kind.in_((Kind.CALL, Kind.VISIT))
    met = and_(in_person, func.coalesce(INTERACTION.c.outcome, "") != Outcome.ABSENT)

    def ask(some: Sequence[PersonId]) -> Select[Any]:
        sure = when(or_(INTERACTION.c.kind.in_(REACHED), met), func.min).label("sure")
        sent = when(INTERACTION.c.kind == Kind.SENT, func.min).label("sent")
        bounced = when(INTERACTION.c.kind == Kind.BOUNCED, func.max).label("bounced")
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
    return _not_undone(processing, persons, channel, facts.refused)


def came_back(processing: Processing, persons: Sequence[PersonId], channel: Channel | str) -> dict[PersonId, date]:
    """Return whose last message through a channel came back, and when: the address does not work."""
    return _not_undone(processing, persons, channel, facts.came_back)


def _not_undone(
    processing: Processing, persons: Sequence[PersonId], channel: Channel | str, tell: Tell
) -> dict[PersonId, date]:
    """Return the day of the last interaction through a channel that says something, unless a later one unsays it."""

    def ask(some: Sequence[PersonId]) -> Select[Any]:
        return tell(processing.campaign, _narrowed(processing, some), [Channel(channel)])

    return {PersonId(row.contact_id): row.at.date() for row in _asked(processing, persons, ask)}


def _narrowed(processing: Processing, some: Sequence[PersonId]) -> facts.Narrow:
    return lambda column: among(processing, column, some)


def _of(processing: Processing, some: Sequence[PersonId], *columns: Any) -> Select[Any]:  # noqa: ANN401 - columns
    return select(*columns).where(INTERACTION.c.campaign_id == processing.campaign, among(processing, _PERSON, some))


def _asked(processing: Processing, persons: Sequence[PersonId], ask: Ask) -> list[Any]:
    return [row for some in slices(processing, persons) for row in read_interactions(processing, ask(some))]
