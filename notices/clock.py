"""By when whoever did not give their data themselves is told (GDPR art. 14), origin by origin, and how they were.

An origin that is overdue blocks sends, not the planning of doors: that is for whoever asks. The month runs from the day
the data were obtained; a first message or a disclosure before its end must carry the notice itself.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.words import told
from contacts.registries import OriginView, origins_of
from kernel.errors import Conflict, Invalid, NotFound
from notices.publish import published_notices
from notices.store import insert_telling, tellings_of
from policy.edition import NoticeClock
from policy.findings import Refusal
from policy.notice import notice_due


class Manner(StrEnum):
    """How the persons of an origin were told."""

    INDIVIDUAL = "individual"
    ASSESSED = "assessed"
    """A published notice, and each person told at the first contact: an interpretation of art. 14(5)(b)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How and when the persons of an origin were told, with which version, and where the proof is."""

    origin: int
    manner: Manner
    notice: int
    told_on: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginClock:
    """An origin whose persons must be told: by when, and what was done."""

    origin: int
    kind: str
    obtained_on: date
    due_on: date
    manner: Manner | None
    overdue: bool


def tell_origin(processing: Processing, telling: Telling) -> None:
    """Record that the persons of an origin were told, or the assessment that stands for it.

    Raises NotFound, Conflict where the person gave the data, Invalid; Refusal for an assessment that the pack does not
    admit of this origin, and for a version that does not speak of it.
    """
    origin, clock = _clock_of(processing, telling.origin)
    notice = next((one for one in published_notices(processing) if one.number == telling.notice), None)
    if notice is None or origin.kind not in notice.origins:
        raise Refusal([processing.edition.rules["notice.unpublished"].finding("notice", missing="notice")])
    if telling.manner is Manner.ASSESSED and not clock.assessed:
        raise Refusal([processing.edition.rules["notice.interpretation"].finding("manner")])
    if not notice.published_at.date() <= telling.told_on <= processing.today:
        message = "persons are told after the version was published, and not in the future"
        raise Invalid(message)
    known = [one for one in tellings_of(processing) if one.origin == telling.origin]
    values = {
        "campaign_id": processing.campaign,
        "origin": telling.origin,
        "number": len(known) + 1,
        "manner": telling.manner.value,
        "notice": telling.notice,
        "told_on": telling.told_on,
        "reference": told("the reference", telling.reference),
        "recorded_at": processing.at,
    }
    counts = {"origin_notice.insert": insert_telling(processing, values)}
    free = {"origin": telling.origin, "manner": telling.manner.value, "notice": telling.notice}
    processing.note(Note(event=Event.ORIGIN_TOLD, counts=counts, free=free))


def list_clocks(processing: Processing) -> list[OriginClock]:
    """Return every origin whose persons must be told, oldest first."""
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return running_clocks(processing)


def list_tellings(processing: Processing) -> list[Telling]:
    """Return how the persons of each origin were told, within a processing that notes itself."""
    return [
        Telling(
            origin=row.origin,
            manner=Manner(row.manner),
            notice=row.notice,
            told_on=row.told_on,
            reference=row.reference,
        )
        for row in tellings_of(processing)
    ]


def running_clocks(processing: Processing) -> list[OriginClock]:
    """Return every origin whose persons must be told, within a processing that notes itself."""
    manners = {one.origin: one.manner for one in list_tellings(processing)}
    return [
        _clock(processing, one, due_on, manners.get(one.number))
        for one in origins_of(processing)
        if not one.synthetic and (due_on := notice_due(processing.edition, one.kind, one.obtained_on)) is not None
    ]


def _clock(processing: Processing, origin: OriginView, due_on: date, manner: Manner | None) -> OriginClock:
    return OriginClock(
        origin=origin.number,
        kind=origin.kind,
        obtained_on=origin.obtained_on,
        due_on=due_on,
        manner=manner,
        overdue=manner is None and processing.today > due_on,
    )


def _clock_of(processing: Processing, number: int) -> tuple[OriginView, NoticeClock]:
    origin = next((one for one in origins_of(processing) if one.number == number), None)
    if origin is None:
        message = "no origin of that number is declared"
        raise NotFound(message)
    clock = processing.edition.clocks.get(origin.kind)
    if clock is None:
        message = "the persons gave these data themselves: they were told at the collection (art. 13)"
        raise Conflict(message)
    return origin, clock
