"""May this purpose use this channel for this person now, and why: one question, one answer, from the pack's tables.

A question is asked once for all who share a situation: a campaign of a million persons has a few hundred.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from policy.door import ONE_MESSAGE
from policy.edition import Category, Controller, Edition
from policy.reach import Channel, Message, Reason, Way
from policy.standing import Status

Door = Literal["9(2)(a)", "9(2)(d)"]
Ground = Literal["consent", "broker", "interest", "opt_out", "relation", "request", "referral", "legal_duty"]
BODIES = frozenset({"party", "association"})
MEMBERSHIP = "membership"
"""The criterion of being a member, by which a body may address its own (Regulation (EU) 2024/900, art. 18(3))."""
PLACES = "postal_address"
"""The criterion of where somebody lives or votes."""
_ONCE = frozenset({"invitation", "referral"})
"""Of these messages a person gets one."""
_PERMITTED = frozenset({Status.PROVEN, Status.COHORT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be sent, to whom it was narrowed, and when: the same for everybody in one sending."""

    controller: Controller
    purpose: str
    channel: str
    message: str
    targeted: bool = False
    """Whether personal data, geography by default among them, chose who gets it."""
    criteria: frozenset[str] = frozenset()
    """Lines of the matrix that chose."""
    newsletter: bool = False
    places_target: bool = True
    """Whether to choose subscribers of a newsletter by place is targeting: unresolved, and so it is by default."""
    silence: bool = False
    interest: frozenset[str] = frozenset()
    """Categories for which a balancing test of this purpose and channel is kept and holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of a person, as far as it decides. What interactions will tell stands at the end."""

    category: str
    origin: str
    status: Status = Status.UNKNOWN
    term_over: bool = False
    opposed: bool = False
    """An objection to more than this one cell: the purpose, the channel, or all."""
    restricted: bool = False
    past_due: bool = False
    under_15: bool = False
    parents_agree: bool = False
    under_17: bool = False
    targeting: bool = False
    """Whether separate consent to targeting on line stands."""
    in_window: bool = True
    direct: bool = True
    """Whether the person gave what the sending uses."""
    broker: bool = False
    """Whether the origin proves a broker's consent."""
    notice_overdue: bool = False
    awaiting: bool = False
    unreachable: bool = False
    """Whether messages to the address came back."""
    invited: bool = False
    """Whether the one invitation, or the one message of a referral, was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Yes, on which ground and through which door; or no, for which reason. Both with their articles."""

    allowed: bool
    rule: str
    articles: tuple[str, ...]
    ground: Ground | None = None
    door: Door | None = None
    step: str | None = None
    carries: tuple[str, ...] = ()
    """What the message must say."""


@dataclass(frozen=True, slots=True)
class _Asked:
    edition: Edition
    question: Question
    person: Situation
    channel: Channel
    message: Message
    ways: tuple[Way, ...] = field(default=())

    @property
    def category(self) -> Category:
        return self.edition.categories[self.person.category]

    @property
    def permitted(self) -> bool:
        return self.person.status in _PERMITTED and not self.person.term_over

    @property
    def on_ground(self) -> bool:
        return self.message.needs == "ground"

    @property
    def unasked(self) -> bool:
        """Tell whether the person did not ask for it, so that whatever they object to counts."""
        return self.message.needs in {"ground", "relation", "referral"}

    @property
    def targeted(self) -> bool:
        """Tell whether somebody was chosen: a body that addresses all its own, as subscribed, chooses nobody."""
        question = self.question
        own = question.controller in BODIES and self.category.party_door
        of_members = own and question.criteria == {MEMBERSHIP}
        told_apart = question.newsletter and not question.places_target and question.criteria == {PLACES}
        by_place = told_apart and (own or self.permitted)
        return self.channel.opens or (question.targeted and not of_members and not by_place)

    @property
    def targets_online(self) -> bool:
        """Tell whether Regulation (EU) 2024/900, art. 18, holds."""
        return self.on_ground and self.channel.online and self.targeted and "targeting_consent" in self.edition.reasons


def may(edition: Edition, question: Question, person: Situation) -> Answer:
    """Answer the question for one situation; the first reason that holds, by rank, is told."""
    channel, message = edition.channels.get(question.channel), edition.messages.get(question.message)
    if channel is None or message is None or question.purpose not in channel.purposes & message.purposes:
        return _refused(edition, edition.reasons["purpose"])
    ways = channel.grounds.get(person.category, ())
    asked = _Asked(edition, question, person, channel, message, ways)
    for reason in edition.reasons.values():
        if HOLDS[reason.id](asked):
            return _refused(edition, reason)
    return _allowed(asked)


def _refused(edition: Edition, reason: Reason) -> Answer:
    rule = edition.rules[reason.rule]
    return Answer(allowed=False, rule=rule.id, articles=rule.articles, step=reason.step)


def _allowed(asked: _Asked) -> Answer:
    rule = asked.edition.rules[asked.channel.rule]
    return Answer(
        allowed=True,
        rule=rule.id,
        articles=rule.articles,
        ground=_ground(asked),
        door=_door(asked),
        carries=asked.channel.carries,
    )


def _ground(asked: _Asked) -> Ground:
    if asked.message.needs == "nothing":
        return "legal_duty"
    if asked.message.needs != "ground":
        return asked.message.needs
    return next(_open(asked))


def _door(asked: _Asked) -> Door | None:
    """Name the door of art. 9(2): being a member or a regular contact is itself what it protects."""
    if not asked.category.party_door or asked.message.needs == "nothing":
        return None
    return "9(2)(d)" if asked.question.controller in BODIES else "9(2)(a)"


def _open(asked: _Asked) -> Iterator[Way]:
    """Yield the ways that are open, the strongest first."""
    open_now = {
        "consent": asked.permitted,
        "broker": asked.person.broker,
        "interest": asked.person.category in asked.question.interest and not asked.targeted,
        "opt_out": True,
    }
    return (way for way in asked.ways if open_now[way])


def _lacks(asked: _Asked, *statuses: Status) -> bool:
    """Tell whether no way is open, consent could be one, and it stands like this."""
    return asked.on_ground and "consent" in asked.ways and _closed(asked) and asked.person.status in statuses


def _closed(asked: _Asked) -> bool:
    return next(_open(asked), None) is None


def _purpose(asked: _Asked) -> bool:
    bases = asked.edition.purposes[asked.question.purpose].bases
    return asked.message.needs == "relation" and asked.person.category not in bases


def _art_9(asked: _Asked) -> bool:
    return any(not asked.edition.rows[row].targeting for row in asked.question.criteria)


def _criterion_offline(asked: _Asked) -> bool:
    if asked.channel.online or not asked.on_ground or not _art_9(asked):
        return False
    return not (asked.category.party_door and asked.question.controller in BODIES) and not asked.permitted


def _interest_targeted(asked: _Asked) -> bool:
    named = asked.person.category in asked.question.interest
    return asked.on_ground and "interest" in asked.ways and _closed(asked) and named and asked.targeted


HOLDS: dict[str, Callable[[_Asked], bool]] = {
    "purpose": _purpose,
    "restricted": lambda asked: asked.person.restricted and asked.message.needs != "nothing",
    "past_due": lambda asked: asked.person.past_due and asked.message.needs != "nothing",
    "silence": lambda asked: asked.question.silence and asked.message.silent and asked.channel.silent,
    "opposed": lambda asked: asked.person.opposed and asked.unasked,
    "withdrawn": lambda asked: _opted_out(asked, Status.WITHDRAWN),
    "refused": lambda asked: _opted_out(asked, Status.REFUSED),
    "unreachable": lambda asked: asked.person.unreachable,
    "parental": lambda asked: _approaches(asked) and asked.person.under_15 and not asked.person.parents_agree,
    "category": lambda asked: asked.on_ground and not asked.ways,
    "rented_targeted": lambda asked: asked.on_ground and asked.person.category == "rented" and asked.targeted,
    "opinion_criterion": lambda asked: asked.targets_online and _art_9(asked),
    "not_direct": lambda asked: asked.targets_online and not asked.person.direct,
    "minor_targeted": lambda asked: asked.targets_online and asked.person.under_17,
    "targeting_consent": lambda asked: asked.targets_online and not asked.person.targeting,
    "criterion_offline": _criterion_offline,
    "expired": lambda asked: _lacks(asked, Status.EXPIRED, Status.PROVEN, Status.COHORT),
    "invalidated": lambda asked: _lacks(asked, Status.INVALIDATED),
    "claimed": lambda asked: _lacks(asked, Status.CLAIMED),
    "requested": lambda asked: _lacks(asked, Status.REQUESTED),
    "interest_targeted": _interest_targeted,
    "no_interest": lambda asked: asked.on_ground and "interest" in asked.ways and _closed(asked),
    "no_broker": lambda asked: asked.on_ground and "broker" in asked.ways and _closed(asked),
    "no_consent": lambda asked: asked.on_ground and _closed(asked),
    "not_asked": lambda asked: asked.message.needs in {"request", "referral"} and not _did_ask(asked),
    "invited": lambda asked: asked.message.id in _ONCE and asked.person.invited,
    "window": lambda asked: asked.channel.window and asked.on_ground and not asked.person.in_window,
    "notice_overdue": lambda asked: asked.person.notice_overdue and _approaches(asked) and asked.channel.sends,
}
"""When each reason of the pack holds."""


def _opted_out(asked: _Asked, status: Status) -> bool:
    return asked.person.status is status and asked.unasked


def _approaches(asked: _Asked) -> bool:
    """Tell whether the campaign turns to somebody of its own accord, and not to whom it has a relation with."""
    return asked.on_ground or asked.message.needs == "referral"


def _did_ask(asked: _Asked) -> bool:
    """Tell whether the person asked: for a subscription by the own form, for an answer by writing to us.

    For the one message of a referral it is a supporter who named them.
    """
    if asked.message.needs == "referral":
        return ONE_MESSAGE in asked.edition.origins[asked.person.origin].proves
    if asked.message.id == "confirmation":
        return asked.person.awaiting
    return asked.edition.origins[asked.person.origin].direct
