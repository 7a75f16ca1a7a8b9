"""The staff's SQL."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, insert, or_, select, update

from accounts.staff.position_store import POSITION
from accounts.staff.tables import StaffAccount, StaffIndex, StaffRecovery, StaffSession, StaffTry
from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, StaffId
from keys import facts
from keys.create import Compartment

ACCOUNT = table_of(StaffAccount)
INDEX = table_of(StaffIndex)
SESSION = table_of(StaffSession)
RECOVERY = table_of(StaffRecovery)
TRY = table_of(StaffTry)

_KEYED = ACCOUNT.join(
    facts.TABLE,
    and_(
        ACCOUNT.c.campaign_id == facts.CAMPAIGN,
        ACCOUNT.c.id == facts.PERSON,
        facts.TABLE.c.compartment == Compartment.STAFF.value,
    ),
)
_COLUMNS = (ACCOUNT, facts.GENERATION, facts.KEK_VERSION, facts.WRAPPED.label("wrapped_key"))


def insert_account(processing: Processing, values: dict[str, Any], index_values: Sequence[int]) -> None:
    """Keep an account and what it is found by."""
    processing.execute(ACCOUNT, insert(ACCOUNT), values)
    insert_index(processing, values["id"], index_values)


def insert_index(processing: Processing, staff: UUID, values: Sequence[int]) -> int:
    """Keep index values of an account."""
    rows = [{"campaign_id": processing.campaign, "value": value, "staff_id": staff} for value in values]
    return processing.execute(INDEX, insert(INDEX), rows)


def delete_index_values(processing: Processing, values: Sequence[int]) -> int:
    """Remove index values."""
    here = delete(INDEX).where(INDEX.c.campaign_id == processing.campaign, INDEX.c.value.in_(values))
    return processing.execute(INDEX, here) if values else 0


def index_values_of(processing: Processing, staff: UUID) -> set[int]:
    """Return the values an account is found by."""
    here = select(INDEX.c.value).where(INDEX.c.campaign_id == processing.campaign, INDEX.c.staff_id == staff)
    return {row.value for row in processing.read(INDEX, here)}


def find_account(processing: Processing, values: Sequence[int]) -> list[Any]:
    """Return the account that any of these index values leads to."""
    found = INDEX.c.campaign_id == ACCOUNT.c.campaign_id, INDEX.c.staff_id == ACCOUNT.c.id
    statement = (
        select(*_COLUMNS)
        .select_from(_KEYED.join(INDEX, and_(*found)))
        .where(ACCOUNT.c.campaign_id == processing.campaign, INDEX.c.value.in_(values))
        .distinct()
    )
    return list(processing.read(ACCOUNT, statement))


def read_account(processing: Processing, staff: UUID) -> list[Any]:
    """Return an account, held until the end so that nobody changes it meanwhile."""
    statement = select(*_COLUMNS).select_from(_KEYED)
    statement = statement.where(ACCOUNT.c.campaign_id == processing.campaign, ACCOUNT.c.id == staff)
    return list(
        processing.read(ACCOUNT, statement.with_for_update(of=ACCOUNT) if processing.on_postgresql else statement)
    )


def all_accounts(processing: Processing) -> list[Any]:
    """Return every account, oldest first."""
    statement = select(*_COLUMNS).select_from(_KEYED).where(ACCOUNT.c.campaign_id == processing.campaign)
    return list(processing.read(ACCOUNT, statement.order_by(ACCOUNT.c.created_at, ACCOUNT.c.id)))


def roles_of(processing: Processing) -> list[tuple[UUID, str, str]]:
    """Return id, role and state of every account."""
    return [(row.id, row.role, row.state) for row in standings_of(processing)]


def standings_of(processing: Processing) -> list[Any]:
    """Return id, role, state, day of leaving and last day of keeping of every account."""
    statement = select(ACCOUNT.c.id, ACCOUNT.c.role, ACCOUNT.c.state, ACCOUNT.c.left_on, ACCOUNT.c.due_on)
    return list(processing.read(ACCOUNT, statement.where(ACCOUNT.c.campaign_id == processing.campaign)))


def update_account(processing: Processing, staff: UUID, values: dict[str, Any]) -> int:
    """Change an account."""
    here = update(ACCOUNT).where(ACCOUNT.c.campaign_id == processing.campaign, ACCOUNT.c.id == staff)
    return processing.execute(ACCOUNT, here.values(values))


def delete_accounts(processing: Processing, staff: Sequence[UUID]) -> int:
    """Remove accounts."""
    here = delete(ACCOUNT).where(ACCOUNT.c.campaign_id == processing.campaign, ACCOUNT.c.id.in_(staff))
    return processing.execute(ACCOUNT, here)


def delete_of(processing: Processing, staff: Sequence[UUID], *, keep_index: bool = False) -> dict[str, int]:
    """Remove sessions, recovery codes, positions and index values of accounts; return how many rows of which table."""
    gone = {}
    for table in (SESSION, RECOVERY, POSITION) if keep_index else (SESSION, RECOVERY, POSITION, INDEX):
        here = delete(table).where(table.c.campaign_id == processing.campaign, table.c.staff_id.in_(staff))
        gone[f"{table.name}.delete"] = processing.execute(table, here)
    return gone


def insert_session(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a session."""
    return processing.execute(SESSION, insert(SESSION), values)


def session_row(transaction: Transaction, campaign: CampaignId, session: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a session with the role and state of its account, for the check that comes before any processing."""
    joined = SESSION.join(
        ACCOUNT, and_(ACCOUNT.c.campaign_id == SESSION.c.campaign_id, ACCOUNT.c.id == SESSION.c.staff_id)
    )
    statement = select(SESSION, ACCOUNT.c.role, ACCOUNT.c.state).select_from(joined)
    rows = transaction.query(statement.where(SESSION.c.campaign_id == campaign, SESSION.c.id == session))
    return rows[0] if rows else None


def sessions_of(processing: Processing, staff: StaffId) -> list[Any]:
    """Return the sessions of an account, newest first."""
    statement = select(SESSION).where(SESSION.c.campaign_id == processing.campaign, SESSION.c.staff_id == staff)
    return list(processing.read(SESSION, statement.order_by(SESSION.c.created_at.desc(), SESSION.c.id)))


def use_session(processing: Processing, session: UUID) -> int:
    """Remember that a session was used now."""
    here = update(SESSION).where(SESSION.c.campaign_id == processing.campaign, SESSION.c.id == session)
    return processing.execute(SESSION, here.values(used_at=processing.at))


def delete_sessions(
    processing: Processing,
    staff: StaffId,
    *,
    only: UUID | None = None,
    but: UUID | None = None,
    ended_by: datetime | None = None,
) -> int:
    """Remove sessions of an account: all, one, all but one, or those that ended by an instant."""
    here = delete(SESSION).where(SESSION.c.campaign_id == processing.campaign, SESSION.c.staff_id == staff)
    if only is not None:
        here = here.where(SESSION.c.id == only)
    if but is not None:
        here = here.where(SESSION.c.id != but)
    if ended_by is not None:
        here = here.where(SESSION.c.expires_at <= ended_by)
    return processing.execute(SESSION, here)


def delete_ended_sessions(processing: Processing, idle_since: datetime) -> int:
    """Remove every session that is over, or was not used since an instant."""
    here = delete(SESSION).where(SESSION.c.campaign_id == processing.campaign)
    return processing.execute(SESSION, here.where(_is_ended(processing.at, idle_since)))


def is_any_over(
    reading: Transaction, campaign: CampaignId, at: datetime, *, idle_since: datetime, tried_before: datetime
) -> bool:
    """Tell whether a session has ended, or the lock of a try is over."""
    over = (
        select(SESSION.c.id).where(SESSION.c.campaign_id == campaign, _is_ended(at, idle_since)),
        select(TRY.c.last_at).where(TRY.c.campaign_id == campaign, TRY.c.last_at < tried_before),
    )
    return any(reading.query(statement.limit(1)) for statement in over)


def _is_ended(at: datetime, idle_since: datetime) -> Any:  # noqa: ANN401 - a condition
    return (SESSION.c.expires_at <= at) | (SESSION.c.used_at <= idle_since)


def insert_recovery(processing: Processing, staff: StaffId, version: int, digests: Sequence[bytes]) -> int:
    """Keep the digests of recovery codes."""
    rows = [
        {"campaign_id": processing.campaign, "staff_id": staff, "version": version, "digest": digest}
        for digest in digests
    ]
    return processing.execute(RECOVERY, insert(RECOVERY), rows)


def recovery_of(processing: Processing, staff: StaffId) -> list[Any]:
    """Return the recovery codes that are left."""
    statement = select(RECOVERY).where(RECOVERY.c.campaign_id == processing.campaign, RECOVERY.c.staff_id == staff)
    return list(processing.read(RECOVERY, statement))


def delete_recovery(processing: Processing, staff: StaffId) -> int:
    """Remove the recovery codes of an account."""
    here = delete(RECOVERY).where(RECOVERY.c.campaign_id == processing.campaign, RECOVERY.c.staff_id == staff)
    return processing.execute(RECOVERY, here)


def spend_recovery(processing: Processing, staff: StaffId, digest: bytes) -> int:
    """Remove a recovery code."""
    here = delete(RECOVERY).where(RECOVERY.c.campaign_id == processing.campaign, RECOVERY.c.staff_id == staff)
    return processing.execute(RECOVERY, here.where(RECOVERY.c.digest == digest))


def read_try(processing: Processing, account: bytes, address: bytes) -> Any | None:  # noqa: ANN401 - a row
    """Return the tries of one address at one account."""
    rows = processing.read(TRY, select(TRY).where(*_tried(processing, account, address)))
    return rows[0] if rows else None


def write_try(processing: Processing, account: bytes, address: bytes, values: dict[str, Any], *, is_new: bool) -> int:
    """Keep the tries of one address at one account."""
    if is_new:
        named = {"campaign_id": processing.campaign, "account": account, "address": address}
        return processing.execute(TRY, insert(TRY), named | values)
    return processing.execute(TRY, update(TRY).where(*_tried(processing, account, address)).values(values))


def forget_try(processing: Processing, account: bytes, address: bytes) -> int:
    """Forget the tries of one address at one account."""
    return processing.execute(TRY, delete(TRY).where(*_tried(processing, account, address)))


def forget_account_tries(processing: Processing, accounts: Sequence[bytes]) -> int:
    """Forget the tries of every address at these accounts."""
    here = delete(TRY).where(TRY.c.campaign_id == processing.campaign, TRY.c.account.in_(accounts))
    return processing.execute(TRY, here)


def sweep_tries(processing: Processing, before: datetime) -> int:
    """Forget the tries whose lock is over, so that made-up accounts do not fill the table."""
    here = delete(TRY).where(TRY.c.campaign_id == processing.campaign, TRY.c.last_at < before)
    return processing.execute(TRY, here)


def _tried(processing: Processing, account: bytes, address: bytes) -> tuple[Any, ...]:
    return TRY.c.campaign_id == processing.campaign, TRY.c.account == account, TRY.c.address == address


def accounts_before(processing: Processing, state: str, day: date) -> list[Any]:
    """Return the ids of accounts in a state whose day is over, or that have none."""
    here = ACCOUNT.c.campaign_id == processing.campaign, ACCOUNT.c.state == state
    over = or_(ACCOUNT.c.due_on.is_(None), ACCOUNT.c.due_on < day)
    return list(processing.read(ACCOUNT, select(ACCOUNT.c.id).where(*here, over)))
