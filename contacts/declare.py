"""Declare where data come from, and the campaign's own fields and tags, before anything is recorded with them."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Table

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.elections import rounds_of
from campaigns.handovers import is_received
from contacts.papers import check_papers, proven_by_paper, written
from contacts.store.registries import (
    CUSTOM_FIELD,
    ORIGIN,
    TAG,
    custom_fields,
    find_origin,
    insert_custom_field,
    insert_origin,
    insert_tag,
    next_number,
    tags_by_name,
)
from contacts.vocabulary import FIRST_CUSTOM
from kernel.errors import Conflict, Invalid
from policy.door import PUBLIC_STATEMENT
from policy.draft import Origin
from policy.findings import Finding, Refusal
from policy.origins import origin_findings

_LOCK = 0x1502
_NAME = re.compile(r"[a-z][a-z0-9_\-]{0,62}")
_HANDOVER = "handover"
"""Evidence that nobody may merely claim: a hand-over received stands in the campaign's register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrigin:
    """How data were collected, and when; roll and turnout data name their election."""

    kind: str
    obtained_on: date
    election: UUID | None = None
    evidence: Collection[str] = ()
    synthetic: bool = False
    """Invented persons, to try a campaign before it is active."""
    handover: UUID | None = None
    """The hand-over received, for a file of another campaign."""
    papers: Mapping[str, UUID] = field(default_factory=dict)
    """The attachment that proves a fact, by the fact."""


def declare_origin(processing: Processing, new: NewOrigin) -> Origin:
    """Declare an origin and return it with its number. Raises Refusal for an origin the law forbids."""
    _check_evidence(processing, new)
    rounds = rounds_of(processing, new.election)
    origin = Origin(
        kind=new.kind,
        obtained_on=new.obtained_on,
        number=_next(processing, ORIGIN, 1),
        first_round=rounds.first,
        final_round=rounds.final,
        second_round=rounds.second,
        evidence=_evidence(processing, new),
        synthetic=new.synthetic,
    )
    _refuse(origin_findings(processing.edition, origin, phase=processing.phase, on=processing.today))
    insert_origin(
        processing,
        {
            "campaign_id": processing.campaign,
            "number": origin.number,
            "kind": origin.kind,
            "obtained_on": origin.obtained_on,
            "election_id": new.election,
            "evidence": json.dumps(sorted(origin.evidence)),
            "papers": written(new.papers),
            "synthetic": origin.synthetic,
            "handover_id": new.handover,
            "declared_at": processing.at,
        },
    )
    processing.note(Note(event=Event.ORIGIN_DECLARED, counts={"origin.insert": 1}))
    return origin


def origin_by_number(processing: Processing, number: int) -> Origin:
    """Return a declared origin. Raises Invalid if there is none of that number.

    It is remembered with the campaign's keys, unless it may still change: by the rounds of its election, or because
    this processing itself declared it, which may be undone and its number given to another.
    """
    known = processing.origins.get(number)
    if known is not None:
        return known
    row = find_origin(processing, number)
    if row is None:
        message = "no origin of that number is declared"
        raise Invalid(message)
    rounds = rounds_of(processing, row.election_id)
    origin = Origin(
        kind=row.kind,
        obtained_on=row.obtained_on,
        number=row.number,
        first_round=rounds.first,
        final_round=rounds.final,
        second_round=rounds.second,
        evidence=frozenset(json.loads(row.evidence)),
        synthetic=row.synthetic,
    )
    if row.election_id is None and row.declared_at < processing.at:
        processing.origins[number] = origin
    return origin


def register_custom_field(processing: Processing, name: str) -> int:
    """Register a field of the campaign's own after its name passed the screen; return its number.

    Raises Refusal for a name that asks for a forbidden attribute, Conflict if it exists.
    """
    _check_name(name, custom_fields(processing))
    # The finding does not repeat the name: what was proposed may itself be personal.
    _refuse(processing.reader.name(name).findings("custom"))
    number = _next(processing, CUSTOM_FIELD, FIRST_CUSTOM)
    row = {"campaign_id": processing.campaign, "number": number, "name": name, "created_at": processing.at}
    insert_custom_field(processing, row)
    processing.note(Note(event=Event.CUSTOM_FIELD_REGISTERED, counts={"custom_field.insert": 1}))
    return number


def register_tag(processing: Processing, name: str) -> int:
    """Register a tag after its name passed the screen; return its number. Raises Refusal, Conflict."""
    _check_name(name, tags_by_name(processing))
    _refuse(processing.reader.tag(name).findings("tag"))
    number = _next(processing, TAG, 1)
    insert_tag(
        processing,
        {"campaign_id": processing.campaign, "number": number, "name": name, "created_at": processing.at},
    )
    processing.note(Note(event=Event.TAG_REGISTERED, counts={"tag.insert": 1}))
    return number


def _next(processing: Processing, registry: Table, first: int) -> int:
    """Return the next number, which nobody else can take before this processing ends."""
    processing.lock([_LOCK ^ (processing.campaign.int & 0x7FFF_FFFF_FFFF_0000)])
    return next_number(processing, registry, first)


def _check_name(name: str, known: Collection[str]) -> None:
    if not _NAME.fullmatch(name):
        message = "a name has 1 to 63 small letters, digits, _ or -, and begins with a letter"
        raise Invalid(message)
    if name in known:
        message = "this name is registered already"
        raise Conflict(message)


def _check_evidence(processing: Processing, new: NewOrigin) -> None:
    """Let only facts that the law asks for pass: they are kept in clear, so that no free words may be."""
    edition = processing.edition
    asked = [
        *(one.requires for one in edition.origins.values()),
        *(one.requires for one in edition.categories.values()),
    ]
    known = {PUBLIC_STATEMENT, *(one.fact for requirements in asked for one in requirements)}
    if not known.issuperset(new.evidence):
        message = f"evidence is one of: {', '.join(sorted(known))}"
        raise Invalid(message)
    check_papers(processing, new.papers, known - {_HANDOVER})


def _evidence(processing: Processing, new: NewOrigin) -> frozenset[str]:
    demanded = proven_by_paper(processing.edition, new.kind, synthetic=new.synthetic)
    told = frozenset(new.evidence) - {_HANDOVER} - demanded | frozenset(new.papers)
    return told | {_HANDOVER} if is_received(processing, new.handover) else told


def _refuse(findings: Sequence[Finding]) -> None:
    if findings:
        raise Refusal(findings)
