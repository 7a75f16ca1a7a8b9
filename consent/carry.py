"""Objections on their way to the controller's other campaigns: whoever is in their files already objected there too.

A transaction is of one campaign. So the words by which a person is known stay here, sealed, until every other campaign
of the controller was told; who comes in there later is met by the keyed hashes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

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
_COLUMNS = ("campaign_id", "id", "sealed", "kept_at")
_PURPOSE = "message"
_CONTEXT = b"opposition carried"
_AT_ONCE = 200
"""Objections of one row: as many are looked for in one transaction of another campaign."""
_KNOWN_BY = frozenset(
    {"email", "phone", "external_id", "last_name", "usage_name", "first_names", "birth_date", "address"}
)


class Objection(NamedTuple):
    """To what somebody objected, and by which data they are known."""

    data: Sequence[Datum]
    purpose: str
    channel: str

    def __repr__(self) -> str:
        """Tell to what, and not who."""
        return f"Objection({self.purpose}, {self.channel})"


@dataclass(frozen=True, slots=True)
class Carried:
    """Objections of one moment, and which campaigns are to be told of them."""

    id: UUID
    at: datetime
    objections: Sequence[Objection]
    campaigns: Sequence[CampaignId]


def carry(processing: Processing, objections: Sequence[Objection]) -> Mapping[str, int]:
    """Keep objections for the controller's other campaigns, if it has any; return the rows to note."""
    if not list_siblings(processing):
        return {}
    plain = [([datum for datum in one.data if datum[0] in _KNOWN_BY], one.purpose, one.channel) for one in objections]
    rows = [
        _row(processing, random_uuid(), plain[start : start + _AT_ONCE]) for start in range(0, len(plain), _AT_ONCE)
    ]
    return {"opposition_carried.insert": processing.copy(TABLE, _COLUMNS, rows)}


def _row(processing: Processing, one: UUID, plain: Sequence[Any]) -> tuple[Any, ...]:
    written = json.dumps(plain, ensure_ascii=False).encode()
    key, context = processing.keys.active(_PURPOSE), _context(processing, one)
    return processing.campaign, one, seal_value(key, context=context, plain=written), processing.at


def is_carried(reading: Transaction, campaign: CampaignId) -> bool:
    """Tell whether any objection is on its way from a campaign."""
    return bool(reading.query(select(TABLE.c.id).where(TABLE.c.campaign_id == campaign).limit(1)))


def next_carried(processing: Processing, after: UUID | None) -> Carried | None:
    """Return what is on its way, one after the other in the order of their ids. Raises Unopenable."""
    statement = select(TABLE).where(TABLE.c.campaign_id == processing.campaign).order_by(TABLE.c.id).limit(1)
    rows = processing.read(TABLE, statement if after is None else statement.where(TABLE.c.id > after))
    processing.note(Note(event=Event.OPPOSITION_CARRIED, counts={"opposition_carried.read": len(rows)}))
    for row in rows:
        plain = json.loads(open_value(processing.keys, _PURPOSE, _context(processing, row.id), row.sealed))
        told = [Objection([(name, value) for name, value in data], *rest) for data, *rest in plain]
        return Carried(row.id, row.kept_at, told, list_siblings(processing))
    return None


def end_carrying(processing: Processing, one: UUID) -> None:
    """Forget what every other campaign was told."""
    own = TABLE.c.campaign_id == processing.campaign, TABLE.c.id == one
    deleted = processing.execute(TABLE, delete(TABLE).where(*own))
    processing.note(Note(event=Event.OPPOSITION_CARRIED, counts={"opposition_carried.delete": deleted}))


def _context(processing: Processing, one: UUID) -> bytes:
    return processing.campaign.bytes + _CONTEXT + one.bytes
