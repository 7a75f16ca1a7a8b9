"""What an erasure does to a person's requests: the pack keeps their file on every ground it names (art. 17(3)(e)).

Only ``holdings.erase`` calls this, after the contact's key was shredded. A file that is kept has a key of its own, and
goes when its time in archive is over.
"""

from collections import Counter
from collections.abc import Sequence

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.identity import PersonId
from rights.documents import destroy_documents
from rights.remind import erase_files
from rights.store import requests_of

_COMPARTMENT = "rights"


def erase_requests(processing: Processing, persons: Sequence[PersonId], ground: str) -> int:
    """Erase these persons' requests where no letter of art. 17(3) keeps them; return 0, the contacts are counted.

    A document that showed who asks proves nothing afterwards: it goes on every ground.
    """
    rows = requests_of(processing, persons)
    kept = processing.edition.compartments[_COMPARTMENT].letter(ground) is not None
    erase = destroy_documents if kept else erase_files
    counts = Counter({"rights_request.read": len(rows)}) + erase(processing, [row.id for row in rows])
    if rows:
        processing.note(Note(event=Event.RIGHTS_REQUEST_ERASED, counts=counts, free={"ground": ground}))
    return 0
