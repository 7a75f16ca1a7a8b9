"""Erase what consent holds of persons: standings go, evidence goes or is archived as the pack says (GDPR art. 17).

Only ``holdings.erase`` calls this, in the transaction in which the contact's key was shredded.
"""

from collections.abc import Sequence

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.store import archive_evidence, delete_evidence, delete_samples, delete_standings
from kernel.errors import Invalid
from kernel.identity import PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys
from policy.retention import archived_until

_COMPARTMENT = "evidence"


def erase_consents(processing: Processing, persons: Sequence[PersonId], ground: str) -> int:
    """Erase or archive these persons' evidence; return 0, because the contacts are counted where they are erased.

    Archived evidence keeps its sealed part and its key until its day, restricted to claims; an unlawful collection
    leaves nothing to prove.
    """
    if ground not in processing.edition.grounds:
        raise Invalid(f"an erasure has a ground: one of {', '.join(sorted(processing.edition.grounds))}")
    counts = {
        "consent_standing.delete": delete_standings(processing, persons),
        "cohort_sample.delete": delete_samples(processing, persons),
    }
    if processing.edition.compartments[_COMPARTMENT].letter(ground) is None:
        counts["consent_evidence.delete"] = delete_evidence(processing, persons)
        counts["person_key.delete"] = shred_person_keys(processing, persons, Compartment.EVIDENCE)
    else:
        line = processing.edition.retention[processing.edition.compartments[_COMPARTMENT].retention or ""]
        due = archived_until(line, processing.today)
        counts["consent_evidence.update"] = archive_evidence(processing, persons, due)
    if any(counts.values()):
        processing.note(Note(event=Event.CONSENT_ERASED, counts=counts, free={"ground": ground}))
    return 0
