"""The document that may be asked for once a doubt was recorded: sealed under a key of its own, gone with the decision.

Its key is in nobody's compartment but its own: shredded, no copy of the row opens, not even beside the request's key.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attachments.content import ContentChecker
from attachments.errors import TooLarge, WrongContent
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.personal import open_personal, seal_personal
from kernel.errors import Unopenable
from kernel.identity import PersonId, random_uuid
from keys.create import Compartment, draw_person_keys, store_person_keys
from keys.open import open_person_keys
from keys.shred import shred_person_keys
from rights.course import OPEN
from rights.store import delete_documents, documents_of, insert_document, stray_documents

MOST_BYTES = 8 << 20
"""A photograph taken with a telephone, or a page or two scanned."""
_LONGEST = timedelta(days=92)
"""No request is open for longer than three months: whatever nobody decided on goes all the same."""
_WAITING = frozenset(state.value for state in OPEN)
_DOCUMENT = 2
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Document:
    """What is said of a document without opening it."""

    id: UUID
    media_type: str
    size: int
    given_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document, opened for whoever checks who asks."""

    document: Document
    content: bytes = field(repr=False)


def check_document(media_type: str, content: bytes) -> None:
    """Look whether a file is what it says, and cannot act. Raises UnknownMediaType, TooLarge, Wrong- or ActiveContent.

    Its name is not looked at and not kept.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(f"a document holds at most {MOST_BYTES >> 20} mebibytes")
    checker = ContentChecker(media_type)
    if not content:
        raise WrongContent("the file is empty")
    checker.take(content)
    checker.end()


def seal_document(processing: Processing, request: UUID, media_type: str, content: bytes) -> dict[str, int]:
    """Seal a document under a key of its own; return the rows to note."""
    document = random_uuid()
    drawn = draw_person_keys(processing, [PersonId(document)], Compartment.RIGHTS)
    values = {
        "campaign_id": processing.campaign,
        "id": document,
        "request_id": request,
        "media_type": media_type,
        "size": len(content),
        "sealed": seal_personal(drawn.secrets[0], content, **_bound(processing, document)),
        "given_at": processing.at,
    }
    keys = store_person_keys(processing, drawn, [0])
    return {"person_key.insert": keys, "rights_document.insert": insert_document(processing, values)}


def open_document(processing: Processing, row: Any) -> OpenedDocument:  # noqa: ANN401 - a row
    """Open a document; the caller notes ``person_key.read``. Raises Unopenable."""
    keys = open_person_keys(processing, [PersonId(row.id)], Compartment.RIGHTS)
    if not keys:
        raise Unopenable
    content = open_personal(keys[PersonId(row.id)], row.sealed, **_bound(processing, row.id))
    return OpenedDocument(told_of(row), content)


def told_of(row: Any) -> Document:  # noqa: ANN401 - a row
    """Return what is said of a document."""
    return Document(row.id, row.media_type, row.size, row.given_at)


def destroy_documents(processing: Processing, requests: Sequence[UUID]) -> Counter[str]:
    """Delete the documents of requests and shred their keys; return the rows to note, none where there was none."""
    return _destroy(processing, documents_of(processing, requests))


def due_documents(processing: Processing) -> int:
    """Count documents that outlived their decision, up to one page; the caller notes ``rights_document.read``."""
    return len(_stray(processing))


def sweep_documents(processing: Processing) -> int:
    """Destroy a page of documents that outlived their decision, as an old copy that was restored brings back."""
    counts = _destroy(processing, _stray(processing))
    processing.note(Note(event=Event.RIGHTS_DOCUMENT_SWEPT, counts=counts))
    return counts["rights_document.delete"]


def _stray(processing: Processing) -> list[UUID]:
    return stray_documents(processing, _WAITING, processing.at - _LONGEST, _PAGE)


def _destroy(processing: Processing, documents: Sequence[UUID]) -> Counter[str]:
    if not documents:
        return Counter()
    shredded = shred_person_keys(processing, [PersonId(one) for one in documents], Compartment.RIGHTS)
    return Counter(
        {
            "rights_document.read": len(documents),
            "rights_document.delete": delete_documents(processing, documents),
            "person_key.delete": shredded,
        }
    )


def _bound(processing: Processing, document: UUID) -> dict[str, Any]:
    return {
        "campaign": processing.campaign.bytes,
        "person": document.bytes,
        "compartment": Compartment.RIGHTS.value,
        "field": _DOCUMENT,
    }
