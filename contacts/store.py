"""The contacts' SQL: sealed rows in, sealed rows out."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from audit.processing import Processing
from contacts.tables import Contact, ContactIndex, ContactTag, CustomField, DeclaredOrigin, Tag
from kernel.columns import Identifier, among, table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from kernel.prepared import Prepared
from keys import facts as keys

CONTACT = table_of(Contact)
INDEX = table_of(ContactIndex)
CONTACT_TAG = table_of(ContactTag)
ORIGIN = table_of(DeclaredOrigin)
CUSTOM_FIELD = table_of(CustomField)
TAG = table_of(Tag)

CONTACT_COLUMNS = tuple(column.name for column in CONTACT.columns)
INDEX_COLUMNS = ("campaign_id", "value", "contact_id")
TAG_COLUMNS = ("campaign_id", "contact_id", "tag")
_COMPARTMENT = 1
_FEW = 16

_WITH_KEY = CONTACT.join(
    keys.TABLE,
    and_(
        CONTACT.c.campaign_id == keys.CAMPAIGN,
        CONTACT.c.id == keys.PERSON,
        keys.COMPARTMENT == _COMPARTMENT,
    ),
)
_HAS_KEY = exists().where(
    CONTACT.c.campaign_id == keys.CAMPAIGN, CONTACT.c.id == keys.PERSON, keys.COMPARTMENT == _COMPARTMENT
)
_TAGS = (
    select(func.aggregate_strings(cast(CONTACT_TAG.c.tag, Text), ","))
    .where(CONTACT_TAG.c.campaign_id == CONTACT.c.campaign_id, CONTACT_TAG.c.contact_id == CONTACT.c.id)
    .scalar_subquery()
    .label("tag_numbers")
)
_SEALED = (CONTACT, keys.GENERATION, keys.KEK_VERSION, keys.WRAPPED, _TAGS)
_KEYED = select(*_SEALED).select_from(_WITH_KEY)
_OF_ONE = _KEYED.where(
    CONTACT.c.campaign_id == bindparam("campaign", required=False),
    CONTACT.c.id == bindparam("person", required=False),
)
_ONE, _ONE_LOCKED = Prepared(_OF_ONE), Prepared(_OF_ONE.with_for_update(of=CONTACT))
_ORIGIN = Prepared(
    select(ORIGIN).where(
        ORIGIN.c.campaign_id == bindparam("campaign", required=False),
        ORIGIN.c.number == bindparam("numbered", required=False),
    )
)
_INSERT_CONTACT = Prepared(insert(CONTACT), CONTACT_COLUMNS)
_INSERT_INDEX = Prepared(insert(INDEX), INDEX_COLUMNS)
_INSERT_TAG = Prepared(insert(CONTACT_TAG), TAG_COLUMNS)


def insert_contacts(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep sealed contacts."""
    if len(rows) == 1:
        return processing.send(CONTACT, _INSERT_CONTACT, [dict(zip(CONTACT_COLUMNS, rows[0], strict=True))])
    return processing.copy(CONTACT, CONTACT_COLUMNS, rows)


def insert_index(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep blind-index values."""
    if len(rows) > _FEW:
        return processing.copy(INDEX, INDEX_COLUMNS, rows)
    if not processing.on_postgresql:
        return processing.send(INDEX, _INSERT_INDEX, [dict(zip(INDEX_COLUMNS, row, strict=True)) for row in rows])
    values: dict[UUID, list[int]] = {}
    for _, value, person in rows:
        values.setdefault(person, []).append(value)
    campaign = processing.campaign
    given = [{"campaign": campaign, "person": one, "asked": under} for one, under in values.items()]
    processing.send(INDEX, _INSERT_VALUES, given)
    return len(rows)


def insert_tags(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep which governed tags a contact has."""
    if len(rows) > _FEW:
        return processing.copy(CONTACT_TAG, TAG_COLUMNS, rows)
    return processing.send(CONTACT_TAG, _INSERT_TAG, [dict(zip(TAG_COLUMNS, row, strict=True)) for row in rows])


def read_contacts(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return sealed contacts, each with its wrapped key, in no order.

    A few are asked for one by one: asked for together, a planner without statistics reads the campaign's whole table.
    """
    if len(persons) == 1 or (processing.on_postgresql and len(persons) <= _FEW):
        asked = ({"campaign": processing.campaign, "person": person} for person in persons)
        return [row for one in asked for row in processing.run(CONTACT, _ONE, one)]
    statement = _KEYED.where(CONTACT.c.campaign_id == processing.campaign, CONTACT.c.id.in_(persons))
    return processing.read(CONTACT, statement)


def _among(processing: Processing, column: ColumnElement[Any], persons: Collection[UUID]) -> ColumnElement[bool]:
    return among(column, persons, on_postgresql=processing.on_postgresql)


def restrictions_of(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, bool]:
    """Return whether each of these persons is restricted; who is not there is left out."""
    wanted = select(CONTACT.c.id, CONTACT.c.restricted).where(
        CONTACT.c.campaign_id == processing.campaign, CONTACT.c.id.in_(persons)
    )
    return {PersonId(row.id): row.restricted for row in processing.read(CONTACT, wanted)}


def lock_contacts(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return sealed contacts as ``read_contacts`` does, and let nobody else change them before the end."""
    if len(persons) == 1:
        held = _ONE_LOCKED if processing.on_postgresql else _ONE
        return processing.run(CONTACT, held, {"campaign": processing.campaign, "person": persons[0]})
    statement = _KEYED.where(CONTACT.c.campaign_id == processing.campaign, _among(processing, CONTACT.c.id, persons))
    ordered = statement.order_by(CONTACT.c.id)
    return processing.read(CONTACT, ordered.with_for_update(of=CONTACT) if processing.on_postgresql else ordered)


def keyless_among(processing: Processing, persons: Collection[PersonId]) -> Sequence[Any]:
    """Return those of these contacts that have no key, which nothing opens: only a restored copy has any."""
    if not persons:
        return ()
    here = CONTACT.c.campaign_id == processing.campaign, CONTACT.c.id.in_(persons)
    return processing.read(CONTACT, select(CONTACT.c.id, CONTACT.c.indexes).where(*here, ~_HAS_KEY))


def count_keyless(processing: Processing) -> int:
    """Count the contacts that have no key; one row is read."""
    statement = select(func.count()).select_from(CONTACT).where(CONTACT.c.campaign_id == processing.campaign, ~_HAS_KEY)
    return int(processing.read(CONTACT, statement)[0][0])


def orphaned_keys(processing: Processing, limit: int) -> list[PersonId]:
    """Return some persons that have a contact's key and no contact: only a restored copy has any."""
    owner, table = keys.CAMPAIGN, keys.TABLE
    contact = exists().where(CONTACT.c.campaign_id == owner, CONTACT.c.id == keys.PERSON)
    here = select(keys.PERSON).where(owner == processing.campaign, table.c.compartment == _COMPARTMENT, ~contact)
    return [PersonId(row[0]) for row in processing.read(table, here.limit(limit))]


def page_of_contacts(
    processing: Processing,
    *,
    after: UUID | None,
    limit: int,
    category: str | Collection[str] | None = None,
    commune: str | Collection[str] | None = None,
    polling_station: str | Collection[str] | None = None,
) -> Sequence[Any]:
    """Return a page of sealed contacts in the order of their ids, narrowed by clear columns."""
    statement = _narrowed(processing, category=category, commune=commune, polling_station=polling_station)
    if after is not None:
        statement = statement.where(CONTACT.c.id > after)
    return processing.read(CONTACT, statement.order_by(CONTACT.c.id).limit(limit))


def page_of_changes(
    processing: Processing,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
    **clear: str | Collection[str] | None,
) -> Sequence[Any]:
    """Return a page of sealed contacts in the order of their last change, narrowed by clear columns."""
    statement = _narrowed(processing, **clear)
    if after is not None:
        at, person = after
        beyond = (CONTACT.c.updated_at > at) | (CONTACT.c.id > person)
        statement = statement.where(CONTACT.c.updated_at >= at, beyond)
    return processing.read(CONTACT, statement.order_by(CONTACT.c.updated_at, CONTACT.c.id).limit(limit))


def _narrowed(processing: Processing, **clear: str | Collection[str] | None) -> Select[Any]:
    statement = _KEYED.where(CONTACT.c.campaign_id == processing.campaign)
    for name, wanted in clear.items():
        if wanted is not None:
            column = CONTACT.c[name]
            statement = statement.where(column == wanted if isinstance(wanted, str) else column.in_(wanted))
    return statement


def behind_index_version(processing: Processing, version: int, after: UUID | None, limit: int) -> Sequence[Any]:
    """Return a page of contacts whose index was written under an older key version, and let nobody change them."""
    statement = _KEYED.where(CONTACT.c.campaign_id == processing.campaign, CONTACT.c.index_version < version)
    if after is not None:
        statement = statement.where(CONTACT.c.id > after)
    ordered = statement.order_by(CONTACT.c.id).limit(limit)
    return processing.read(CONTACT, ordered.with_for_update(of=CONTACT) if processing.on_postgresql else ordered)


def holders_of(processing: Processing, values: Sequence[int]) -> list[tuple[int, PersonId]]:
    """Return which contact stands under which of the index values.

    The values are one parameter, and each is looked up by itself: left to choose, a planner without statistics reads
    the campaign's whole index instead.
    """
    if processing.on_postgresql:
        rows = processing.run(INDEX, _HOLDERS, {"campaign": processing.campaign, "asked": values})
    else:
        rows = processing.read(INDEX, _listed(processing, values))
    return [(row.value, PersonId(row.contact_id)) for row in rows]


# The values come out of a sub-select, whose length no planner knows: seeing how few they are, it planned every call.
_ASKED = (
    func.unnest(select(bindparam("asked", required=False, type_=ARRAY(BigInteger))).scalar_subquery())
    .table_valued(column("value", BigInteger))
    .render_derived()
)


def _one_by_one() -> Select[Any]:
    here = and_(INDEX.c.campaign_id == bindparam("campaign", required=False), INDEX.c.value == _ASKED.c.value)
    # OFFSET 0 keeps the planner from turning the look-up of one value into a reading of all.
    looked_up = select(INDEX.c.contact_id).where(here).offset(0).lateral()
    return select(_ASKED.c.value, looked_up.c.contact_id).select_from(_ASKED.join(looked_up, true()))


def _under_each() -> Insert:
    campaign, person = (bindparam(name, required=False, type_=Identifier()) for name in ("campaign", "person"))
    return insert(INDEX).from_select(INDEX_COLUMNS, select(campaign, _ASKED.c.value, person).select_from(_ASKED))


_HOLDERS = Prepared(_one_by_one())
_INSERT_VALUES = Prepared(_under_each())
"""All values of one contact in one statement."""


def _listed(processing: Processing, values: Sequence[int]) -> Select[Any]:
    listed: Select[Any] = select(column("value")).select_from(func.json_each(json.dumps(list(values))))
    here = INDEX.c.campaign_id == processing.campaign, INDEX.c.value.in_(listed)
    return select(INDEX.c.value, INDEX.c.contact_id).where(*here)


def update_contacts(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Replace what an amendment changes, of rows as read: ``b_person``, ``b_revision``, ``b_index_version``."""
    names = "category commune polling_station flagged consent_from target_from due_on updated_at"
    names += " index_version indexes record"
    statement = update(CONTACT).where(
        CONTACT.c.campaign_id == processing.campaign,
        CONTACT.c.id == bindparam("b_person"),
        CONTACT.c.revision == bindparam("b_revision"),
        CONTACT.c.index_version == bindparam("b_index_version"),
    )
    values: dict[str, Any] = {name: bindparam(name) for name in names.split()} | {
        "revision": bindparam("b_revision") + 1
    }
    return processing.execute(CONTACT, statement.values(values), rows)


def update_indexes(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Replace the packed index values of contacts: ``b_person``, ``index_version``, ``indexes``."""
    statement = update(CONTACT).where(
        CONTACT.c.campaign_id == processing.campaign,
        CONTACT.c.id == bindparam("b_person"),
    )
    values: dict[str, Any] = {"index_version": bindparam("index_version"), "indexes": bindparam("indexes")}
    return processing.execute(CONTACT, statement.values(values), rows)


def set_restricted(processing: Processing, persons: Sequence[PersonId], *, restricted: bool) -> int:
    """Put contacts out of use, or back."""
    statement = update(CONTACT).where(CONTACT.c.campaign_id == processing.campaign, CONTACT.c.id.in_(persons))
    return processing.execute(CONTACT, statement.values(restricted=restricted, updated_at=processing.at))


def delete_index(processing: Processing, entries: Sequence[tuple[int, UUID]]) -> int:
    """Delete index values of contacts."""
    statement = delete(INDEX).where(
        INDEX.c.campaign_id == processing.campaign,
        INDEX.c.value == bindparam("b_value"),
        INDEX.c.contact_id == bindparam("b_person"),
    )
    return processing.execute(INDEX, statement, [{"b_value": value, "b_person": person} for value, person in entries])


def delete_index_of(processing: Processing, entries: Sequence[tuple[int, UUID]]) -> int:
    """Delete every index value of contacts that are erased.

    On SQLite pair by pair: of two lists it tries each value with each contact, millions of them for a thousand persons.
    """
    if not processing.on_postgresql:
        return delete_index(processing, entries)
    values, persons = sorted({value for value, _ in entries}), sorted({person for _, person in entries})
    among_values = INDEX.c.value == any_(literal(values, ARRAY(BigInteger)))
    mine = INDEX.c.campaign_id == processing.campaign, _among(processing, INDEX.c.contact_id, persons)
    return processing.execute(INDEX, delete(INDEX).where(*mine, among_values))


def delete_tags(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the tags of contacts."""
    return processing.delete_of(CONTACT_TAG, "contact_id", persons)


def delete_contacts(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete contacts with everything sealed in them."""
    return processing.delete_of(CONTACT, "id", persons)


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


def find_origin(processing: Processing, number: int) -> Any | None:  # noqa: ANN401 - a row
    """Return a declared origin."""
    rows = processing.look_up_prepared(ORIGIN, _ORIGIN, {"campaign": processing.campaign, "numbered": number})
    return rows[0] if rows else None


def declared_origins(processing: Processing) -> Sequence[Any]:
    """Return all declared origins, oldest first."""
    statement = select(ORIGIN).where(ORIGIN.c.campaign_id == processing.campaign)
    return processing.look_up(ORIGIN, statement.order_by(ORIGIN.c.number))


def insert_origin(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a declared origin."""
    return processing.execute(ORIGIN, insert(ORIGIN), values)


def next_number(processing: Processing, registry: Any, first: int) -> int:  # noqa: ANN401 - one of three tables
    """Return the next free number of a registry of the campaign."""
    statement = select(func.max(registry.c.number)).where(registry.c.campaign_id == processing.campaign)
    newest = processing.look_up(registry, statement)[0][0]
    return first if newest is None else int(newest) + 1


def custom_fields(processing: Processing) -> dict[str, int]:
    """Return the campaign's own fields: name to number."""
    own = CUSTOM_FIELD.c.campaign_id == processing.campaign
    rows = processing.look_up(CUSTOM_FIELD, select(CUSTOM_FIELD.c.name, CUSTOM_FIELD.c.number).where(own))
    return {row.name: row.number for row in rows}


def tags_by_name(processing: Processing) -> dict[str, int]:
    """Return the campaign's tags: name to number."""
    statement = select(TAG.c.name, TAG.c.number).where(TAG.c.campaign_id == processing.campaign)
    return {row.name: row.number for row in processing.look_up(TAG, statement)}


def insert_custom_field(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a field of the campaign's own."""
    return processing.execute(CUSTOM_FIELD, insert(CUSTOM_FIELD), values)


def insert_tag(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a tag."""
    return processing.execute(TAG, insert(TAG), values)


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
