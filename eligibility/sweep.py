"""Delete the records of answers that are past their time: as long as the sendings that they allowed are kept."""

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from eligibility.store import count_records_before, delete_records_before
from policy.retention import first_kept

_LINE = "interaction"


def old_records(processing: Processing) -> int:
    """Count the records past their time; they tell of nobody."""
    return count_records_before(processing, first_kept(processing.edition.retention[_LINE], processing.today))


def sweep_records(processing: Processing) -> int:
    """Delete the records past their time; return how many."""
    deleted = delete_records_before(processing, first_kept(processing.edition.retention[_LINE], processing.today))
    processing.note(Note(event=Event.ELIGIBILITY_SWEPT, counts={"eligibility.delete": deleted}))
    return deleted
