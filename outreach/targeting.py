"""The register of targeting (Regulation (EU) 2024/900, art. 19): how a sending was narrowed, on which data.

A line names criteria, provenance, counts and the role that acted, never a person. It is written by whoever decides on a
sending or hands it over, in the same processing, and kept as long as the pack says.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.columns import table_of
from kernel.errors import Invalid, NotFound
from kernel.identity import random_uuid
from outreach.store import INTERACTION, messages_by_id
from outreach.tables import StoredTargeting
from outreach.words import OF_MESSAGES, Channel, Kind, Technique

TARGETING = table_of(StoredTargeting)
CLEAR = frozenset({"category", "commune", "polling_station", "territory", "age", "tag", "custom"})
"""Criteria that are no field of a record; a tag or an own field may follow with its registered name: ``tag:velo``."""
_NAMED = re.compile(r"(tag|custom):[a-z][a-z0-9_\-]{0,62}")
_COUNTS = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What chose, or left out: a field or clear column, and the kinds of origin that its data came from."""

    name: str
    excludes: bool = False
    origins: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTargeting:
    """How those who get a message were chosen.

    ``counts`` has ``considered`` and ``allowed``, and may have more, by closed words. ``automated`` says that a
    system of artificial intelligence took part.
    """

    channel: Channel
    technique: Technique
    counts: Mapping[str, int]
    criteria: Sequence[Criterion] = ()
    automated: bool = False
    message: UUID | None = None
    eligibility: UUID | None = None
    starts_on: date | None = None
    last_use_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Targeting:
    """A line of the register."""

    id: UUID
    channel: Channel
    technique: Technique
    criteria: Sequence[Criterion]
    counts: Mapping[str, int]
    automated: bool
    message: UUID | None
    eligibility: UUID | None
    purpose: str
    role: str
    edition: str
    starts_on: date
    last_use_on: date
    recorded_at: datetime


def register_targeting(processing: Processing, new: NewTargeting) -> UUID:
    """Write a line in the register; return its id. The role that acts is written, never the person. Raises Invalid."""
    _check(processing, new)
    line = random_uuid()
    values = {
        "campaign_id": processing.campaign,
        "id": line,
        "channel": new.channel.value,
        "technique": new.technique.value,
        "criteria": json.dumps([[one.name, one.excludes, sorted(one.origins)] for one in new.criteria]),
        "counts": json.dumps(dict(new.counts), sort_keys=True),
        "automated": new.automated,
        "message_id": new.message,
        "eligibility_id": new.eligibility,
        "purpose": processing.purpose,
        "role": processing.actor.role,
        "edition": processing.edition.digest,
        "starts_on": new.starts_on or processing.today,
        "last_use_on": new.last_use_on or processing.today,
        "recorded_at": processing.at,
    }
    processing.execute(TARGETING, insert(TARGETING), values)
    processing.note(Note(event=Event.TARGETING_REGISTERED, counts={"targeting.insert": 1}))
    return line


def list_targetings(
    processing: Processing, *, after: tuple[datetime, UUID] | None = None, limit: int | None = None
) -> list[Targeting]:
    """Return lines of the register, the oldest first; the caller notes the reading of the register."""
    statement = select(TARGETING).where(TARGETING.c.campaign_id == processing.campaign)
    if after is not None:
        beyond = (TARGETING.c.recorded_at > after[0]) | (TARGETING.c.id > after[1])
        statement = statement.where(TARGETING.c.recorded_at >= after[0], beyond)
    ordered = statement.order_by(TARGETING.c.recorded_at, TARGETING.c.id).limit(limit)
    return [_view(row) for row in processing.look_up(TARGETING, ordered)]


def find_targeting(processing: Processing, line: UUID) -> Targeting:
    """Return a line of the register. Raises NotFound."""
    here = TARGETING.c.campaign_id == processing.campaign, TARGETING.c.id == line
    rows = processing.look_up(TARGETING, select(TARGETING).where(*here))
    if not rows:
        message = "no such line in the register of targeting"
        raise NotFound(message)
    return _view(rows[0])


def figures_of(processing: Processing, message: UUID) -> dict[Kind, int]:
    """Count what happened with a message, by kind; the caller notes ``interaction.read``, one for each kind named."""
    counted = (
        select(INTERACTION.c.kind, func.count().label("times"))
        .where(
            INTERACTION.c.campaign_id == processing.campaign,
            INTERACTION.c.message_id == message,
            INTERACTION.c.kind.in_(sorted(OF_MESSAGES)),
        )
        .group_by(INTERACTION.c.kind)
    )
    return {Kind(row.kind): int(row.times) for row in processing.read(INTERACTION, counted)}


def _check(processing: Processing, new: NewTargeting) -> None:
    edition = processing.edition
    known = CLEAR | edition.fields.keys() | edition.rows.keys()
    if any(one.name not in known and not _NAMED.fullmatch(one.name) for one in new.criteria):
        raise Invalid("a criterion is a field, a data category, or a clear column")
    if any(not edition.origins.keys() >= set(one.origins) for one in new.criteria):
        raise Invalid("the provenance of a criterion is one of the law's kinds of origin")
    narrows = new.technique in {Technique.SELECTION, Technique.GEOGRAPHY}
    if narrows != bool(new.criteria):
        raise Invalid("a selection names its criteria; everybody, or a random split, has none")
    if not {"considered", "allowed"} <= new.counts.keys() or not all(map(_COUNTS.fullmatch, new.counts)):
        raise Invalid("the counts name how many were considered and how many allowed, by closed words")
    if new.message is not None and not messages_by_id(processing, [new.message]):
        raise Invalid("no such message in this campaign")


def _view(row: Any) -> Targeting:  # noqa: ANN401 - a row
    criteria = [Criterion(name=name, excludes=out, origins=tuple(told)) for name, out, told in json.loads(row.criteria)]
    return Targeting(
        id=row.id,
        channel=Channel(row.channel),
        technique=Technique(row.technique),
        criteria=tuple(criteria),
        counts=json.loads(row.counts),
        automated=row.automated,
        message=row.message_id,
        eligibility=row.eligibility_id,
        purpose=row.purpose,
        role=row.role,
        edition=row.edition,
        starts_on=row.starts_on,
        last_use_on=row.last_use_on,
        recorded_at=row.recorded_at,
    )
