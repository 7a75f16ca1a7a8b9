"""Begin what was approved, and let go what is over: exports that waited too long, files past their time, left-overs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from accounts.approvals.demand import settle_approval, settled_approvals
from accounts.approvals.standing import Standing
from audit.books import Books
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from files.exports.order import RUN
from files.exports.show import end_export, known_export
from files.exports.states import EXPIRED, FAILED, FINISHED, QUEUED, WAITING
from files.exports.store import EXPORT_RUN, change_export, has_over_exports, kept_exports, over_exports, waiting_exports
from files.sealed import Spool
from jobs.enqueue import enqueue_tasks
from kernel.database import Transaction
from kernel.identity import CampaignId

EXPORTS = (EXPORT_RUN,)
WAITED = timedelta(days=15)
"""How long an order may wait: an approval that the delay stands for is open for a week and the delay."""
_MOST = 200


def decided_exports(reading: Transaction, campaign: CampaignId, at: datetime) -> list[UUID]:
    """Return the exports that waited for an approval and wait no more: it was given, refused, or is over."""
    waiting = {row.approval_id: row.id for row in waiting_exports(reading, campaign, _MOST)}
    return [waiting[one] for one in settled_approvals(reading, campaign, list(waiting), at)]


def settle_export(processing: Processing, one: UUID) -> None:
    """Begin an export whose approval was given, or end it; one that still waits stays as it is."""
    row = known_export(processing, one, locked=True)
    if row.state != WAITING:
        processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
        return
    standing = settle_approval(processing, row.approval_id)
    if standing is Standing.APPROVED:
        counts = {"export_run.update": change_export(processing, one, (WAITING,), {"state": QUEUED})}
        counts |= enqueue_tasks(processing, RUN, [{"export": str(one)}])
        processing.note(Note(event=Event.EXPORT_APPROVED, counts=counts, job=one))
    elif standing is not Standing.WAITING:
        failure = {"message": f"the approval that it takes was not given: {standing.value}", "rules": []}
        counts = end_export(processing, row, FAILED, failure)
        processing.note(Note(event=Event.EXPORT_FAILED, counts=counts, job=one))


def sweep_exports(processing: Processing) -> list[UUID]:
    """End exports that waited too long, and let go the files whose time is over; return whose.

    The caller drops what stands in the spool once this is committed.
    """
    over = over_exports(processing, processing.at - WAITED, _MOST)
    for found in over:
        row = known_export(processing, found.id, locked=True)
        failure = None if row.state == FINISHED else {"message": "waited too long", "rules": []}
        counts = end_export(processing, row, EXPIRED, failure)
        processing.note(Note(event=Event.EXPORT_SWEPT, counts=counts, job=row.id))
    if not over:
        processing.note(Note(event=Event.EXPORT_SWEPT, counts={}))
    return [row.id for row in over]


def has_exports_over(books: Books, campaign: CampaignId) -> bool:
    """Tell whether there is anything to sweep; the books are those of ``EXPORTS``."""
    return has_over_exports(books, campaign, books.at - WAITED)


def drop_what_is_left(books: Books, campaign: CampaignId, spool: Spool) -> None:
    """Drop what stands in the spool of exports that have ended: what a crash left between two steps."""
    old = list(spool.older_than((books.at - timedelta(hours=1)).timestamp()))
    for start in range(0, len(old), _MOST):
        page: Sequence[UUID] = old[start : start + _MOST]
        for one in set(page) - kept_exports(books, campaign, page):
            spool.drop(one)
