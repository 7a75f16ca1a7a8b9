"""List the attachments of a contact, or those that concern none; the persons who have any; export for dossiers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from attachments.store import (
    attachments_of,
    page_of_all,
    page_of_attachments,
    page_of_persons,
    read_attachments,
)
from attachments.view import Attachment, check_purpose, references_of, view
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from kernel.actor import Actor
from kernel.identity import PersonId

_PAGE = 10_000
_PAGE_OF_ALL = 500


@dataclass(frozen=True, slots=True)
class AttachmentPage:
    """Attachments of one page, and where the next begins; None after the last."""

    attachments: tuple[Attachment, ...]
    next: UUID | None


def list_attachments(
    processing: Processing, contact: PersonId | None, *, after: UUID | None = None, limit: int
) -> AttachmentPage:
    """Return a page of the attachments of a contact, or of those that concern none; nothing is opened."""
    check_purpose(processing)
    rows = page_of_attachments(processing, contact, after, limit)
    references = references_of(processing, [contact] if contact is not None and rows else [])
    counts = {"attachment.read": len(rows), "person_key.read": len(references)}
    processing.note(Note(event=Event.ATTACHMENT_LISTED, counts=counts, subjects=list(references.values())))
    return AttachmentPage(tuple(map(view, rows)), rows[-1].id if len(rows) == limit else None)


def find_attachments(processing: Processing, attachments: Sequence[UUID]) -> dict[UUID, Attachment]:
    """Return those of these attachments that are there, by id; nothing is opened."""
    check_purpose(processing)
    found = {row.id: view(row) for row in read_attachments(processing, attachments)}
    persons = [one.contact for one in found.values() if one.contact is not None]
    references = references_of(processing, sorted(set(persons)))
    counts = {"attachment.read": len(found), "person_key.read": len(references)}
    processing.note(Note(event=Event.ATTACHMENT_LISTED, counts=counts, subjects=list(references.values())))
    return found


def export_attachments(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Attachment]]:
    """Return what attachments there are of these persons, in archive too, oldest first; nothing is opened."""
    check_purpose(processing)
    rows = attachments_of(processing, persons)
    found: dict[PersonId, list[Attachment]] = {}
    for row in sorted(rows, key=lambda one: (one.created_at, one.id)):
        found.setdefault(PersonId(row.contact_id), []).append(view(row))
    references = references_of(processing, list(found))
    counts = {"attachment.read": len(rows), "person_key.read": len(references)}
    processing.note(Note(event=Event.ATTACHMENT_LISTED, counts=counts, subjects=list(references.values())))
    return found


def concerned_among(processing: Processing, persons: Sequence[PersonId]) -> frozenset[PersonId]:
    """Return those of these persons whom an attachment concerns; nothing is opened."""
    rows = attachments_of(processing, persons)
    processing.note(Note(event=Event.ATTACHMENT_LISTED, counts={"attachment.read": len(rows)}))
    return frozenset(PersonId(row.contact_id) for row in rows)


def page_through_attachments(register: Register, actor: Actor, purpose: str) -> Iterator[list[Attachment]]:
    """Yield every attachment of the campaign in pages, each page a processing with its note; nothing is opened."""
    after = None
    while True:
        with register.open(actor, purpose) as processing:
            check_purpose(processing)
            page = [view(row) for row in page_of_all(processing, after, _PAGE_OF_ALL)]
            processing.note(Note(event=Event.ATTACHMENT_LISTED, counts={"attachment.read": len(page)}))
        if page:
            yield page
        if len(page) < _PAGE_OF_ALL:
            return
        after = page[-1].id


def page_through_persons(register: Register, actor: Actor, purpose: str) -> Iterator[list[PersonId]]:
    """Yield the persons who have attachments in pages, each page a processing with its note."""
    after = None
    while True:
        with register.open(actor, purpose) as processing:
            page = page_of_persons(processing, after, _PAGE)
            processing.note(Note(event=Event.ATTACHMENT_LISTED, counts={"attachment.read": len(page)}))
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1]
