"""Recall what became of drafts that were recorded before: the contacts are read again, and the law is asked again."""

from collections import Counter
from collections.abc import Sequence

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.opening import references, unwrap
from contacts.record import Recorded, Result, ask_the_law
from contacts.store.records import read_contacts
from kernel.identity import PersonId
from policy.draft import Draft

Remembered = tuple[Result, PersonId | None]


def recall_contacts(
    processing: Processing, drafts: Sequence[Draft], remembered: Sequence[Remembered]
) -> list[Recorded]:
    """Tell what became of drafts, in order; a contact erased meanwhile is told by nobody's id. Nothing is disclosed."""
    persons = list(dict.fromkeys(person for _, person in remembered if person is not None))
    contacts = unwrap(processing, read_contacts(processing, persons)) if persons else []
    rows = {one.person: one.row for one in contacts}
    findings = ask_the_law(processing, drafts).findings
    counts = Counter({"contact.read": len(contacts)})
    counts.update(f"rule.{one.rule}" for found in findings for one in found)
    subjects = references(processing, contacts)
    processing.note(Note(event=Event.CONTACT_REVEALED, counts=counts, subjects=subjects))
    return [
        Recorded(
            result,
            person if person in rows else None,
            bool(person in rows and rows[person].flagged),
            tuple(found),
        )
        for (result, person), found in zip(remembered, findings, strict=True)
    ]
