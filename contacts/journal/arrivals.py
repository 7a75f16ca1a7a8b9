"""The contacts that a job made: who of them is as it left them, and what they are known by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from contacts.journal.store import changes_counted, delete_old_steps, delete_steps_of, has_old_steps, states_of
from contacts.lasting.holds import held_until, holds_now
from contacts.opening import data_of, disclose, references, unwrap
from contacts.store.records import read_contacts
from contacts.vocabulary import vocabulary_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from policy.draft import Datum

FIRST = 1
"""The revision with which a contact is made."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who of the contacts that a job made is there still, and what keeps them."""

    there: frozenset[PersonId]
    changed: frozenset[PersonId]
    """By somebody else than the job."""
    held: frozenset[PersonId]
    """By a legal hold."""
    restricted: frozenset[PersonId]


def arrivals_of(processing: Processing, job: UUID, persons: Sequence[PersonId]) -> Arrivals:
    """Say what became since of contacts that a job made."""
    rows, changes, holds = (
        states_of(processing, persons),
        changes_counted(processing, persons, job),
        holds_now(processing),
    )
    there = {PersonId(row.id): row for row in rows}
    counts = {"contact.read": len(rows), "contact_journal.read": len(changes), "contact_hold.read": len(holds)}
    processing.note(Note(event=Event.JOURNAL_READ, counts=counts, job=job))
    return Arrivals(
        there=frozenset(there),
        changed=frozenset(one for one, row in there.items() if row.revision != FIRST + changes.get(one, 0)),
        held=frozenset(one for one in there if held_until(holds, one) is not None),
        restricted=frozenset(one for one, row in there.items() if row.restricted),
    )


def data_of_arrivals(processing: Processing, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Datum]]:
    """Return all data of contacts that are to go, so that their objections outlive them."""
    contacts = unwrap(processing, read_contacts(processing, persons)) if persons else []
    names = vocabulary_of(processing, tags=False).names
    found = {one.person: data_of(disclose(processing, one, names, None)) for one in contacts}
    fields = field_names({name for data in found.values() for name, _ in data})
    subjects = sorted(references(processing, contacts))
    counts = {"contact.read": len(contacts)}
    processing.note(Note(event=Event.CONTACT_SEARCHED, counts=counts, fields=fields, subjects=subjects))
    return found


def keep_as_they_are(processing: Processing, job: UUID, persons: Sequence[PersonId]) -> None:
    """Forget what a job changed of contacts that stay as they are."""
    counts = {"contact_journal.delete": delete_steps_of(processing, persons, job)}
    processing.note(Note(event=Event.JOURNAL_SWEPT, counts=counts, job=job))


def has_old_journal(reading: Transaction, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether the journal holds anything that was written before a moment."""
    return has_old_steps(reading, campaign, before)


def sweep_journal(processing: Processing, kept: timedelta, besides: Sequence[UUID]) -> int:
    """Delete what was kept long enough, but for jobs that are being taken back; return how much a page was."""
    read, gone = delete_old_steps(processing, processing.at - kept, besides)
    counts = {"contact_journal.read": read, "contact_journal.delete": gone}
    processing.note(Note(event=Event.JOURNAL_SWEPT, counts=counts))
    return gone
