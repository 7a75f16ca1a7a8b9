"""What persons' agreements tell of how long they are kept: the last one, and whether it reaches beyond the election."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from audit.processing import Processing
from consent.channels import ANY_PURPOSE, EVERY
from consent.evidence import Indicated
from consent.store import EVIDENCE, among
from kernel.identity import PersonId
from policy.standing import OPT_INS, OPT_OUTS, Action, Level

_TOLD = ("contact_id", "purpose", "channel", "action", "level", "indicated_by", "occurred_at", "beyond_election")


@dataclass(frozen=True, slots=True)
class Agreement:
    """When a person last agreed by an act of their own, and whether they may be kept beyond the election."""

    last: date | None
    beyond_election: bool


def agreements_of(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, Agreement]:
    """Return what each of these persons agreed to; the caller notes ``consent_evidence.read``.

    What was refused or taken back since, of everything or of the same, ends an agreement to be kept.
    """
    said = (*(one.value for one in OPT_INS), *(one.value for one in OPT_OUTS))
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.contact_id, persons)
    statement = select(*(EVIDENCE.c[name] for name in _TOLD)).where(*mine, EVIDENCE.c.action.in_(said))
    found: dict[PersonId, list[Any]] = {}
    for row in processing.read(EVIDENCE, statement):
        found.setdefault(PersonId(row.contact_id), []).append(row)
    return {person: _agreement(rows) for person, rows in found.items()}


def asked_since(processing: Processing, persons: Sequence[PersonId], at: datetime) -> set[PersonId]:
    """Return whom we asked since an instant whether they stay; the caller notes ``consent_evidence.read``, one each."""
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.contact_id, persons)
    ours = EVIDENCE.c.action == Action.REQUESTED, EVIDENCE.c.indicated_by == Indicated.SYSTEM
    statement = select(EVIDENCE.c.contact_id).distinct().where(*mine, *ours, EVIDENCE.c.occurred_at >= at)
    return {PersonId(row.contact_id) for row in processing.read(EVIDENCE, statement)}


def _agreement(rows: Sequence[Any]) -> Agreement:
    yes = [row for row in rows if row.action in OPT_INS]
    own = [row.occurred_at for row in yes if row.indicated_by == Indicated.PERSON and row.level == Level.PROVEN]
    return Agreement(
        last=max(own).date() if own else None,
        beyond_election=any(row.beyond_election and not _is_ended(row, rows) for row in yes),
    )


def _is_ended(agreed: Any, rows: Sequence[Any]) -> bool:  # noqa: ANN401 - rows
    ended: list[datetime] = [
        row.occurred_at
        for row in rows
        if row.action in OPT_OUTS
        and row.purpose in {agreed.purpose, ANY_PURPOSE}
        and row.channel in {agreed.channel, EVERY}
    ]
    return any(at >= agreed.occurred_at for at in ended)
