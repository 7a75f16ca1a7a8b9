"""Show evidence: of one person, or page by page to hand it back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import RESTITUTION
from consent.channels import channels
from consent.evidence import open_details
from consent.record import REFERENCE
from consent.store import all_evidence, evidence_of
from crypto.person_keys import subject_references
from kernel.errors import Forbidden
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from policy.standing import Level

RIGHTS = "rights_request"
_NO_LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One piece of evidence as it is shown."""

    id: UUID
    person: PersonId
    purpose: str
    channel: str
    action: str
    level: str
    indicated_by: str
    method: str
    occurred_at: datetime
    recorded_at: datetime
    notice: str | None
    origin: int | None
    cohort: int | None
    attachment: UUID | None
    window: tuple[int, int] | None
    parental: bool
    beyond_election: bool
    valid_until: date | None
    due_on: date | None
    details: dict[str, str] = field(repr=False)


def list_evidence(
    processing: Processing, person: PersonId, *, after: UUID | None = None, limit: int
) -> list[EvidenceView]:
    """Return a page of a person's evidence, opened; what is archived only to answer the person. Noted."""
    rows = evidence_of(processing, person, after, limit)
    if any(row.due_on is not None for row in rows) and processing.purpose not in {RIGHTS, RESTITUTION}:
        raise Forbidden(f"the evidence is in restricted archive: only the purpose {RIGHTS} opens it")
    return opened_evidence(processing, rows)


def has_evidence(processing: Processing, person: PersonId) -> bool:
    """Tell whether there is any evidence of a person; nothing is opened, and the look is noted."""
    found = len(evidence_of(processing, person, None, 1))
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"consent_evidence.read": found}))
    return found > 0


def page_of_evidence(processing: Processing, *, after: UUID | None, limit: int) -> list[EvidenceView]:
    """Return a page of the campaign's evidence, opened, in the order of ids; noted."""
    return opened_evidence(processing, all_evidence(processing, after, limit))


def opened_evidence(processing: Processing, rows: Sequence[Any]) -> list[EvidenceView]:
    """Open rows of evidence, noted."""
    persons = sorted({PersonId(row.contact_id) for row in rows})
    contacts = open_person_keys(processing, persons, Compartment.CONTACT)
    sealed = sorted({PersonId(row.contact_id) for row in rows if row.sealed is not None})
    keys = open_person_keys(processing, sealed, Compartment.EVIDENCE)
    words = {number: word for word, number in channels(processing).items()}
    named = [(person.bytes, key) for person, key in contacts.items()]
    subjects = sorted(subject_references(processing.keys.active(REFERENCE), named))
    counts = {"consent_evidence.read": len(rows), "person_key.read": len(contacts) + len(keys)}
    processing.note(Note(event=Event.CONSENT_LISTED, counts=counts, subjects=subjects))
    return [_view(processing, row, words, keys) for row in rows]


def _view(processing: Processing, row: Any, words: dict[int, str], keys: dict[PersonId, bytes]) -> EvidenceView:  # noqa: ANN401 - a row
    key = keys.get(PersonId(row.contact_id))
    details = {} if row.sealed is None or key is None else open_details(key, processing, row.id, row.sealed)
    names = ("id", "purpose", "action", "indicated_by", "method", "occurred_at", "recorded_at", "notice", "origin")
    more = ("cohort", "parental", "beyond_election", "valid_until", "due_on")
    told = {name: getattr(row, name) for name in (*names, *more)}
    return EvidenceView(
        person=PersonId(row.contact_id),
        channel=words.get(row.channel, _NO_LIST),
        level=Level(row.level).name.lower(),
        attachment=row.attachment_id,
        window=None if row.window_from is None else (row.window_from, row.window_to),
        details=details,
        **told,
    )
