"""Data handed from one controller to another: a disclosure, recorded with its ground or refused (GDPR art. 6(4))."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.arrangements import list_arrangements
from campaigns.controllers import KINDS
from campaigns.store import HANDOVER, find_row, insert_row, rows_of
from campaigns.words import one_of, told
from kernel.errors import Invalid
from kernel.identity import random_uuid
from policy.findings import Refusal
from policy.handover import handover_findings

GIVEN, RECEIVED = "given", "received"
DIRECTIONS = (GIVEN, RECEIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHandover:
    """From or to which controller data pass, on which ground of the law's edition, and what proves it."""

    direction: str
    controller: str
    kind: str
    ground: str
    handed_on: date
    evidence: str = ""
    """Where the proof is kept: a consent form, a deed, a decision."""
    arrangement: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverView:
    """A hand-over, with the articles of its ground."""

    id: UUID
    direction: str
    controller: str
    kind: str
    ground: str
    articles: tuple[str, ...]
    evidence: str
    arrangement_id: UUID | None
    handed_on: date


def record_handover(processing: Processing, new: NewHandover) -> UUID:
    """Record a hand-over and return its id. Raises Refusal on a ground that the law does not accept."""
    edition = processing.edition
    findings = handover_findings(edition, new.ground, _facts(processing, new))
    if findings:
        raise Refusal(findings)
    if new.handed_on > processing.today:
        message = "a hand-over is recorded on its day or afterwards"
        raise Invalid(message)
    handover, sources = random_uuid(), edition.handovers[new.ground].sources
    row = {
        "id": handover,
        "direction": one_of("the direction", new.direction, DIRECTIONS),
        "controller": told("the other controller's name", new.controller),
        "kind": one_of("the kind of a controller", new.kind, KINDS),
        "ground": new.ground,
        "articles": json.dumps([edition.sources[name].article for name in sources]),
        "evidence": told("the evidence", new.evidence, required=False),
        "arrangement_id": new.arrangement,
        "handed_on": new.handed_on,
        "recorded_at": processing.at,
    }
    insert_row(processing, HANDOVER, row)
    free = {"ground": new.ground, "direction": new.direction}
    processing.note(Note(event=Event.HANDOVER_RECORDED, counts={"handover.insert": 1}, free=free))
    return handover


def is_received(processing: Processing, handover: UUID | None) -> bool:
    """Tell whether this is a hand-over that the campaign received."""
    return handover is not None and find_row(processing, HANDOVER, id=handover, direction=RECEIVED) is not None


def list_handovers(processing: Processing) -> list[HandoverView]:
    """Return the campaign's hand-overs, oldest first."""
    return [_view(row) for row in rows_of(processing, HANDOVER, HANDOVER.c.recorded_at)]


def _facts(processing: Processing, new: NewHandover) -> set[str]:
    facts = {"consent", "deed"} if new.evidence.strip() else set()
    arranged = (one for one in list_arrangements(processing) if one.id == new.arrangement)
    return facts | ({"arrangement"} if any(one.holds(new.handed_on) for one in arranged) else set())


def _view(row: Any) -> HandoverView:  # noqa: ANN401 - a row
    values = {name: getattr(row, name) for name in HandoverView.__slots__}
    return HandoverView(**values | {"articles": tuple(json.loads(row.articles))})
