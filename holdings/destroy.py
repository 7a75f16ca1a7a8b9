"""Destroy what a campaign holds: persons through the ledger, then every row of every table but what the law keeps."""

from collections.abc import Collection

from sqlalchemy import Table, delete, select
from sqlmodel import SQLModel

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import RESTITUTION
from campaigns.closing import Step, keep_step
from contacts.ids import page_through_ids
from files.handback import RETURNED
from holdings.erase import Eraser
from kernel.actor import Actor
from kernel.errors import Conflict

KEPT = {
    "entry": "The log stays for its legal period; what was sealed in it opens no more.",
    "sequence": "Leaves of the log.",
    "checkpoint": "Signed sizes and roots of the log.",
    "campaign_key": "The names of the destroyed keys, without their bytes.",
    "closure": "The steps of the end, from which the certificate is written.",
}
"""Tables of which rows stay, and why. Whatever table a room adds is emptied unless it stands here."""

NOT_RETURNED = {
    "awaited_person": "To whom a sending was allowed: what was reported of it, or counted, is returned.",
    "awaited_send": "Sendings whose reports were awaited.",
    "breach": "Handed over as the CNIL's form (isoloir breach export); no person stands in it.",
    "campaign_word": "The campaign's own words beside the lexicon: of no contact, and each had its day.",
    "change": "What tools that poll had to take out, for sixty days: ids, most of nobody any more.",
    "client_secret": "Digests of secrets: they open nothing once the campaign is closed.",
    "column_mapping": "What columns of files were said to be: a digest and names of fields, of nobody.",
    "consent_standing": "Derived from the evidence, which is returned.",
    "contact_ending": "Days from which the schedule counted: over with the return.",
    "contact_hold": "Why contacts were kept longer: the log tells of each, and the return ends them.",
    "contact_index": "Keyed values for searching: made from the contacts, which are returned.",
    "contact_journal": "What imports replaced, for seven days: what they put in its place is returned.",
    "delivery": "Answers made for persons, for fourteen days: copies of what is returned.",
    "delivery_chunk": "Answers made for persons.",
    "erasure_order": "Erasures asked for: they are done, or the campaign's end does them.",
    "export_run": "Progress of exports: what they carried away the log tells.",
    "import_run": "Progress of uploaded lists: what they brought is returned.",
    "import_trace": "Ids of what imports made, for seven days: the contacts are returned.",
    "import_undo": "Progress of imports that were undone: what is left of them is returned.",
    "job": "Progress of imports: what they brought is returned.",
    "job_chunk": "Progress of imports.",
    "message": "Messages on their way: sealed, each with its time.",
    "opposition_carried": "Objections on their way to the controller's other campaigns: these were told.",
    "person_key": "Wrapped keys: what they open is returned in clear.",
    "recipient_ticket": "What recipients were told, under their own ids: the log tells of each.",
    "request_key": "Answers kept for a repeated request, for a day.",
    "retention_run": "Numbers of the sweep; the log tells of each run.",
    "rescreening": "How far stored words were read with which vocabulary.",
    "review": "What the screen held and no reviewer let into the file: never a part of it, and gone in two weeks.",
    "rights_document": "Documents that proved who asked: each goes with its decision.",
    "rights_visit": "What was being typed into the pages, for an hour.",
    "seed_mailbox": "Mailboxes of the controller's own, by which a file that leaks is known: of no contact.",
    "seed_planting": "In which exports they left.",
    "sheet": "Sheets for the door: each has its day, and what was keyed in of them is returned as visits.",
    "sheet_line": "Whom the lines of sheets meant.",
    "signup": "What no mailbox has confirmed: nobody's contact.",
    "staff_index": "Keyed values for signing in: made from the accounts, which are returned.",
    "staff_position": "Where somebody was, for some hours at their own wish.",
    "staff_recovery": "Digests of recovery codes.",
    "staff_session": "Sessions: they end with the campaign.",
    "staff_try": "Failed tries at signing in, of the last day.",
    "task": "The outbox: ids and counts for the endpoints; the log tells what happened.",
    "territory_dataset": "Open data: their source publishes them.",
    "territory_figure": "Open data: their source publishes them.",
    "webhook_delivery": "Attempts to deliver; the log tells of each.",
    "webhook_secret": "Secrets that sign messages.",
}
"""Tables that are destroyed without a place in the return, and why."""


def check_returned(processing: Processing, files: Collection[str]) -> None:
    """Raise Conflict where a table to be emptied has rows, and neither was returned in ``files`` nor is excepted."""
    missing = [table for table in _going() if table.name not in NOT_RETURNED and RETURNED.get(table.name) not in files]
    counts = {f"{table.name}.read": _any(processing, table) for table in missing}
    lost = sorted(name.removesuffix(".read") for name, rows in counts.items() if rows)
    if lost:
        message = f"nothing is destroyed: the return does not hold what stands in {', '.join(lost)}"
        raise Conflict(message)
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))


def destroy_persons(eraser: Eraser, actor: Actor) -> int:
    """Erase everybody from every holding, by the ledger; return how many there still were."""
    erased = 0
    for page in page_through_ids(eraser.register, actor, RESTITUTION):
        erased += eraser.erase(actor, RESTITUTION, page)
    left = eraser.ledger.unfinished(actor.campaign)
    if left:  # Nobody is left, so whoever an earlier crash had left unfinished is erased too.
        eraser.ledger.complete(actor.campaign, sorted(left))
    return erased


def empty_campaign(processing: Processing) -> dict[str, int]:
    """Delete every row of the campaign but what is kept; return how many of each table."""
    deleted = {table.name: _empty(processing, table) for table in _going()}
    told = {name: rows for name, rows in sorted(deleted.items()) if rows}
    counts = {f"{name}.delete": rows for name, rows in told.items()} | keep_step(processing, Step.EMPTIED, told)
    processing.note(Note(event=Event.CAMPAIGN_EMPTIED, counts=counts))
    return told


def _going() -> list[Table]:
    """Return the tables to be emptied, those that name others first."""
    return [table for table in reversed(SQLModel.metadata.sorted_tables) if _goes(table)]


def _goes(table: Table) -> bool:
    """Tell whether a table's rows are the campaign's to destroy; the directory's rows are not."""
    keyed = next(iter(table.primary_key.columns)).name == "campaign_id"
    return keyed and table.name not in KEPT and table.name != "campaign_end"


def _any(processing: Processing, table: Table) -> int:
    first = select(table.c.campaign_id).where(table.c.campaign_id == processing.campaign).limit(1)
    return len(processing.read(table, first))


def _empty(processing: Processing, table: Table) -> int:
    return processing.execute(table, delete(table).where(table.c.campaign_id == processing.campaign))
