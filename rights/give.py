"""Give the document that was asked for, and show it to whoever checks who asks."""

from collections import Counter
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.errors import NotFound
from rights.course import Act, NotNow, State
from rights.documents import OpenedDocument, check_document, open_document, seal_document
from rights.move import READ, add_step, move, open_request
from rights.store import find_document, find_request
from rights.subjects import subjects_of

_GIVE = "give_document"


def give_document(processing: Processing, request: UUID, media_type: str, content: bytes) -> None:
    """Take in the document that a recorded doubt asked for, one for each doubt; the clock goes on.

    Raises NotNow where none is asked for, UnknownMediaType, TooLarge, WrongContent, ActiveContent.
    """
    check_document(media_type, content)
    opened = open_request(processing, request)
    if not (opened.row.document_asked and opened.row.state == State.AWAITING_IDENTITY):
        raise NotNow("no document is asked for: a doubt is recorded first")
    counts = Counter(READ) + Counter(seal_document(processing, request, media_type, content))
    counts += Counter(add_step(processing, opened, _GIVE))
    _, moved = move(processing, opened, Act.COMPLETE)
    processing.note(Note(event=Event.RIGHTS_DOCUMENT_GIVEN, counts=counts + Counter(moved)))


def show_document(processing: Processing, request: UUID) -> OpenedDocument:
    """Open the document of a request; whoever's contact it names finds the look in their log. Raises NotFound."""
    asked, row = find_request(processing, request), find_document(processing, request)
    if asked is None or row is None:
        message = "no document waits with this request"
        raise NotFound(message)
    counts = Counter({"rights_request.read": 1, "rights_document.read": 1, "person_key.read": 1})
    subjects = subjects_of(processing, [asked.contact_id], counts)
    processing.note(Note(event=Event.RIGHTS_DOCUMENT_SHOWN, counts=counts, subjects=subjects))
    return open_document(processing, row)
