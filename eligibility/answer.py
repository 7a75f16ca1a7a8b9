"""Answer who may be reached, one by one or a hundred thousand at a time, and sign a record of the answer.

The law is asked once for each situation, and rows only tell who is in which: so an answer about one is the same as an
answer about all. What a person took back before the question was asked is in the answer.
"""

import hashlib
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.signed_note import sign
from eligibility.origins import Origins, origins_of
from eligibility.question import Enquiry, Put, put_question
from eligibility.sending import tell_sending
from eligibility.store import find_record, insert_record, page_of_records
from eligibility.verdicts import SIZE, Verdict, cut, verdicts_on
from kernel.errors import Invalid, NotFound
from kernel.identity import random_uuid
from selections.run import selected_persons

UNKNOWN = "unknown"
"""The reason for an id that is nobody's in this campaign."""


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

    Where the notice of art. 14 was due and not given, nothing is sent. Raises Invalid; for a selection
    also as running it does.
    """
    if enquiry.selection is not None:
        enquiry = _chosen(processing, enquiry, enquiry.selection)
    put = put_question(processing, enquiry)
    groups = put.groups()
    origins = origins_of(processing, groups)
    return _kept(processing, put, verdicts_on(processing, put, groups, origins), origins)


def _chosen(processing: Processing, enquiry: Enquiry, selection: UUID) -> Enquiry:
    """Return the enquiry about whom a selection means; its clauses are among the criteria, whatever was said."""
    if enquiry.persons is not None or enquiry.clear or enquiry.after:
        raise Invalid("a selection chooses by itself: name no contacts, filters or page beside it")
    persons, fields = selected_persons(processing, selection)
    return replace(enquiry, persons=persons, criteria=fields | frozenset(enquiry.criteria or ()))


def _kept(processing: Processing, put: Put, verdicts: Sequence[Verdict], origins: Origins) -> Eligibility:
    allowed = b"".join(sorted(cut(b"".join(one.ids for one in verdicts if one.answer.allowed))))
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
        "asked": sum(reasons.values()) + len(allowed) // SIZE,
        "allowed": len(allowed) // SIZE,
        "reasons": json.dumps(reasons, sort_keys=True),
        "digest": hashlib.sha256(allowed).digest(),
    }
    signed = _sign(processing, told)
    insert_record(processing, told | {"signed": signed})
    awaited = tell_sending(processing, put, told["id"], cut(allowed), reasons, origins)
    counts = _untold(processing) | {"eligibility.insert": 1} | awaited
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


def _untold(processing: Processing) -> dict[str, int]:
    """Return how many rows were read that no note tells of yet: a selection has told of its own."""
    told: Counter[str] = Counter()
    for note in processing.notes:
        told.update(note.counts)
    return {name: rows - told[name] for name, rows in processing.reads().items() if rows > told[name]}


def _unknown(put: Put, verdicts: Sequence[Verdict]) -> list[UUID]:
    if put.enquiry.persons is None:
        return []
    wanted = {one.bytes for one in put.enquiry.persons}
    for one in verdicts:
        wanted.difference_update(cut(one.ids))
    return [UUID(bytes=one) for one in sorted(wanted)]


def _following(put: Put, verdicts: Sequence[Verdict]) -> UUID | None:
    """Return where the next page begins; None where this one was not full."""
    if put.enquiry.persons is not None or sum(one.size for one in verdicts) != put.enquiry.limit:
        return None
    return UUID(bytes=max(max(cut(one.ids)) for one in verdicts))


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
    return sign("\n".join(lines) + "\n", name, processing.keys.signer("checkpoint"))


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
