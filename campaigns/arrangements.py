"""Arrangements between joint controllers (GDPR art. 26): who informs, who answers, which oppositions are shared."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import joint_controller
from campaigns.store import ARRANGEMENT, change_rows, find_row, insert_row, rows_of
from campaigns.words import one_of, told
from kernel.errors import Invalid, NotFound
from kernel.identity import random_uuid

DUTIES = ("own", "joint", "both")
"""Who does it: the campaign's own controller, the joint one, or each for its part."""
OPPOSITIONS = ("email", "phone", "post", "door", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArrangement:
    """What was agreed; the essence is what the notice tells the persons of it (art. 26(2))."""

    controller: UUID
    reference: str
    informs: str
    answers: str
    oppositions: Collection[str]
    essence_fr: str
    essence_en: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangementView:
    """An arrangement."""

    id: UUID
    controller_id: UUID
    reference: str
    informs: str
    answers: str
    oppositions: tuple[str, ...]
    essence_fr: str
    essence_en: str
    starts_on: date
    ends_on: date | None

    def holds(self, on: date) -> bool:
        """Tell whether it is in force that day."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


def record_arrangement(processing: Processing, new: NewArrangement) -> UUID:
    """Record what the campaign's controller agreed with a joint one; return its id. Raises NotFound, Invalid."""
    joint_controller(processing, new.controller)
    if new.ends_on is not None and new.ends_on < new.starts_on:
        message = "an arrangement ends after it begins"
        raise Invalid(message)
    oppositions = sorted({one_of("an opposition", word, OPPOSITIONS) for word in new.oppositions})
    arrangement = random_uuid()
    row = {
        "id": arrangement,
        "controller_id": new.controller,
        "reference": told("the reference of the arrangement", new.reference),
        "informs": one_of("who informs", new.informs, DUTIES),
        "answers": one_of("who answers", new.answers, DUTIES),
        "oppositions": json.dumps(oppositions),
        "essence_fr": told("the essence in French", new.essence_fr),
        "essence_en": told("the essence in English", new.essence_en),
        "starts_on": new.starts_on,
        "ends_on": new.ends_on,
        "recorded_at": processing.at,
    }
    insert_row(processing, ARRANGEMENT, row)
    processing.note(Note(event=Event.ARRANGEMENT_RECORDED, counts={"arrangement.insert": 1}))
    return arrangement


def end_arrangement(processing: Processing, arrangement: UUID, on: date) -> None:
    """Say on which day an arrangement ends. Raises NotFound, Invalid."""
    row = find_row(processing, ARRANGEMENT, id=arrangement)
    if row is None:
        message = "no such arrangement in this campaign"
        raise NotFound(message)
    if on < row.starts_on:
        message = "an arrangement ends after it begins"
        raise Invalid(message)
    change_rows(processing, ARRANGEMENT, {"ends_on": on}, id=arrangement)
    processing.note(Note(event=Event.ARRANGEMENT_ENDED, counts={"arrangement.update": 1}))


def list_arrangements(processing: Processing) -> list[ArrangementView]:
    """Return the campaign's arrangements, oldest first."""
    return [_view(row) for row in rows_of(processing, ARRANGEMENT, ARRANGEMENT.c.recorded_at)]


def _view(row: Any) -> ArrangementView:  # noqa: ANN401 - a row
    values = {name: getattr(row, name) for name in ArrangementView.__slots__}
    return ArrangementView(**values | {"oppositions": tuple(json.loads(row.oppositions))})
