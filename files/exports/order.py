"""Order an export: which list, why, to whom, how it gets there; a large one waits for a second pair of eyes."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.approvals.actions import Action
from accounts.approvals.request import Requested, ask_approval
from accounts.scopes import CONTACTS_READ
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from campaigns.recipients import RecipientView, registered_recipient
from contacts.listing import Selection
from contacts.reach import readable
from contacts.vocabulary import vocabulary_of
from files.export_file import CAP, FIXED, ExportOrder
from files.exports.states import QUEUED, WAITING
from files.exports.store import caps_since, insert_export
from files.hand_over import Handover
from files.writers import Format
from jobs.enqueue import enqueue_tasks
from kernel.errors import Conflict, Invalid
from kernel.identity import PersonId, random_uuid
from keys.create import Compartment, draw_person_keys, store_person_keys
from selections.save import find_selection

RUN = "export.run"
"""The kind of task that takes an export on by one turn."""
AGE, LINK = "age", "link"
MOST_HOURS = 168
MOST = 10_000_000
MOST_OPEN = 20
_DAY = timedelta(hours=24)
_LOCK = 0x1511


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An export: the order itself, whom the law is asked about anew, and how the file gets there.

    ``secured`` is ``age`` (encrypted to the recipient's public key) or ``link`` (one download through one link).
    """

    order: ExportOrder
    reach: Handover | None = None
    secured: str = AGE
    hours: int = 72
    """How long the finished file waits."""

    def text(self) -> str:
        """Return it as it is kept; reason and recipient have columns of their own."""
        order = self.order
        reach = None if self.reach is None else asdict(self.reach) | {"criteria": _listed(self.reach.criteria)}
        told = {
            "selection": asdict(order.selection),
            "saved": order.saved,
            "only": _listed(order.only),
            "reach": reach,
            "format": order.format.value,
            "secured": self.secured,
            "hours": self.hours,
        }
        return json.dumps(told, sort_keys=True, default=str)


def read_wanted(row: Any) -> Wanted:  # noqa: ANN401 - a row
    """Return what an export was ordered as."""
    told = json.loads(row.declared)
    reach: Mapping[str, Any] | None = told["reach"]
    order = ExportOrder(
        reason=row.reason,
        recipient=str(row.recipient_id),
        selection=Selection(**told["selection"]),
        saved=None if told["saved"] is None else UUID(told["saved"]),
        cap=row.cap,
        only=tuple(told["only"]),
        format=Format(told["format"]),
    )
    asked = None
    if reach is not None:
        sends = None if reach["sends"] is None else UUID(reach["sends"])
        asked = Handover(channel=reach["channel"], message=reach["message"], sends=sends, criteria=reach["criteria"])
    return Wanted(order=order, reach=asked, secured=told["secured"], hours=told["hours"])


@dataclass(frozen=True, slots=True)
class Ordered:
    """An export that was ordered: the request that it waits for, where it is a large one."""

    id: UUID
    state: str
    approval: UUID | None
    alone_from: datetime | None
    """When it begins though nobody else approved, because nobody else could and the DPO was silent."""


def order_export(processing: Processing, wanted: Wanted, *, alone: int, delay: timedelta) -> Ordered:
    """Order an export; a worker begins it soon, or once somebody else approved of it.

    ``alone`` is how many contacts one actor may let leave in a day alone; ``delay`` what stands in the place of an
    approval that nobody can give. Raises Invalid, Conflict; Refusal for a recipient that is not registered; NotFound.
    """
    recipient = checked_order(processing, wanted, {AGE, LINK})
    fields = fields_of(processing, wanted.order.only)
    one, cap = random_uuid(), wanted.order.cap
    approval = None
    if is_too_much(processing, cap, alone):
        asked = {"export": str(one), "recipient": str(recipient.id), "cap": str(cap), "selection": _chosen_by(wanted)}
        approval = ask_approval(processing, Action.EXPORT_LARGE, asked, delay=delay)
    state = QUEUED if approval is None else WAITING
    counts = _keep(processing, one, state, wanted, recipient, fields, approval)
    if approval is None:
        counts |= enqueue_tasks(processing, RUN, [{"export": str(one)}])
    free = {"reason": wanted.order.reason, "recipient_id": str(recipient.id)}
    note = Note(event=Event.EXPORT_ORDERED, counts=counts, fields=field_names(fields), free=free, job=one)
    processing.note(note)
    if approval is None:
        return Ordered(one, state, None, None)
    return Ordered(one, state, approval.id, approval.alone_from)


def left_today(processing: Processing, alone: int) -> int:
    """Return how many more contacts the actor may let leave alone today: one at least, so that too many says so."""
    processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
    return max(1, min(CAP, alone - caps_since(processing, processing.actor.id, processing.at - _DAY)))


def is_too_much(processing: Processing, cap: int, alone: int) -> bool:
    """Tell whether the actor's exports of a day would come to more than one may let leave alone.

    Orders come one after the other until the end of the processing.
    """
    processing.lock([_LOCK ^ (processing.campaign.int & 0x7FFF_FFFF_FFFF_0000)])
    return caps_since(processing, processing.actor.id, processing.at - _DAY) + cap > alone


def fields_of(processing: Processing, only: tuple[str, ...] | None) -> list[str]:
    """Return the fields that leave: what the purpose discloses to this actor, or the part of it that is wanted.

    Raises Invalid, naming what is wanted and not disclosed.
    """
    may = list(filter(readable(processing), vocabulary_of(processing, tags=False).codes))
    if only is None:
        return [*FIXED, *may]
    beyond = sorted(set(only) - set(may) - set(FIXED))
    if beyond:
        raise Invalid(f"the purpose does not disclose to you: {', '.join(field_names(beyond))}")
    return ["id", *(name for name in (*FIXED[1:], *may) if name in only)]


def checked_order(processing: Processing, wanted: Wanted, ways: Collection[str]) -> RecipientView:
    """Return to whom an export goes, which is secured in one of these ways. Raises as ``order_export`` does."""
    order = wanted.order
    if not order.reason.strip() or not order.recipient.strip():
        raise Invalid("an export needs a reason and a recipient")
    if order.saved is not None and order.selection != Selection():
        raise Invalid("a selection chooses by itself: name no category, commune or polling station beside it")
    if not 1 <= order.cap <= MOST or not 1 <= wanted.hours <= MOST_HOURS:
        raise Invalid(f"the cap is 1 to {MOST} contacts, and a file waits 1 to {MOST_HOURS} hours")
    if wanted.secured not in ways:
        raise Invalid(f"a file is secured by {' or '.join(sorted(ways))}")
    recipient = registered_recipient(processing, order.recipient)
    if wanted.secured == AGE and recipient.public_key is None:
        raise Conflict("this recipient has no public key: register it, or secure the file by a link")
    if order.saved is not None and find_selection(processing, order.saved).purpose != processing.purpose:
        raise Invalid("a selection runs for the purpose that it was saved for")
    return recipient


def _keep(
    processing: Processing,
    one: UUID,
    state: str,
    wanted: Wanted,
    recipient: RecipientView,
    fields: list[str],
    approval: Requested | None,
) -> dict[str, int]:
    """Keep the order and draw the key under which everything of it is sealed; return the rows to note."""
    drawn = draw_person_keys(processing, [PersonId(one)], Compartment.ATTACHMENT)
    store_person_keys(processing, drawn, [0])
    values = order_row(processing, one, state, wanted, recipient, fields)
    values["approval_id"] = None if approval is None else approval.id
    return {"export_run.insert": insert_export(processing, values), "person_key.insert": 1}


def order_row(
    processing: Processing, one: UUID, state: str, wanted: Wanted, recipient: RecipientView, fields: list[str]
) -> dict[str, Any]:
    """Return the row of an export that is ordered now."""
    declared = json.loads(wanted.text()) | {"only": fields}
    return {
        "id": one,
        "state": state,
        "actor": processing.actor.id,
        "actor_kind": processing.actor.kind.value,
        "held": json.dumps(_held(processing), sort_keys=True),
        "purpose": processing.purpose,
        "recipient_id": recipient.id,
        "reason": wanted.order.reason,
        "declared": json.dumps(declared, sort_keys=True),
        "cap": wanted.order.cap,
        "weight": wanted.order.cap,
        "chunks": 0,
        "after": None,
        "counts": json.dumps({"contacts": 0, "withheld": 0, "refused": {}}),
        "size": 0,
        "collected": 0,
        "created_at": processing.at,
    }


def _held(processing: Processing) -> dict[str, Any]:
    actor = processing.actor
    scopes = [one for one in actor.scopes if one == "*" or one.partition(":")[0] == CONTACTS_READ.partition(":")[0]]
    return {"scopes": sorted(scopes), "role": actor.staff_role}


def _chosen_by(wanted: Wanted) -> str:
    order = wanted.order
    if order.saved is not None:
        return str(order.saved)
    clear = {name: value for name, value in asdict(order.selection).items() if value is not None}
    return "all" if not clear else "-".join(sorted(clear))


def _listed(names: Any) -> list[str] | None:  # noqa: ANN401 - names, or none
    return None if names is None else sorted(names)
