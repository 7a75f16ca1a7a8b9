"""Objections on their way to the controller's other campaigns: whoever is in their files already objected there too.

A transaction is of one campaign. So the words by which a person is known stay here, sealed, until the other campaign
was told; who comes in there later is met by the keyed hashes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.directory import list_siblings
from consent.tables import CarriedOpposition
from crypto.value import open_value, seal_value
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, random_uuid
from policy.draft import Datum

TABLE = table_of(CarriedOpposition)
_COLUMNS = ("campaign_id", "id", "other_id", "repeated", "sealed", "kept_at", "due_at")
_PURPOSE = "message"
_CONTEXT = b"opposition carried"
_PAUSE = timedelta(hours=1)
_AT_ONCE = 200
"""Objections of one row: as many are looked for in one transaction of another campaign."""


class Objection(NamedTuple):
    """To what somebody objected, and by which data they are known."""

    data: Sequence[Datum]
    purpose: str
    channel: str

    def __repr__(self) -> str:
        """Tell to what, and not who."""
        return f"Objection({self.purpose}, {self.channel})"


class Carrying(StrEnum):
    """How objections are carried."""

    SAID = "said"
    """The person objects: whatever they agreed to before ends in the other campaigns too."""
    REPEATED = "repeated"
    """A file says it, maybe every night: where a refusal was told, it tells nothing new."""
    NOT = "not"
    """They were carried when they came."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Objections of one moment, and which campaign is to be told of them."""

    id: UUID
    campaign: CampaignId
    at: datetime
    repeated: bool
    objections: Sequence[Objection]


def carry(processing: Processing, objections: Sequence[Objection], carrying: Carrying) -> Mapping[str, int]:
    """Keep objections for each of the controller's other campaigns, if it has any; return the rows to note."""
    others = [] if carrying is Carrying.NOT else list_siblings(processing)
    starts = range(0, len(objections), _AT_ONCE) if others else ()
    parts = [json.dumps(objections[start : start + _AT_ONCE], ensure_ascii=False).encode() for start in starts]
    rows = [_row(processing, other, part, carrying) for other in others for part in parts]
    return {"opposition_carried.insert": processing.copy(TABLE, _COLUMNS, rows) if rows else 0}


def _row(processing: Processing, other: CampaignId, plain: bytes, carrying: Carrying) -> tuple[Any, ...]:
    one, key = random_uuid(), processing.keys.active(_PURPOSE)
    sealed = seal_value(key, context=_context(processing, one), plain=plain)
    return processing.campaign, one, other, carrying is Carrying.REPEATED, sealed, processing.at, processing.at


def is_carried(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether any objection from a campaign is due elsewhere."""
    due = select(TABLE.c.id).where(TABLE.c.campaign_id == campaign, TABLE.c.due_at <= at)
    return bool(reading.query(due.limit(1)))


def waiting(processing: Processing, *, put_off: bool) -> list[UUID]:
    """Return the ids of what is on its way, oldest first; with what was put off, or without."""
    own = TABLE.c.campaign_id == processing.campaign
    due = own if put_off else own & (TABLE.c.due_at <= processing.at)
    rows = processing.read(TABLE, select(TABLE.c.id).where(due).order_by(TABLE.c.kept_at, TABLE.c.id))
    _note(processing, "read", len(rows))
    return [row.id for row in rows]


def open_carried(processing: Processing, one: UUID) -> Carried | None:
    """Return what is on its way; None where nobody is to be told any more. Raises Unopenable."""
    rows = processing.read(TABLE, select(TABLE).where(*_own(processing, one)))
    _note(processing, "read", len(rows))
    for row in rows:
        if row.other_id not in list_siblings(processing):
            return None
        plain = json.loads(open_value(processing.keys, _PURPOSE, _context(processing, row.id), row.sealed))
        told = [Objection([(name, value) for name, value in data], *rest) for data, *rest in plain]
        return Carried(row.id, CampaignId(row.other_id), row.kept_at, row.repeated, told)
    return None


def end_carrying(processing: Processing, one: UUID) -> None:
    """Forget what the other campaign was told."""
    _note(processing, "delete", processing.execute(TABLE, delete(TABLE).where(*_own(processing, one))))


def put_off(processing: Processing, one: UUID) -> None:
    """Try again later what could not be told."""
    later = update(TABLE).where(*_own(processing, one)).values(due_at=processing.at + _PAUSE)
    _note(processing, "update", processing.execute(TABLE, later))


def _own(processing: Processing, one: UUID) -> tuple[ColumnElement[bool], ...]:
    return TABLE.c.campaign_id == processing.campaign, TABLE.c.id == one


def _note(processing: Processing, verb: str, rows: int) -> None:
    processing.note(Note(event=Event.OPPOSITION_CARRIED, counts={f"opposition_carried.{verb}": rows}))


def _context(processing: Processing, one: UUID) -> bytes:
    return processing.campaign.bytes + _CONTEXT + one.bytes
