"""The rows of contacts and of their tags: sealed rows in, sealed rows out."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)

from audit.processing import Processing
from contacts.tables import Contact, ContactTag
from kernel.columns import among, table_of
from kernel.identity import PersonId
from kernel.prepared import Prepared, listed_ids
from keys import facts as keys

CONTACT = table_of(Contact)
CONTACT_TAG = table_of(ContactTag)
CONTACT_COLUMNS = tuple(column.name for column in CONTACT.columns)
TAG_COLUMNS = ("campaign_id", "contact_id", "tag")
COMPARTMENT = 1
_NAMED = listed_ids("persons")
FEW = 16
"""So many rows are sent or sought one by one."""

_WITH_KEY = CONTACT.join(
    keys.TABLE,
    and_(
        CONTACT.c.campaign_id == keys.CAMPAIGN,
        CONTACT.c.id == keys.PERSON,
        keys.COMPARTMENT == COMPARTMENT,
    ),
)
_TAGS = (
    select(func.aggregate_strings(cast(CONTACT_TAG.c.tag, Text), ","))
    .where(CONTACT_TAG.c.campaign_id == CONTACT.c.campaign_id, CONTACT_TAG.c.contact_id == CONTACT.c.id)
    .scalar_subquery()
    .label("tag_numbers")
)
_SEALED = (CONTACT, keys.GENERATION, keys.KEK_VERSION, keys.WRAPPED, _TAGS)
KEYED = select(*_SEALED).select_from(_WITH_KEY)
_BARE = select(
    *(CONTACT.c[name] for name in ("id", "revision", "indexes", "record")),
    *(keys.GENERATION, keys.KEK_VERSION, keys.WRAPPED),
).select_from(_WITH_KEY)
"""What is needed of contacts to erase them: a reading of a third of the columns, and of no other table for each row."""


_GLIMPSE = select(*(CONTACT.c[name] for name in ("id", "category", "indexes")))
"""What tells whether a contact may bear a name, without its record or key."""


class Listed(NamedTuple):
    """What is needed of a contact to show it: six columns fewer, in a tuple, which is read at a tenth of the cost."""

    id: UUID
    category: str
    commune: str | None
    polling_station: str | None
    restricted: bool
    flagged: bool
    due_on: date | None
    created_at: datetime
    updated_at: datetime
    revision: int
    record: bytes
    generation: int
    kek_version: int
    wrapped: bytes
    tag_numbers: str | None


LISTED = select(*map(KEYED.selected_columns.__getitem__, Listed._fields)).select_from(_WITH_KEY)


def _one_of(statement: Select[Any]) -> tuple[Prepared, Prepared]:
    """Prepare the reading of one contact, left free and locked."""
    named = statement.where(
        CONTACT.c.campaign_id == bindparam("campaign", required=False),
        CONTACT.c.id == bindparam("person", required=False),
    )
    return Prepared(named), Prepared(named.with_for_update(of=CONTACT))


def _one_by_one(statement: Select[Any], *, locked: bool) -> Prepared:
    """Look each contact up by itself, in the order given: of new rows a planner knows nothing, and reads them all."""
    own = statement.where(CONTACT.c.campaign_id == bindparam("campaign", required=False), CONTACT.c.id == _NAMED.c.id)
    each = (own.with_for_update(of=CONTACT) if locked else own.offset(literal_column("0"))).lateral("own")
    return Prepared(select(*each.c).select_from(_NAMED.join(each, true())))


_ONE, _ONE_LOCKED = _one_of(KEYED)
_ONE_BARE, _ONE_BARE_LOCKED = _one_of(_BARE)
_MANY, _MANY_LOCKED = _one_by_one(KEYED, locked=False), _one_by_one(KEYED, locked=True)
_MANY_BARE, _MANY_BARE_LOCKED = _one_by_one(_BARE, locked=False), _one_by_one(_BARE, locked=True)
_MANY_GLIMPSES = _one_by_one(_GLIMPSE, locked=False)
_INSERT_CONTACT = Prepared(insert(CONTACT), CONTACT_COLUMNS)
_INSERT_TAG = Prepared(insert(CONTACT_TAG), TAG_COLUMNS)


def beyond(after: UUID) -> tuple[ColumnElement[bool], ...]:
    """Say that a contact with its key comes after this one.

    Of both: PostgreSQL does not conclude it from their join, and would begin at the first of all keys for each page.
    """
    return tuple(one > after for one in (CONTACT.c.id, keys.PERSON))


def insert_contacts(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep sealed contacts."""
    if len(rows) == 1:
        return processing.send(CONTACT, _INSERT_CONTACT, [dict(zip(CONTACT_COLUMNS, rows[0], strict=True))])
    return processing.copy(CONTACT, CONTACT_COLUMNS, rows)


def insert_tags(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep which governed tags a contact has."""
    if len(rows) > FEW:
        return processing.copy(CONTACT_TAG, TAG_COLUMNS, rows)
    return processing.send(CONTACT_TAG, _INSERT_TAG, [dict(zip(TAG_COLUMNS, row, strict=True)) for row in rows])


def _named(processing: Processing, persons: Collection[PersonId]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    named = among(CONTACT.c.id, persons, on_postgresql=processing.on_postgresql)
    return CONTACT.c.campaign_id == processing.campaign, named


def read_contacts(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return sealed contacts, each with its wrapped key, in no order."""
    return _read(processing, KEYED, _ONE, _MANY, persons)


def glimpse_contacts(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return id, category and packed index values of contacts, in no order."""
    if processing.on_postgresql:
        named = {"campaign": processing.campaign, "persons": persons}
        return processing.run(CONTACT, _MANY_GLIMPSES, named)
    return processing.read(CONTACT, _GLIMPSE.where(*_named(processing, persons)))


def restrictions_of(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, bool]:
    """Return whether each of these persons is restricted; who is not there is left out."""
    wanted = select(CONTACT.c.id, CONTACT.c.restricted).where(*_named(processing, persons))
    return {PersonId(row.id): row.restricted for row in processing.read(CONTACT, wanted)}


def lock_contacts(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return sealed contacts as ``read_contacts`` does, and let nobody else change them before the end."""
    if processing.on_postgresql:
        return _read(processing, KEYED, _ONE_LOCKED, _MANY_LOCKED, persons)
    return _read(processing, KEYED, _ONE, _MANY, persons)  # The gate sees to that.


def read_bare(processing: Processing, persons: Sequence[PersonId], *, locked: bool) -> Sequence[Any]:
    """Return id, revision, index values, record and wrapped key of contacts; locked, nobody else changes them."""
    if locked and processing.on_postgresql:
        return _read(processing, _BARE, _ONE_BARE_LOCKED, _MANY_BARE_LOCKED, persons)
    return _read(processing, _BARE, _ONE_BARE, _MANY_BARE, persons)


def _read(
    processing: Processing, statement: Select[Any], of_one: Prepared, of_many: Prepared, persons: Sequence[PersonId]
) -> Sequence[Any]:
    """Read contacts in the order of their ids, so that two who lock many wait for each other's in the same order."""
    if len(persons) == 1:
        return processing.run(CONTACT, of_one, {"campaign": processing.campaign, "person": persons[0]})
    if processing.on_postgresql:
        named = {"campaign": processing.campaign, "persons": sorted({one.bytes for one in persons})}
        return processing.run(CONTACT, of_many, named)
    return processing.read(CONTACT, statement.where(*_named(processing, persons)).order_by(CONTACT.c.id))


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


def set_restricted(processing: Processing, persons: Sequence[PersonId], *, restricted: bool) -> int:
    """Put contacts out of use, or back."""
    statement = update(CONTACT).where(*_named(processing, persons))
    return processing.execute(CONTACT, statement.values(restricted=restricted, updated_at=processing.at))


def delete_tags(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the tags of contacts."""
    return processing.delete_of(CONTACT_TAG, "contact_id", persons)


def delete_tag_pairs(processing: Processing, pairs: Sequence[tuple[PersonId, int]]) -> int:
    """Delete single tags of contacts."""
    statement = delete(CONTACT_TAG).where(
        CONTACT_TAG.c.campaign_id == processing.campaign,
        CONTACT_TAG.c.contact_id == bindparam("b_person"),
        CONTACT_TAG.c.tag == bindparam("b_tag"),
    )
    return processing.execute(CONTACT_TAG, statement, [{"b_person": person, "b_tag": tag} for person, tag in pairs])


def delete_contacts(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete contacts with everything sealed in them."""
    return processing.delete_of(CONTACT, "id", persons)
