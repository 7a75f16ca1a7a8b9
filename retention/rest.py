"""The rest of the sweep: what is kept beside the contacts and has a day of its own.

Each part counts what is due, for a simulation, and clears a page of it in one processing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accounts.staff.erase import staff_past_their_day
from attachments.expire import delete_expired as delete_attachments
from attachments.expire import expired_attachments
from audit.events import Event
from audit.expire import expire_log, expired_entries
from audit.note import Note
from audit.processing import Processing
from consent.expire import delete_expired as delete_evidence
from consent.expire import expired_evidence
from consent.lapse import delete_lapsed, lapsed_oppositions
from contacts.lasting.holds import clear_ended_holds, ended_holds
from eligibility.sweep import old_records, sweep_records
from holdings.erase import Eraser
from kernel.actor import Actor
from rights.documents import due_documents, sweep_documents

PURPOSE = "administration"


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that has its own day: how many are due, and how a page of them is cleared."""

    name: str
    due: Callable[[Processing], int]
    clear: Callable[[Processing], int]


PARTS = (
    Part("attachment", expired_attachments, delete_attachments),
    Part("consent_evidence", expired_evidence, delete_evidence),
    Part("eligibility", old_records, sweep_records),
    Part("hold", ended_holds, clear_ended_holds),
    Part("identity_document", due_documents, sweep_documents),
    Part("log", expired_entries, expire_log),
    Part("opposition", lapsed_oppositions, delete_lapsed),
)


def sweep_rest(eraser: Eraser, actor: Actor, *, simulated: bool) -> dict[str, int]:
    """Clear what is past its day, or count it; return how many of each, those of whom there are any."""
    with eraser.register.open(actor, PURPOSE) as processing:
        due = {part.name: part.due(processing) for part in PARTS}
        free = {"simulated": simulated, "due": {name: rows for name, rows in due.items() if rows}}
        processing.note(Note(event=Event.RETENTION_SWEPT, counts=processing.reads(), free=free))
        left = staff_past_their_day(processing)
    if simulated:
        return _some({**due, "staff": len(left)})
    cleared = {part.name: _clear(eraser, actor, part) for part in PARTS if due[part.name]}
    if cleared:
        eraser.database.truncate_wal()
    return _some({**cleared, "staff": eraser.erase_staff(actor, PURPOSE, left)})


def _clear(eraser: Eraser, actor: Actor, part: Part) -> int:
    """Clear page after page until one is empty."""
    cleared = 0
    while True:
        with eraser.register.open(actor, PURPOSE) as processing:
            done = part.clear(processing)
        cleared += done
        if not done:
            return cleared


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: rows for name, rows in counts.items() if rows}
