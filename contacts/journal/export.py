"""Bring out what the journal holds of persons, for their dossier (GDPR art. 15)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.journal.keep import open_step
from contacts.journal.store import all_steps_of
from contacts.vocabulary import vocabulary_of
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from policy.draft import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class Journalled:
    """What an import replaced in a contact: kept for seven days, so that the import can be undone."""

    job: UUID
    at: datetime
    before: tuple[Datum, ...] = field(repr=False)


def export_journal(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Journalled]]:
    """Return what imports replaced in the contacts of these persons; absent ones have none."""
    rows = all_steps_of(processing, persons)
    keys = open_person_keys(processing, sorted({PersonId(row.contact_id) for row in rows}), Compartment.CONTACT)
    names = vocabulary_of(processing, tags=False).names
    found: dict[PersonId, list[Journalled]] = {}
    for row in rows:
        person = PersonId(row.contact_id)
        step = open_step(processing, keys[person], row)
        before = tuple((names[one.code], one.value.decode()) for one in step.gone)
        found.setdefault(person, []).append(Journalled(job=row.job_id, at=row.written_at, before=before))
    counts = {"contact_journal.read": len(rows), "person_key.read": len(keys)}
    processing.note(Note(event=Event.JOURNAL_READ, counts=counts))
    return found
