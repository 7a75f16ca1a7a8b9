"""Open and close the public form of a campaign, and read it as it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.activation import activation_of
from consent.channels import LIST_PREFIX, list_lists
from kernel.database import Transaction
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import CampaignId
from notices.publish import newest_notice
from policy.phase import Phase
from signups.boxes import box_of, boxes, in_order
from signups.store import find_form, forms_of, insert_form

FORM_PURPOSE = "contact_management"
"""The purpose under which a form records who signed up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """The form as it is from an instant on."""

    number: int
    is_open: bool
    boxes: tuple[str, ...]
    changed_at: datetime


def open_form(processing: Processing, channels: Sequence[str]) -> FormView:
    """Open the form with these boxes, or change the boxes of an open one.

    Raises Invalid for a box that there is not; Conflict before the activation, without a published notice, and for a
    purpose that the campaign did not declare.
    """
    known = [*boxes(), *(LIST_PREFIX + name for name in list_lists(processing))]
    if not channels or set(channels) - set(known):
        message = f"a form has boxes of: {', '.join(known)}"
        raise Invalid(message)
    active, notice = activation_of(processing), newest_notice(processing)
    if active is None or processing.phase is not Phase.ACTIVE or notice is None:
        message = "a form is opened once the campaign is active and a notice is published here"
        raise Conflict(message)
    used = {FORM_PURPOSE, *(box_of(one).purpose for one in channels)}
    if not used <= set(active.purposes) & set(notice.purposes):
        message = f"the activation and the newest notice must name these purposes: {', '.join(sorted(used))}"
        raise Conflict(message)
    return _keep(processing, is_open=True, channels=in_order(channels))


def close_form(processing: Processing) -> FormView:
    """Close the form; what waits for its mailbox may still be confirmed. Raises NotFound."""
    rows = forms_of(processing)
    if not rows or not rows[-1].is_open:
        message = "no form is open"
        raise NotFound(message)
    return _keep(processing, is_open=False, channels=json.loads(rows[-1].boxes))


def list_forms(processing: Processing) -> list[FormView]:
    """Return the form as it was and is, oldest first, within a processing that notes itself."""
    return [_view(row) for row in forms_of(processing)]


def read_form(reading: Transaction, campaign: CampaignId) -> FormView:
    """Return the open form, to anybody. Raises NotFound."""
    row = find_form(reading, campaign)
    if row is None or not row.is_open:
        message = "no form is open here"
        raise NotFound(message)
    return _view(row)


def _keep(processing: Processing, *, is_open: bool, channels: Sequence[str]) -> FormView:
    number = len(forms_of(processing)) + 1
    view = FormView(number=number, is_open=is_open, boxes=tuple(channels), changed_at=processing.at)
    values = {
        "campaign_id": processing.campaign,
        "number": number,
        "is_open": is_open,
        "boxes": json.dumps(list(channels)),
        "changed_at": processing.at,
    }
    event = Event.SIGNUP_FORM_OPENED if is_open else Event.SIGNUP_FORM_CLOSED
    counts = {"signup_form.insert": insert_form(processing, values)}
    processing.note(Note(event=event, counts=counts, free={"boxes": list(channels)}))
    return view


def _view(row: Any) -> FormView:  # noqa: ANN401 - a row
    return FormView(
        number=row.number, is_open=row.is_open, boxes=tuple(json.loads(row.boxes)), changed_at=row.changed_at
    )
