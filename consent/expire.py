"""Delete evidence of consent whose time in restricted archive is over."""

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.store import delete_pieces, evidence_before, persons_among
from kernel.identity import PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys

_MOST = 1_000


def expired_evidence(processing: Processing) -> int:
    """Count what is past its day, up to one page of it; the caller notes ``consent_evidence.read``."""
    return len(evidence_before(processing, processing.today, _MOST))


def delete_expired(processing: Processing) -> int:
    """Delete a page of evidence past its day, and the keys of persons of whom no evidence is left; return how many."""
    rows = evidence_before(processing, processing.today, _MOST)
    if not rows:
        processing.note(Note(event=Event.RETENTION_SWEPT, counts={}))
        return 0
    persons = list(dict.fromkeys(PersonId(row.contact_id) for row in rows))
    deleted = delete_pieces(processing, [row.id for row in rows])
    left = persons_among(processing, persons)
    bare = [person for person in persons if person not in left]
    counts = {
        "consent_evidence.read": len(rows) + len(left),
        "consent_evidence.delete": deleted,
        "person_key.delete": shred_person_keys(processing, bare, Compartment.EVIDENCE) if bare else 0,
    }
    processing.note(Note(event=Event.CONSENT_ERASED, counts=counts, free={"past": "archive"}))
    return deleted
