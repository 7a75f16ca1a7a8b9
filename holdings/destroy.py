"""Destroy what a campaign holds: persons through the ledger, then every row of every table but what the law keeps."""

from sqlalchemy import Table, delete
from sqlmodel import SQLModel

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import RESTITUTION
from campaigns.closing import Step, keep_step
from contacts.ids import page_through_ids
from holdings.erase import Eraser
from kernel.actor import Actor

KEPT = {
    "entry": "The log stays for its legal period; what was sealed in it opens no more.",
    "sequence": "Leaves of the log.",
    "checkpoint": "Signed sizes and roots of the log.",
    "campaign_key": "The names of the destroyed keys, without their bytes.",
    "closure": "The steps of the end, from which the certificate is written.",
}
"""Tables of which rows stay, and why. Whatever table a room adds is emptied unless it stands here."""


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
    deleted = {
        table.name: _empty(processing, table) for table in reversed(SQLModel.metadata.sorted_tables) if _goes(table)
    }
    told = {name: rows for name, rows in sorted(deleted.items()) if rows}
    counts = {f"{name}.delete": rows for name, rows in told.items()} | keep_step(processing, Step.EMPTIED, told)
    processing.note(Note(event=Event.CAMPAIGN_EMPTIED, counts=counts))
    return told


def _goes(table: Table) -> bool:
    """Tell whether a table's rows are the campaign's to destroy; the directory's rows are not."""
    keyed = next(iter(table.primary_key.columns)).name == "campaign_id"
    return keyed and table.name not in KEPT and table.name != "campaign_end"


def _empty(processing: Processing, table: Table) -> int:
    return processing.execute(table, delete(table).where(table.c.campaign_id == processing.campaign))
