"""The keys' SQL: wrapped bytes in, wrapped bytes out."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, insert, literal_column, select, true, update

from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from kernel.prepared import Prepared, listed_ids
from kernel.sheet import Sheet
from keys.tables import StoredCampaignKey, StoredPersonKey

CAMPAIGN_KEY = table_of(StoredCampaignKey)
PERSON_KEY = table_of(StoredPersonKey)

_PERSON_COLUMNS = ("campaign_id", "person_id", "compartment", "generation", "kek_version", "wrapped")
_INSERT_PERSON_KEY = Prepared(insert(PERSON_KEY), _PERSON_COLUMNS)
_ONE_LOCKED = Prepared(
    select(PERSON_KEY)
    .where(
        PERSON_KEY.c.campaign_id == bindparam("campaign", required=False),
        PERSON_KEY.c.person_id == bindparam("person", required=False),
        PERSON_KEY.c.compartment == bindparam("numbered", required=False),
    )
    .with_for_update()
)
"""One person's key, held: the path of every single thing recorded of somebody."""
_KEY = ("person_id", "compartment", "generation", "kek_version", "wrapped")
_NAMED = listed_ids("persons")


def _one_by_one(*, locked: bool) -> Select[Any]:
    """Look each key up by itself, in the order of the ids: of new rows a planner knows nothing, and reads them all."""
    own = select(*(PERSON_KEY.c[name] for name in _KEY)).where(
        PERSON_KEY.c.campaign_id == bindparam("campaign", required=False),
        PERSON_KEY.c.person_id == _NAMED.c.id,
        PERSON_KEY.c.compartment == bindparam("numbered", required=False),
    )
    each = (own.with_for_update() if locked else own.offset(literal_column("0"))).lateral("own")
    return select(*each.c).select_from(_NAMED.join(each, true()))


_MANY, _MANY_LOCKED = Prepared(_one_by_one(locked=False)), Prepared(_one_by_one(locked=True))


def campaign_key_rows(transaction: Transaction, campaign: CampaignId) -> Sequence[Any]:
    """Return the wrapped keys of a campaign, for the loader that runs before any processing is open."""
    return transaction.query(select(CAMPAIGN_KEY).where(CAMPAIGN_KEY.c.campaign_id == campaign))


def read_campaign_keys(processing: Processing) -> Sequence[Any]:
    """Return the wrapped keys of the campaign, noted."""
    return processing.read(
        CAMPAIGN_KEY,
        select(CAMPAIGN_KEY).where(CAMPAIGN_KEY.c.campaign_id == processing.campaign),
    )


def insert_campaign_keys(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Keep wrapped campaign keys."""
    return processing.execute(CAMPAIGN_KEY, insert(CAMPAIGN_KEY), rows)


def update_campaign_key(processing: Processing, purpose: str, version: int, values: dict[str, Any]) -> int:
    """Change the state or the wrapping of one campaign key."""
    statement = update(CAMPAIGN_KEY).where(
        CAMPAIGN_KEY.c.campaign_id == processing.campaign,
        CAMPAIGN_KEY.c.purpose == purpose,
        CAMPAIGN_KEY.c.version == version,
    )
    return processing.execute(CAMPAIGN_KEY, statement.values(values))


def insert_person_keys(processing: Processing, rows: Sheet) -> int:
    """Keep wrapped person keys: campaign, person, compartment, generation, kek version, 60 bytes."""
    if len(rows) == 1:
        return processing.send(PERSON_KEY, _INSERT_PERSON_KEY, [dict(zip(_PERSON_COLUMNS, rows[0], strict=True))])
    return processing.copy(PERSON_KEY, _PERSON_COLUMNS, rows)


def person_keys(
    processing: Processing, persons: Sequence[PersonId], compartment: int, *, locked: bool
) -> Callable[[], Sequence[Any]]:
    """Ask for the wrapped keys of these persons in one compartment; locked, nobody destroys them before the end."""
    if locked and len(persons) == 1:
        named = {"campaign": processing.campaign, "person": persons[0], "numbered": compartment}
        return processing.ask_counted(PERSON_KEY, _ONE_LOCKED, named)
    if processing.on_postgresql:
        listed = {
            "campaign": processing.campaign,
            "persons": sorted(one.bytes for one in persons),
            "numbered": compartment,
        }
        return processing.ask_counted(PERSON_KEY, _MANY_LOCKED if locked else _MANY, listed)
    statement = select(PERSON_KEY).where(
        PERSON_KEY.c.campaign_id == processing.campaign,
        PERSON_KEY.c.person_id.in_(persons),
        PERSON_KEY.c.compartment == compartment,
    )
    rows = processing.read(PERSON_KEY, statement.order_by(PERSON_KEY.c.person_id))
    return lambda: rows


def person_keys_under_other_kek(
    processing: Processing,
    kek_version: int,
    after: UUID | None,
    limit: int,
) -> Sequence[Any]:
    """Return a page of person keys that are not wrapped by ``kek_version``, in the order of persons."""
    statement = select(PERSON_KEY).where(
        PERSON_KEY.c.campaign_id == processing.campaign,
        PERSON_KEY.c.kek_version != kek_version,
    )
    if after is not None:
        statement = statement.where(PERSON_KEY.c.person_id >= after)
    ordered = statement.order_by(PERSON_KEY.c.person_id, PERSON_KEY.c.compartment).limit(limit)
    return processing.read(PERSON_KEY, ordered.with_for_update() if processing.on_postgresql else ordered)


def rewrap_person_keys(processing: Processing, rows: Sequence[dict[str, Any]]) -> int:
    """Replace wrappings: ``b_person``, ``b_compartment``, ``kek_version``, ``wrapped``."""
    statement = update(PERSON_KEY).where(
        PERSON_KEY.c.campaign_id == processing.campaign,
        PERSON_KEY.c.person_id == bindparam("b_person"),
        PERSON_KEY.c.compartment == bindparam("b_compartment"),
    )
    values: dict[str, Any] = {"kek_version": bindparam("kek_version"), "wrapped": bindparam("wrapped")}
    return processing.execute(PERSON_KEY, statement.values(values), rows)


def delete_person_keys(processing: Processing, persons: Sequence[PersonId], compartment: int) -> int:
    """Destroy the keys of these persons in one compartment."""
    return processing.delete_of(PERSON_KEY, "person_id", persons, compartment=compartment)
