"""Remove attachments, archive them, and erase or archive those of persons who are erased (GDPR art. 17)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from attachments.errors import InArchive
from attachments.kinds import TERMS, Kind, State, Terms
from attachments.store import archive, attachments_of, delete_attachments, lock_attachments
from attachments.view import check_purpose, persons_of, references_of, view
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.errors import Invalid
from kernel.identity import PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys
from policy.retention import archived_until


def remove_attachments(processing: Processing, attachments: Sequence[UUID]) -> int:
    """Delete attachments with their keys; return how many there were. Absent ones are no error.

    Raises InArchive for a proof in archive that is not past its day.
    """
    check_purpose(processing)
    rows = lock_attachments(processing, list(dict.fromkeys(attachments)))
    if any(row.state == State.ARCHIVED and row.due_on >= processing.today for row in rows):
        message = "the attachment is a proof in archive: it stays until its day"
        raise InArchive(message)
    references = references_of(processing, persons_of(list(map(view, rows))))
    deleted, chunks = delete_attachments(processing, [row.id for row in rows]) if rows else (0, 0)
    own = [PersonId(row.id) for row in rows if row.contact_id is None]
    shredded = shred_person_keys(processing, own, Compartment.ATTACHMENT) if own else 0
    counts = {
        "attachment.read": len(rows),
        "attachment.delete": deleted,
        "attachment_chunk.delete": chunks,
        "person_key.read": len(references),
        "person_key.delete": shredded,
    }
    free = {"attachments": [str(row.id) for row in rows]}
    subjects = list(references.values())
    processing.note(Note(event=Event.ATTACHMENT_REMOVED, counts=counts, subjects=subjects, free=free))
    return deleted


def archive_attachments(processing: Processing, attachments: Sequence[UUID], on: date) -> int:
    """Put attachments into restricted archive, from the day that starts their clock; return how many there were.

    That day a consent was withdrawn, a request closed, the processing ended.
    """
    rows = lock_attachments(processing, list(dict.fromkeys(attachments)))
    updated = _archive(processing, rows, on)
    counts = {"attachment.read": len(rows), "attachment.update": updated}
    processing.note(Note(event=Event.ATTACHMENT_ARCHIVED, counts=counts))
    return updated


def erase_attachments(processing: Processing, persons: Sequence[PersonId], ground: str) -> int:
    """Erase these persons' attachments where the pack says so, and archive the others; return how many persons' went.

    The ground of art. 17(1) decides with the compartment. Only ``holdings.erase`` calls this, after the contact's key
    was shredded: whoever adds an attachment holds that key, so none comes in between and stays.
    """
    if ground not in processing.edition.grounds:
        message = f"an erasure has a ground: one of {', '.join(sorted(processing.edition.grounds))}"
        raise Invalid(message)
    rows = attachments_of(processing, persons)
    going = [row for row in rows if _letter(processing, _terms(row), ground) is None]
    staying = [row for row in rows if _letter(processing, _terms(row), ground) is not None]
    deleted, chunks = delete_attachments(processing, [row.id for row in going]) if going else (0, 0)
    shredded = sum(
        shred_person_keys(processing, persons, terms.compartment)
        for terms in {terms.compartment: terms for terms in TERMS.values() if terms.erasure}.values()
        if _letter(processing, terms, ground) is None
    )
    counts = {
        "attachment.read": len(rows),
        "attachment.delete": deleted,
        "attachment_chunk.delete": chunks,
        "attachment.update": _archive(processing, staying, processing.today),
        "person_key.delete": shredded,
    }
    if any(counts.values()):
        processing.note(Note(event=Event.ATTACHMENT_ERASED, counts=counts, free={"ground": ground}))
    return len({row.contact_id for row in going})


def _archive(processing: Processing, rows: Sequence[Any], on: date) -> int:
    """Archive rows line by line of the schedule; what is in archive already keeps its day."""
    lines: dict[str, list[UUID]] = {}
    for row in rows:
        if row.state != State.ARCHIVED:
            lines.setdefault(_terms(row).retention, []).append(row.id)
    return sum(
        archive(processing, ids, State.ARCHIVED.value, archived_until(processing.edition.retention[line], on))
        for line, ids in lines.items()
    )


def _terms(row: Any) -> Terms:  # noqa: ANN401 - a row
    return TERMS[Kind(row.kind)]


def _letter(processing: Processing, terms: Terms, ground: str) -> str | None:
    """Name the letter of art. 17(3) that keeps a compartment against a ground of art. 17(1); None where it goes."""
    return processing.edition.compartments[terms.erasure].letter(ground)
