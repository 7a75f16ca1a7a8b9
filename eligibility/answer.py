"""Answer who may be reached, one by one or a hundred thousand at a time, and sign a record of the answer.

The law is asked once for each situation, and rows only tell who is in which: so an answer about one is the same as an
answer about all. What a person took back before the question was asked is in the answer.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.signed_note import sign
from contacts.declare import origin_by_number
from contacts.facts import origins_of_fields
from eligibility.asked import Group
from eligibility.origins import Origins, origins_of
from eligibility.question import Enquiry, Put, put_question
from eligibility.sending import tell_sending
from eligibility.store import find_record, insert_record, page_of_records, records_of
from kernel.errors import NotFound
from kernel.identity import random_uuid
from policy.gate import Answer, Situation, may
from policy.standing import Status

UNKNOWN = "unknown"
"""The reason for an id that is nobody's in this campaign."""
_BROKER = "broker_consent"
_SIZE = 16
_ADDRESSES = {"email": "email", "list": "email", "sms": "phone", "call": "phone", "robocall": "phone"}
_ADDRESSES |= {"post": "address", "door": "address", "messaging": "phone", "online_targeting": "email"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer of the law, and the ids of whom it is about, sixteen bytes each."""

    answer: Answer
    ids: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Return about how many it is."""
        return len(self.ids) // _SIZE

    def each(self) -> Iterator[UUID]:
        """Yield the ids."""
        return (UUID(bytes=one) for one in _cut(self.ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Who may be reached, why the others may not, and the signed record that is kept."""

    record: UUID
    verdicts: Sequence[Verdict]
    unknown: Sequence[UUID]
    digest: bytes
    expires_at: datetime
    signed: str
    next: UUID | None
    """Where the next page begins, of a question about the campaign."""

    @property
    def allowed(self) -> int:
        """Return how many may be reached."""
        return sum(one.size for one in self.verdicts if one.answer.allowed)


def answer_eligibility(processing: Processing, enquiry: Enquiry) -> Eligibility:
    """Answer for everybody asked about, and keep a signed record: question, counts, digest, edition, end.

    Where the notice of art. 14 was due and not given, nothing is sent. Raises Invalid.
    """
    put = put_question(processing, enquiry)
    groups = put.groups()
    origins = origins_of(processing, groups)
    verdicts = [one for group in groups for one in _judged(processing, put, group, origins)]
    return _kept(processing, put, _merged(verdicts), origins)


def _judged(processing: Processing, put: Put, group: Group, origins: Origins) -> Iterator[Verdict]:
    """Ask the law for a situation; where fields' origins decide, for those who gave them and for the others."""
    answer = may(processing.edition, put.question, situation_of(group, origins))
    if not put.targeting or not answer.allowed:
        yield Verdict(answer, group.ids)
        return
    indirect = _given_by_others(processing, put, group)
    refused = may(processing.edition, put.question, situation_of(group, origins, direct=False))
    yield Verdict(answer, b"".join(one for one in _cut(group.ids) if one not in indirect))
    yield Verdict(refused, b"".join(one for one in _cut(group.ids) if one in indirect))


def _given_by_others(processing: Processing, put: Put, group: Group) -> set[bytes]:
    """Return who has an address, or a datum that chose them, which they did not give themselves."""
    edition = processing.edition
    names = {_ADDRESSES[put.question.channel]}
    names |= {name for row in put.question.criteria for name in edition.rows[row].fields}
    codes = {field.code for name in names if (field := edition.fields.get(name)) and field.code is not None}
    direct: dict[int, bool] = {}
    found = set()
    for person, record in records_of(processing, [UUID(bytes=one) for one in _cut(group.ids)]):
        for number in origins_of_fields(record, codes):
            if number not in direct:
                direct[number] = edition.origins[origin_by_number(processing, number).kind].direct
            if not direct[number]:
                found.add(person.bytes)
    return found


def situation_of(group: Group, origins: Origins, *, direct: bool = True) -> Situation:
    """Return what the law is told of everybody in a group."""
    origin = origins.by_number[group.origin]
    return Situation(
        category=group.category,
        origin=origin.kind,
        status=Status(group.status),
        term_over=group.term_over,
        opposed=group.opposed,
        restricted=group.restricted,
        past_due=group.past_due,
        under_15=group.under_15,
        parents_agree=group.parents_agree,
        under_17=group.under_17,
        targeting=group.targeting,
        in_window=not group.out_of_window,
        direct=direct,
        broker=_BROKER in origin.evidence,
        notice_overdue=group.origin in origins.overdue,
        awaiting=group.awaiting,
        unreachable=group.unreachable,
        invited=group.invited,
    )


def _merged(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Put those together to whom the same answer is given."""
    found: dict[Answer, list[bytes]] = {}
    for one in verdicts:
        if one.ids:
            found.setdefault(one.answer, []).append(one.ids)
    return [Verdict(answer, b"".join(ids)) for answer, ids in found.items()]


def _kept(processing: Processing, put: Put, verdicts: Sequence[Verdict], origins: Origins) -> Eligibility:
    allowed = b"".join(sorted(_cut(b"".join(one.ids for one in verdicts if one.answer.allowed))))
    unknown = _unknown(put, verdicts)
    reasons = _reasons(verdicts, len(unknown))
    told: dict[str, Any] = {
        "id": random_uuid(),
        "purpose": put.question.purpose,
        "channel": put.number,
        "message": put.enquiry.message,
        "targeted": put.question.targeted,
        "criteria": json.dumps(sorted(put.question.criteria)),
        "at": put.at,
        "decided_at": processing.at,
        "expires_at": put.expires_at,
        "edition": processing.edition.digest,
        "asked": sum(reasons.values()) + len(allowed) // _SIZE,
        "allowed": len(allowed) // _SIZE,
        "reasons": json.dumps(reasons, sort_keys=True),
        "digest": hashlib.sha256(allowed).digest(),
    }
    signed = _sign(processing, told)
    insert_record(processing, told | {"signed": signed})
    awaited = tell_sending(processing, put, told["id"], _cut(allowed), reasons, origins)
    counts = dict(processing.reads()) | {"eligibility.insert": 1} | awaited
    free = {"record": str(told["id"]), "allowed": told["allowed"], "digest": told["digest"].hex()}
    processing.note(Note(event=Event.ELIGIBILITY_ANSWERED, counts=counts, free=free))
    return Eligibility(
        record=told["id"],
        verdicts=verdicts,
        unknown=unknown,
        digest=told["digest"],
        expires_at=put.expires_at,
        signed=signed,
        next=_following(put, verdicts),
    )


def _unknown(put: Put, verdicts: Sequence[Verdict]) -> list[UUID]:
    if put.enquiry.persons is None:
        return []
    wanted = {one.bytes for one in put.enquiry.persons}
    for one in verdicts:
        wanted.difference_update(_cut(one.ids))
    return [UUID(bytes=one) for one in sorted(wanted)]


def _following(put: Put, verdicts: Sequence[Verdict]) -> UUID | None:
    """Return where the next page begins; None where this one was not full."""
    if put.enquiry.persons is not None or sum(one.size for one in verdicts) != put.enquiry.limit:
        return None
    return UUID(bytes=max(max(_cut(one.ids)) for one in verdicts))


def _reasons(verdicts: Sequence[Verdict], unknown: int) -> dict[str, int]:
    found: dict[str, int] = {UNKNOWN: unknown} if unknown else {}
    for one in verdicts:
        if not one.answer.allowed:
            found[one.answer.rule] = found.get(one.answer.rule, 0) + one.size
    return found


def _sign(processing: Processing, told: Mapping[str, Any]) -> str:
    """Write the record as a signed note (C2SP), by the key of the log's checkpoints under a name of its own."""
    name = f"isoloir/{processing.campaign}/eligibility"
    instants = (f"{what} {told[what].isoformat()}" for what in ("decided_at", "at", "expires_at"))
    lines = (
        name,
        str(told["id"]),
        f"{told['purpose']} {told['channel']} {told['message']}",
        f"targeted {str(told['targeted']).lower()} {told['criteria']}",
        *instants,
        f"edition {told['edition']}",
        f"allowed {told['allowed']} of {told['asked']}",
        b64encode(told["digest"]).decode(),
    )
    return sign("\n".join(lines) + "\n", name, processing.keys.active("checkpoint").secret)


def _cut(ids: bytes) -> list[bytes]:
    return [ids[start : start + _SIZE] for start in range(0, len(ids), _SIZE)]


def eligibility_record(processing: Processing, record: UUID) -> Any:  # noqa: ANN401 - a row
    """Return the record of an answer. Raises NotFound."""
    row = find_record(processing, record)
    if row is None:
        raise NotFound("no such record in this campaign")
    processing.note(Note(event=Event.ELIGIBILITY_LISTED, counts={}))
    return row


def list_records(processing: Processing, *, before: datetime | None = None, limit: int) -> list[Any]:
    """Return the records of answers, the newest first."""
    processing.note(Note(event=Event.ELIGIBILITY_LISTED, counts={}))
    return page_of_records(processing, before, limit)
