"""Pages and counts of contacts: many rows of one campaign, narrowed by clear columns."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select

from audit.processing import Processing
from contacts.store.records import CONTACT, LISTED, Listed, beyond
from contacts.store.registries import ORIGIN
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId


def page_of_contacts(
    processing: Processing,
    *,
    after: UUID | None,
    limit: int,
    category: str | Collection[str] | None = None,
    commune: str | Collection[str] | None = None,
    polling_station: str | Collection[str] | None = None,
) -> list[Listed]:
    """Return a page of sealed contacts in the order of their ids, narrowed by clear columns."""
    statement = _narrowed(processing, category=category, commune=commune, polling_station=polling_station)
    if after is not None:
        statement = statement.where(*beyond(after))
    return _listed(processing, statement.order_by(CONTACT.c.id).limit(limit))


def page_of_changes(
    processing: Processing,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
    **clear: str | Collection[str] | None,
) -> list[Listed]:
    """Return a page of sealed contacts in the order of their last change, narrowed by clear columns."""
    statement = _narrowed(processing, **clear)
    if after is not None:
        at, person = after
        later = (CONTACT.c.updated_at > at) | (CONTACT.c.id > person)
        statement = statement.where(CONTACT.c.updated_at >= at, later)
    return _listed(processing, statement.order_by(CONTACT.c.updated_at, CONTACT.c.id).limit(limit))


def _narrowed(processing: Processing, **clear: str | Collection[str] | None) -> Select[Any]:
    statement = LISTED.where(CONTACT.c.campaign_id == processing.campaign)
    for name, wanted in clear.items():
        if wanted is not None:
            column = CONTACT.c[name]
            statement = statement.where(column == wanted if isinstance(wanted, str) else column.in_(wanted))
    return statement


def _listed(processing: Processing, statement: Select[Any]) -> list[Listed]:
    return list(map(Listed._make, processing.read(CONTACT, statement)))


def page_of_ids(processing: Processing, after: UUID | None, limit: int) -> list[PersonId]:
    """Return a page of contact ids."""
    statement = select(CONTACT.c.id).where(CONTACT.c.campaign_id == processing.campaign)
    if after is not None:
        statement = statement.where(CONTACT.c.id > after)
    return [PersonId(row[0]) for row in processing.read(CONTACT, statement.order_by(CONTACT.c.id).limit(limit))]


def is_any_there(reading: Transaction, campaign: CampaignId) -> bool:
    """Tell whether there is any contact."""
    return bool(reading.query(select(CONTACT.c.campaign_id).where(CONTACT.c.campaign_id == campaign).limit(1)))


_SYNTHETIC = exists().where(
    ORIGIN.c.campaign_id == CONTACT.c.campaign_id, ORIGIN.c.number == CONTACT.c.origin, ORIGIN.c.synthetic
)


def count_synthetic(processing: Processing) -> int:
    """Count the contacts that came from a synthetic origin; one row is read."""
    statement = select(func.count()).select_from(CONTACT).where(CONTACT.c.campaign_id == processing.campaign)
    return int(processing.read(CONTACT, statement.where(_SYNTHETIC))[0][0])


def page_of_synthetic(processing: Processing, limit: int) -> list[PersonId]:
    """Return some contacts that came from a synthetic origin."""
    statement = select(CONTACT.c.id).where(CONTACT.c.campaign_id == processing.campaign, _SYNTHETIC)
    return [PersonId(row[0]) for row in processing.read(CONTACT, statement.limit(limit))]


def cell_counts(processing: Processing) -> Sequence[Any]:
    """Count usable contacts by commune and polling station; who has no station counts under none."""
    columns = (CONTACT.c.commune, CONTACT.c.polling_station)
    usable = (
        CONTACT.c.campaign_id == processing.campaign,
        CONTACT.c.commune.is_not(None),
        CONTACT.c.restricted.is_(False),
        or_(CONTACT.c.due_on.is_(None), CONTACT.c.due_on >= processing.today),
    )
    statement = select(*columns, func.count().label("contacts")).where(*usable).group_by(*columns)
    return processing.read(CONTACT, statement)
