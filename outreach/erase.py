"""Erase what is kept of persons' interactions (GDPR art. 17), and sweep what is past its time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, delete, or_, select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from outreach.store import INTERACTION, delete_of_persons
from outreach.targeting import TARGETING
from outreach.words import EFFECTS
from policy.edition import Edition
from policy.retention import first_kept


def erase_interactions(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Delete everything of these persons' interactions, on every ground; return how many there were.

    Only ``holdings.erase`` calls this, after the contact's key was shredded: whoever records one holds that key, so
    none comes in between and stays.
    """
    awaited, interactions = delete_of_persons(processing, persons)
    if awaited or interactions:
        counts = {"awaited_person.delete": awaited, "interaction.delete": interactions}
        processing.note(Note(event=Event.INTERACTION_ERASED, counts=counts))
    return 0  # Whoever has interactions has a contact, which counts.


def is_past_its_time(reading: Transaction, campaign: CampaignId, edition: Edition, today: date) -> bool:
    """Tell whether there is anything to sweep: an entry that tells of nothing would only fill the log."""
    return any(
        reading.query(select(table.c.campaign_id).where(table.c.campaign_id == campaign, old).limit(1))
        for table, old in ((INTERACTION, _old_interactions(edition, today)), (TARGETING, _old_lines(edition, today)))
    )


def sweep_outreach(processing: Processing) -> None:
    """Delete interactions and lines of the register past the pack's periods; a refusal stays as long as its contact."""
    edition, today, campaign = processing.edition, processing.today, processing.campaign
    interactions = delete(INTERACTION).where(INTERACTION.c.campaign_id == campaign, _old_interactions(edition, today))
    lines = delete(TARGETING).where(TARGETING.c.campaign_id == campaign, _old_lines(edition, today))
    counts = {
        "interaction.delete": processing.execute(INTERACTION, interactions),
        "targeting.delete": processing.execute(TARGETING, lines),
    }
    processing.note(Note(event=Event.OUTREACH_SWEPT, counts=counts))


def _old_interactions(edition: Edition, today: date) -> ColumnElement[bool]:
    kept_from = datetime.combine(first_kept(edition.retention["interaction"], today), time(), UTC)
    refuses = INTERACTION.c.outcome.in_(sorted(EFFECTS))
    return and_(INTERACTION.c.occurred_at < kept_from, or_(INTERACTION.c.outcome.is_(None), ~refuses))


def _old_lines(edition: Edition, today: date) -> ColumnElement[bool]:
    return TARGETING.c.last_use_on < first_kept(edition.retention["targeting_record"], today)
