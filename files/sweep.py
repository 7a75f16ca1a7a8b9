"""Let imports over the API go when their time is over: uploads that wait, reports, what a crash left."""

from datetime import timedelta
from uuid import UUID

from audit.books import Books
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from files.imports import KEPT, end_import
from files.sealed import Spool
from files.store import FAILED, IMPORT_RUN, OPEN, forget_report, has_stale_runs, open_runs, stale_runs
from jobs import run as jobs
from kernel.identity import CampaignId

IMPORTS = (IMPORT_RUN,)
_MOST = 200


def sweep_imports(processing: Processing) -> list[UUID]:
    """End imports that waited too long, and forget reports that were kept long enough; return whose time is over.

    The caller drops the uploads once this is committed.
    """
    stale = stale_runs(processing, processing.at - KEPT, _MOST)
    for row in stale:
        waited = row.state in OPEN
        counts = end_import(processing, row.id, FAILED, {"message": "waited too long", "rules": []}) if waited else {}
        told = jobs.forget(processing, row.id) | {"import_run.update": forget_report(processing, row.id)}
        processing.note(Note(event=Event.IMPORT_SWEPT, counts=counts, job=row.id))
        processing.note_also(told)
    if not stale:
        processing.note(Note(event=Event.IMPORT_SWEPT, counts={}))
    return [row.id for row in stale]


def has_stale_imports(books: Books, campaign: CampaignId) -> bool:
    """Tell whether there is anything to sweep; the books are those of ``IMPORTS``."""
    return has_stale_runs(books, campaign, books.at - KEPT)


def drop_left_over(books: Books, campaign: CampaignId, spool: Spool) -> None:
    """Drop uploads of which no import speaks any more: what a crash left between two steps."""
    old = list(spool.older_than((books.at - timedelta(hours=1)).timestamp()))
    for start in range(0, len(old), _MOST):
        page = old[start : start + _MOST]
        for one in set(page) - open_runs(books, campaign, page):
            spool.drop(one)
