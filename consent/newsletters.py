"""Newsletters: whether to choose their subscribers by place is targeting, as the campaign reads an open question.

Regulation (EU) 2024/900, art. 18(3), leaves newsletters to all subscribers free; of geography nobody knows yet. It is
targeting until the campaign says, with its reason, that it is not; a list of a place that people subscribe to
themselves never was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.words import told
from consent.store import GEOGRAPHY, ask_geographies, insert_numbered


class Places(StrEnum):
    """What it is to choose the subscribers of a newsletter by place; the words stand in rows and never change."""

    TARGETING = "targeting"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeographyView:
    """How a campaign read it, why, by whom and when."""

    number: int
    places: Places
    reason: str
    recorded_by: str
    recorded_at: datetime


def record_geography(processing: Processing, places: Places, reason: str) -> int:
    """Record how the campaign reads it from now on, and why; return the number. Raises Invalid."""
    values = {
        "places": places,
        "reason": told("the reason", reason),
        "recorded_by": processing.actor.id,
        "recorded_at": processing.at,
    }
    number = insert_numbered(processing, GEOGRAPHY, values, first=1)
    free = {"number": number, "places": places}
    processing.note(
        Note(event=Event.NEWSLETTER_GEOGRAPHY_RECORDED, counts={"newsletter_geography.insert": 1}, free=free)
    )
    return number


def list_geographies(processing: Processing) -> list[GeographyView]:
    """Return how the campaign read it, oldest first; the last holds."""
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return [
        GeographyView(
            number=row.number,
            places=Places(row.places),
            reason=row.reason,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
        for row in ask_geographies(processing)()
    ]


def ask_geography(processing: Processing) -> Callable[[], Places]:
    """Ask how the campaign reads it today: as targeting, where it said nothing."""
    rows = ask_geographies(processing)
    return lambda: Places(found[-1].places) if (found := rows()) else Places.TARGETING
