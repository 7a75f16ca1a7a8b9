"""From what is asked to the question the law is put: channel, silence, hours, targeting, kept balancing tests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.processing import Processing
from campaigns.activation import territories_in_force
from campaigns.calendar import rounds_to_keep_silent
from consent.balancing import interests_of
from consent.channels import cells_above, channels, law_channel, number_of
from consent.newsletters import Places, ask_geography
from eligibility.asked import Asked, Group
from eligibility.interactions import Told, hold_turn, told_of
from eligibility.situations import ask_groups
from kernel.errors import Invalid
from kernel.identity import PersonId
from outreach.messages import MessageView, find_message
from outreach.words import MessageKind
from policy.gate import MEMBERSHIP, PLACES, Question
from policy.reach import Channel
from policy.silence import Round, Silence, places_of, silences

MOST = 100_000
"""How many persons one question is about."""
VALID_FOR = timedelta(hours=24)
"""How long an answer holds; a send that nobody reported counts as sent when it ends."""
TARGETING = "online_targeting"
ADVERTISING = "online_advertising"
_FILTERS = {"category": MEMBERSHIP, "commune": PLACES, "polling_station": PLACES}
_MAINLAND = "metropole"
_AS: Mapping[str, str] = {MessageKind.NEWSLETTER: "propaganda"}
"""As which kind the law is asked about it."""
_MOST_KNOWN = 1_000
_KNOWN: dict[tuple[str, tuple[Round, ...], tuple[str, ...]], Sequence[Silence]] = {}
"""Silences reckoned before, by all that they follow from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """Of whom it is asked: these persons, or all whom clear columns select; and what is to be sent, through what."""

    channel: str
    message: str = "propaganda"
    at: datetime | None = None
    """When it is to be sent; now, if it is not said."""
    persons: Sequence[PersonId] | None = field(default=None, repr=False)
    """None asks about a page of the campaign, or about whom a selection means."""
    selection: UUID | None = None
    """A saved selection that chooses the persons, and by its clauses says what chose them."""
    criteria: Collection[str] | None = None
    """The fields that chose the persons; none at all for a whole base or a random part of it; unsaid is targeted."""
    clear: Mapping[str, str] = field(default_factory=dict)
    after: UUID | None = None
    sends: UUID | None = None
    """The message that is about to be sent to whoever may be reached."""
    limit: int | None = MOST
    """How many of the campaign; None is all of it at once."""


@dataclass(frozen=True, slots=True)
class Put:
    """The question as it is put: for everybody alike, and the rows that were asked."""

    question: Question
    groups: Callable[[], list[Group]] = field(repr=False)
    """Those asked about who are there, by situation; they are on their way."""
    targeting: bool
    """Whether separate consent to targeting counts, and whose data they are."""
    number: int
    at: datetime
    expires_at: datetime
    enquiry: Enquiry
    sends: MessageView | None
    criteria: frozenset[str] | None
    """What chose the persons, as it was said; None where nobody said it."""


def put_question(processing: Processing, enquiry: Enquiry) -> Put:
    """Gather what holds for everybody in one enquiry. Raises Invalid."""
    _check(processing, enquiry)
    number = _number(processing, enquiry.channel)
    at = enquiry.at or processing.at
    law = processing.edition.channels[law_channel(enquiry.channel)]
    criteria = _criteria(processing, enquiry)
    targeted = criteria is None or bool(criteria)
    named = None if criteria is None else frozenset(enquiry.criteria or ()) | enquiry.clear.keys()
    sends = None if enquiry.sends is None else _message_to_send(processing, enquiry, law, named)
    # Asked one after the other and read together, in one round trip.
    territories, rounds = territories_in_force(processing), rounds_to_keep_silent(processing)
    interest = _interest(processing, law, number, at)
    newsletter = MessageKind.NEWSLETTER in {enquiry.message, sends and sends.kind}
    geography = ask_geography(processing) if newsletter and criteria == frozenset({PLACES}) else None
    told = told_of(law.id, enquiry.message)
    minutes = _minutes(processing, territories(), at) if law.window else None
    hold_turn(processing, told, sends=sends is not None)
    counts = law.online and (targeted or law.opens)
    groups = ask_groups(processing, _asked(processing, enquiry, number, told=told, minutes=minutes, targeting=counts))
    silent = _silences(processing, tuple(rounds()), territories())
    question = Question(
        controller=processing.controller,
        purpose=processing.purpose,
        channel=law.id,
        message=_AS.get(enquiry.message, enquiry.message),
        targeted=targeted,
        criteria=frozenset(criteria or ()),
        silence=any(one.begins <= at < one.ends for one in silent),
        interest=interest(),
        newsletter=newsletter,
        places_target=geography is None or geography() is Places.TARGETING,
    )
    return Put(question, groups, counts, number, at, _expires(at, silent), enquiry, sends, named)


def _asked(
    processing: Processing,
    enquiry: Enquiry,
    number: int,
    *,
    told: Told,
    minutes: tuple[int, int] | None,
    targeting: bool,
) -> Asked:
    advertising = processing.edition.channels[TARGETING].number
    return Asked(
        cell=(processing.purpose, number),
        above=cells_above(processing.edition, processing.purpose, number),
        targeting=(ADVERTISING, advertising) if targeting else None,
        above_targeting=cells_above(processing.edition, ADVERTISING, advertising),
        today=(enquiry.at or processing.at).date(),
        minutes=minutes,
        told=told,
        persons=enquiry.persons,
        after=enquiry.after,
        limit=enquiry.limit,
        clear=enquiry.clear,
    )


def _message_to_send(
    processing: Processing, enquiry: Enquiry, law: Channel, named: frozenset[str] | None
) -> MessageView:
    """Return the message about to be sent. Raises Invalid: of another channel or kind, or nobody said who gets it."""
    found = find_message(processing, enquiry.sends) if enquiry.sends else None
    kinds = {enquiry.message, _AS.get(enquiry.message, enquiry.message)}
    if found is None or found.channel != law.id or not kinds & {found.kind, _AS.get(found.kind, found.kind)}:
        raise Invalid("the message that is to be sent has the channel and the kind that are asked about")
    if found.labelled and named is None:
        raise Invalid("political advertising on line is sent once it is said what chose the persons: name the criteria")
    return found


def _number(processing: Processing, word: str) -> int:
    """Return the number of a channel; the campaign's lists are read only where one is asked about."""
    law = processing.edition.channels.get(word)
    return law.number if law is not None and word != "list" else number_of(channels(processing), word)


def _interest(processing: Processing, law: Channel, number: int, at: datetime) -> Callable[[], frozenset[str]]:
    if not any("interest" in ways for ways in law.grounds.values()):
        return frozenset
    return interests_of(processing, processing.purpose, number, at.date())


def _check(processing: Processing, enquiry: Enquiry) -> None:
    if enquiry.channel == "all":
        raise Invalid("one channel is asked about at a time")
    if _AS.get(enquiry.message, enquiry.message) not in processing.edition.messages:
        raise Invalid(f"a kind of message is one of {', '.join([*processing.edition.messages, *_AS])}")
    if enquiry.persons is not None and len(enquiry.persons) > MOST:
        raise Invalid(f"at most {MOST} persons are asked about at a time")
    if enquiry.at is not None and enquiry.at < processing.at - timedelta(minutes=5):
        raise Invalid("nobody asks whether somebody could have been reached")


def _criteria(processing: Processing, enquiry: Enquiry) -> frozenset[str] | None:
    """Return the lines of the matrix that chose; None where ids came and nobody said how they were chosen."""
    if enquiry.criteria is None:
        return None if enquiry.persons is not None else frozenset(_FILTERS[name] for name in enquiry.clear)
    fields = processing.edition.fields
    lines = {name: fields[name].row for name in enquiry.criteria if name in fields}
    lines |= {name: _FILTERS[name] for name in enquiry.criteria if name in _FILTERS}
    lines |= {name: "custom" for name in enquiry.criteria if name.startswith("custom:") or name == "tag"}
    if set(enquiry.criteria) - lines.keys():
        raise Invalid("criteria are fields of the law, category, commune, polling_station, tag, or custom: and a name")
    return frozenset(lines.values()) | frozenset(_FILTERS[name] for name in enquiry.clear)


def _silences(processing: Processing, rounds: tuple[Round, ...], territories: tuple[str, ...]) -> Sequence[Silence]:
    """Return the silences of the campaign's ballots at the places where it acts; prudently each holds for all."""
    named = processing.edition.digest, rounds, territories
    if named not in _KNOWN:
        while len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)), None)
        _KNOWN[named] = silences(processing.edition, rounds, territories)
    return _KNOWN[named]


def _minutes(processing: Processing, territories: tuple[str, ...], at: datetime) -> tuple[int, int]:
    """Return the earliest and the latest minute of the day where the campaign acts: whom we call may live in any."""
    places = places_of(processing.edition, territories or (_MAINLAND,))
    walls = [at.astimezone(ZoneInfo(zone)) for place in places for zone in place.zones]
    minutes = [wall.hour * 60 + wall.minute for wall in walls]
    return min(minutes), max(minutes)


def _expires(at: datetime, silent: Sequence[Silence]) -> datetime:
    """Let an answer hold for its time, but not into a silence."""
    return min([at + VALID_FOR, *(one.begins for one in silent if one.begins > at)])
