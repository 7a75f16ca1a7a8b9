"""Tell in time what waits, close what was answered, and let go of files whose time in archive is over."""

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.normalise import email
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from keys.create import Compartment
from keys.shred import shred_person_keys
from messages.letter import Letter
from messages.queue import queue_letters
from policy.edition import Edition
from policy.request_clock import Alert, Course, alert
from policy.retention import add_months
from rights.course import ENDED, OPEN, Act, State
from rights.documents import destroy_documents
from rights.letters import desk_of, write_letter
from rights.move import READ, move, note_move, open_request
from rights.store import (
    change_request,
    delete_requests,
    delete_visits,
    find_request,
    is_any_ended,
    is_any_over,
    requests_ended,
    waiting_requests,
)

_OPEN = tuple(one.value for one in OPEN)
_SETTLES = timedelta(days=30)
"""An ended request stays at hand for a month: the person may write again."""
_BATCH = 500
_WHY = {
    Alert.HALF_TIME: "La moitié du délai est passée. / Half the time is over.",
    Alert.SEVEN_DAYS: "Il reste sept jours au plus. / Seven days are left at most.",
    Alert.TWO_DAYS: "Il reste deux jours au plus. / Two days are left at most.",
    Alert.OVERDUE: "Le délai légal est dépassé. / The legal time is over.",
}


def due_alerts(reading: Transaction, campaign: CampaignId, today: date) -> list[tuple[UUID, Alert]]:
    """Return the requests of which something is to be said today that was not said yet, in a reading without a note."""
    found = []
    for row in waiting_requests(reading, campaign, _OPEN):
        course = Course(kind=row.kind, received_on=row.received_on)
        said = alert(course, row.due_on, today)
        if said is not None and said > row.alerted:
            found.append((row.id, said))
    return found


def tell_alert(processing: Processing, request: UUID, said: Alert, public_url: str) -> None:
    """Write to where the controller receives requests that one waits; said once for each mark. It names nobody."""
    row = find_request(processing, request)
    counts = Counter({"rights_request.read": 0 if row is None else 1})
    if row is not None and row.state in _OPEN and row.alerted < said:
        counts += Counter({"rights_request.update": change_request(processing, request, {"alerted": int(said)})})
        desk = desk_of(processing, public_url)
        if email(desk.reached) is not None:
            written = write_letter(desk, row, "alert", {"why": _WHY[said]})
            letter = Letter(
                medium="email",
                to=desk.reached,
                sender=desk.controller,
                subject=written.subject,
                text=written.text,
                until=processing.at + timedelta(days=2),
            )
            counts += Counter(queue_letters(processing, [letter]))
    processing.note(Note(event=Event.RIGHTS_REQUEST_ALERTED, counts=counts, free={"alert": said.name.lower()}))


def has_settled(reading: Transaction, campaign: CampaignId, edition: Edition, today: date) -> bool:
    """Tell whether there is anything to close, or to let go."""
    ended = [one.value for one in ENDED]
    settled = is_any_ended(reading, campaign, ended, today - _SETTLES)
    return settled or is_any_ended(reading, campaign, [State.CLOSED.value], _gone_before(edition, today))


def close_settled(processing: Processing) -> int:
    """Close what ended a month ago; return how many."""
    closed = 0
    for state in sorted(ENDED):
        ids = requests_ended(processing, state.value, processing.today - _SETTLES, _BATCH)
        processing.note(Note(event=Event.RIGHTS_REQUEST_LISTED, counts={"rights_request.read": len(ids)}))
        for one in ids:
            _, counts = move(processing, open_request(processing, one), Act.CLOSE)
            note_move(processing, Act.CLOSE, Counter(READ) + Counter(counts))
        closed += len(ids)
    return closed


def erase_archived(processing: Processing) -> int:
    """Erase the files whose time in archive is over, and shred their keys; return how many."""
    before = _gone_before(processing.edition, processing.today)
    ids = requests_ended(processing, State.CLOSED.value, before, _BATCH)
    counts = Counter({"rights_request.read": len(ids)}) + erase_files(processing, ids)
    processing.note(Note(event=Event.RIGHTS_REQUEST_ERASED, counts=counts))
    return len(ids)


def erase_files(processing: Processing, requests: list[UUID]) -> Counter[str]:
    """Delete requests and shred their keys; return the rows to note."""
    if not requests:
        return Counter()
    counts = destroy_documents(processing, requests) + Counter(delete_requests(processing, requests))
    persons = [PersonId(one) for one in requests]
    return counts + Counter({"person_key.delete": shred_person_keys(processing, persons, Compartment.RIGHTS)})


def has_visits_over(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether any visit is over."""
    return is_any_over(reading, campaign, at)


def sweep_visits(processing: Processing) -> int:
    """Delete the visits that are over; return how many."""
    swept = delete_visits(processing, processing.at)
    processing.note(Note(event=Event.RIGHTS_VISIT_SWEPT, counts={"rights_visit.delete": swept}))
    return swept


def _gone_before(edition: Edition, today: date) -> date:
    """Return the day before which a closed file has had its time: the pack's line, from its closing."""
    row = edition.retention["rights_file"]
    return add_months(today - timedelta(days=row.days), -(row.months + row.archive_months))
