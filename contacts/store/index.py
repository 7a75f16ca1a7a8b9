"""The blind index: keyed values in a table of their own, and packed in each contact's row."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Insert,
    Select,
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, LargeBinary

from audit.processing import Processing
from contacts.store.records import CONTACT, FEW, KEYED, beyond
from contacts.tables import ContactIndex
from kernel.columns import Identifier, table_of
from kernel.identity import PersonId
from kernel.prepared import Prepared, deleting_of

INDEX = table_of(ContactIndex)
INDEX_COLUMNS = ("campaign_id", "value", "contact_id")
_INSERT_INDEX = Prepared(insert(INDEX), INDEX_COLUMNS)


def insert_index(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep blind-index values."""
    if len(rows) > FEW:
        return processing.copy(INDEX, INDEX_COLUMNS, rows)
    if not processing.on_postgresql:
        return processing.send(INDEX, _INSERT_INDEX, [dict(zip(INDEX_COLUMNS, row, strict=True)) for row in rows])
    values: dict[UUID, list[int]] = {}
    for _, value, person in rows:
        values.setdefault(person, []).append(value)
    campaign = processing.campaign
    given = [{"campaign": campaign, "person": one, "asked": under} for one, under in values.items()]
    processing.send(INDEX, _INSERT_VALUES, given, due=len(rows))
    return len(rows)


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


def behind_index_version(processing: Processing, version: int, after: UUID | None, limit: int) -> Sequence[Any]:
    """Return a page of contacts whose index was written under an older key version, and let nobody change them."""
    statement = KEYED.where(CONTACT.c.campaign_id == processing.campaign, CONTACT.c.index_version < version)
    if after is not None:
        statement = statement.where(*beyond(after))
    ordered = statement.order_by(CONTACT.c.id).limit(limit)
    return processing.read(CONTACT, ordered.with_for_update(of=CONTACT) if processing.on_postgresql else ordered)


def update_indexes(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Replace the packed index values of contacts: ``b_person``, ``index_version``, ``indexes``."""
    statement = update(CONTACT).where(
        CONTACT.c.campaign_id == processing.campaign,
        CONTACT.c.id == bindparam("b_person"),
    )
    values: dict[str, Any] = {"index_version": bindparam("index_version"), "indexes": bindparam("indexes")}
    return processing.execute(CONTACT, statement.values(values), rows)


def delete_index(processing: Processing, entries: Sequence[tuple[int, UUID]]) -> int:
    """Delete index values of contacts."""
    statement = delete(INDEX).where(
        INDEX.c.campaign_id == processing.campaign,
        INDEX.c.value == bindparam("b_value"),
        INDEX.c.contact_id == bindparam("b_person"),
    )
    return processing.execute(INDEX, statement, [{"b_value": value, "b_person": person} for value, person in entries])


_ENTRIES = (
    func.unnest(
        select(bindparam("asked", required=False, type_=ARRAY(BigInteger))).scalar_subquery(),
        select(bindparam("persons", required=False, type_=ARRAY(Identifier()))).scalar_subquery(),
    )
    .table_valued(column("value", BigInteger), column("person", Identifier()))
    .render_derived()
)
_DELETE_ENTRIES = Prepared(
    delete(INDEX).where(
        INDEX.c.campaign_id == bindparam("campaign", required=False),
        INDEX.c.value == _ENTRIES.c.value,
        INDEX.c.contact_id == _ENTRIES.c.person,
    )
)
"""Values with their contacts, on PostgreSQL."""
_PAIRS = text("(SELECT value, substr(:ids, key * 16 + 1, 16) FROM json_each(:listed))").bindparams(
    bindparam("ids", type_=LargeBinary)
)
"""Values in a list, and as many ids written in a row."""


def delete_whole_index_of(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete whatever the index has of contacts whose own list of values is spoilt; return how many there were."""
    return processing.delete_of(INDEX, "contact_id", persons)


def delete_index_of(processing: Processing, entries: Sequence[tuple[int, UUID]]) -> None:
    """Delete every index value of contacts that are erased, each by its whole key.

    By lists of values and of contacts, SQLite tries each of the one with each of the other, and PostgreSQL reads all
    that the campaign has.
    """
    if not entries:
        return
    if not processing.on_postgresql:
        pairs = delete(INDEX).where(
            INDEX.c.campaign_id == processing.campaign,
            tuple_(INDEX.c.value, INDEX.c.contact_id).op("IN", is_comparison=True)(_PAIRS),
        )
        listed = json.dumps([value for value, _ in entries])
        processing.execute(INDEX, pairs, {"listed": listed, "ids": b"".join([one.bytes for _, one in entries])})
        return
    if len(entries) <= FEW:
        by_key = deleting_of(INDEX, ("value", "contact_id"))
        for value, person in sorted(entries):
            processing.change(INDEX, by_key, {"campaign_id": processing.campaign, "value": value, "contact_id": person})
        return
    values, persons = zip(*sorted(entries), strict=True)
    given = {"campaign": processing.campaign, "asked": values, "persons": persons}
    processing.change(INDEX, _DELETE_ENTRIES, given)
