"""What interactions tell of many persons at once: what was sent to them, what they did, what they refused.

Each answer is one statement for all persons who are asked about, with one row for each person it names. The caller
notes these rows: ``interaction.read``, as many as the answer has persons.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, union

from audit.processing import Processing
from kernel.identity import PersonId
from outreach.store import AWAITED, INTERACTION, SEND, among, read_interactions, slices
from outreach.words import ACTS, EFFECTS, Channel, Kind, MessageKind, Outcome

_PERSON = INTERACTION.c.contact_id
_REACHED = (Kind.DELIVERED, Kind.REPLIED, Kind.CLICKED)
Ask = Callable[[Sequence[PersonId]], Any]


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
    return _days(processing, persons, lambda statement: statement.where(acted), func.max)


def first_contacted(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, date]:
    """Return the day on which each person was first reached; whoever is not in it awaits the individual notice.

    A message that came back reached nobody, nor did a visit or a call to somebody absent.
    """
    bounced = INTERACTION.alias()
    came_back = exists().where(
        bounced.c.campaign_id == INTERACTION.c.campaign_id,
        bounced.c.contact_id == INTERACTION.c.contact_id,
        bounced.c.message_id == INTERACTION.c.message_id,
        bounced.c.kind == Kind.BOUNCED,
    )
    in_person = INTERACTION.c.kind.in_((Kind.CALL, Kind.VISIT))
    reached = or_(
        INTERACTION.c.kind.in_(_REACHED),
        and_(INTERACTION.c.kind == Kind.SENT, ~came_back),
        and_(in_person, func.coalesce(INTERACTION.c.outcome, "") != Outcome.ABSENT),
    )
    return _days(processing, persons, lambda statement: statement.where(reached), func.min)


def opposed_through(
    processing: Processing, persons: Sequence[PersonId], channel: Channel | str
) -> dict[PersonId, date]:
    """Return who refused this channel at the door or on the telephone, and on which day.

    "Do not come back" is an objection (GDPR art. 21(3)); "not interested" is taken as no less. Both hold until the
    person agreed later, through the same channel, to be recontacted.
    """
    agreed = INTERACTION.alias()
    taken_back = exists().where(
        agreed.c.campaign_id == INTERACTION.c.campaign_id,
        agreed.c.contact_id == INTERACTION.c.contact_id,
        agreed.c.channel == INTERACTION.c.channel,
        agreed.c.outcome == Outcome.RECONTACT,
        agreed.c.occurred_at > INTERACTION.c.occurred_at,
    )
    refused = and_(INTERACTION.c.channel == channel, INTERACTION.c.outcome.in_(sorted(EFFECTS)), ~taken_back)
    return _days(processing, persons, lambda statement: statement.where(refused), func.max)


def came_back(processing: Processing, persons: Sequence[PersonId], channel: Channel | str) -> dict[PersonId, date]:
    """Return whose last message through a channel came back, and when: the address does not work."""
    later = INTERACTION.alias()
    reached_later = exists().where(
        later.c.campaign_id == INTERACTION.c.campaign_id,
        later.c.contact_id == INTERACTION.c.contact_id,
        later.c.channel == INTERACTION.c.channel,
        later.c.kind.in_(_REACHED),
        later.c.occurred_at > INTERACTION.c.occurred_at,
    )
    bounced = and_(INTERACTION.c.channel == channel, INTERACTION.c.kind == Kind.BOUNCED, ~reached_later)
    return _days(processing, persons, lambda statement: statement.where(bounced), func.max)


def _days(
    processing: Processing,
    persons: Sequence[PersonId],
    narrow: Callable[[Select[Any]], Select[Any]],
    choose: Any,  # noqa: ANN401 - an SQL function
) -> dict[PersonId, date]:
    """Return for each person the first or last day of the interactions that count."""

    def ask(some: Sequence[PersonId]) -> Select[Any]:
        found = _of(processing, some, _PERSON, choose(INTERACTION.c.occurred_at).label("at"))
        return narrow(found).group_by(_PERSON)

    return {PersonId(row.contact_id): _day(row.at) for row in _asked(processing, persons, ask)}


def _of(processing: Processing, some: Sequence[PersonId], *columns: Any) -> Select[Any]:  # noqa: ANN401 - columns
    return select(*columns).where(INTERACTION.c.campaign_id == processing.campaign, among(processing, _PERSON, some))


def _asked(processing: Processing, persons: Sequence[PersonId], ask: Ask) -> list[Any]:
    return [row for some in slices(processing, persons) for row in read_interactions(processing, ask(some))]


def _day(at: datetime) -> date:
    return at.date()
