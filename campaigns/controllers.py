"""The controllers of a campaign (GDPR art. 4(7), 26): its own and joint ones, with the contacts their notice gives."""

from dataclasses import dataclass
from datetime import date
from typing import Any, get_args
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.store import (
    CAMPAIGN_CONTROLLER,
    change_rows,
    find_row,
    hold_registers,
    insert_row,
    own_controller,
    rows_of,
)
from campaigns.words import one_of, told
from kernel.errors import Conflict, NotFound
from kernel.identity import random_uuid
from policy.edition import Controller

KINDS: tuple[str, ...] = get_args(Controller)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoints:
    """Where rights are exercised, and the data protection officer or why none is required."""

    rights_contact: str
    dpo_contact: str = ""
    dpo_not_required: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerView:
    """A controller of the campaign."""

    id: UUID
    own: bool
    kind: str
    name: str
    rights_contact: str
    dpo_contact: str
    dpo_not_required: str
    ended_on: date | None


def describe_controller(processing: Processing, points: ContactPoints) -> UUID:
    """Say how the campaign's own controller is reached; said again, it replaces what was said."""
    values = _points(points) | {"updated_at": processing.at}
    hold_registers(processing)
    known = find_row(processing, CAMPAIGN_CONTROLLER, own=True)
    if known is not None:
        change_rows(processing, CAMPAIGN_CONTROLLER, values, id=known.id)
        _note(processing, "campaign_controller.update")
        own: UUID = known.id
        return own
    row = own_controller(processing)
    return _add(processing, own=True, kind=row.kind, name=row.name, values=values)


def controller_named(processing: Processing) -> tuple[str, str]:
    """Return name and kind of the campaign's own controller, known since its creation: before anybody described it."""
    row = own_controller(processing)
    return row.name, row.kind


def add_joint_controller(processing: Processing, name: str, kind: str, points: ContactPoints) -> UUID:
    """Add a controller that decides with the campaign's own; it needs an arrangement before activation."""
    values = _points(points) | {"updated_at": processing.at}
    kind = one_of("the kind of a controller", kind, KINDS)
    return _add(processing, own=False, kind=kind, name=told("the controller's name", name), values=values)


def end_joint_controller(processing: Processing, controller: UUID, on: date) -> None:
    """Say that a joint controller decides no more, from a day on. Raises NotFound, Conflict for the campaign's own."""
    row = joint_controller(processing, controller)
    change_rows(processing, CAMPAIGN_CONTROLLER, {"ended_on": on, "updated_at": processing.at}, id=row.id)
    processing.note(Note(event=Event.CONTROLLER_ENDED, counts={"campaign_controller.update": 1}))


def joint_controller(processing: Processing, controller: UUID) -> ControllerView:
    """Return a joint controller. Raises NotFound, Conflict for the campaign's own."""
    found = next((one for one in list_controllers(processing) if one.id == controller), None)
    if found is None:
        message = "no such controller in this campaign"
        raise NotFound(message)
    if found.own:
        message = "this is the campaign's own controller, not a joint one"
        raise Conflict(message)
    return found


def list_controllers(processing: Processing) -> list[ControllerView]:
    """Return the campaign's controllers, its own first."""
    rows = rows_of(processing, CAMPAIGN_CONTROLLER, CAMPAIGN_CONTROLLER.c.updated_at)
    return sorted((_view(row) for row in rows), key=lambda one: not one.own)


def _add(processing: Processing, *, own: bool, kind: str, name: str, values: dict[str, Any]) -> UUID:
    controller = random_uuid()
    row = {"id": controller, "own": own, "kind": kind, "name": name, "ended_on": None, **values}
    insert_row(processing, CAMPAIGN_CONTROLLER, row)
    _note(processing, "campaign_controller.insert")
    return controller


def _note(processing: Processing, count: str) -> None:
    processing.note(Note(event=Event.CONTROLLER_DESCRIBED, counts={count: 1}))


def _points(points: ContactPoints) -> dict[str, Any]:
    return {
        "rights_contact": told("the contact for rights", points.rights_contact),
        "dpo_contact": told("the officer's contact", points.dpo_contact, required=False),
        "dpo_not_required": told("why no officer is required", points.dpo_not_required, required=False),
    }


def _view(row: Any) -> ControllerView:  # noqa: ANN401 - a row
    return ControllerView(**{name: getattr(row, name) for name in ControllerView.__slots__})
