"""The log's SQL."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
)

from audit.note import EntryRow
from audit.processing import Processing
from audit.tables import Entry, Sequenced, SignedCheckpoint
from audit.tree import Frontier
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId

ENTRY = table_of(Entry)
SEQUENCE = table_of(Sequenced)
CHECKPOINT = table_of(SignedCheckpoint)

_PAGE = 5_000
_TOLD = tuple(column for column in ENTRY.columns if column.name != "subjects")
"""An entry without its list of persons, which may be long and names others."""
_OF_MANY = ENTRY.c.subjects.is_not(None)
_OF_EXPORTS = ENTRY.c.event == literal_column("'export.chunk_emitted'")
"""As the partial indexes have it, so that they are used."""
_FEW = 16
_CHUNKS = 200
_SEQUENCE_COLUMNS = ("campaign_id", "month", "number", "entry_id", "leaf")
_PLACED = ENTRY.outerjoin(
    SEQUENCE,
    and_(SEQUENCE.c.campaign_id == ENTRY.c.campaign_id, SEQUENCE.c.entry_id == ENTRY.c.id),
)


def unsequenced(transaction: Transaction, campaign: CampaignId, since: datetime | None, limit: int) -> list[EntryRow]:
    """Return entries without a number, oldest first."""
    statement = (
        select(ENTRY)
        .select_from(_PLACED)
        .where(ENTRY.c.campaign_id == campaign, SEQUENCE.c.entry_id.is_(None))
        .order_by(ENTRY.c.at, ENTRY.c.id)
        .limit(limit)
    )
    if since is not None:
        statement = statement.where(ENTRY.c.at >= since)
    return cast("list[EntryRow]", list(transaction.query(statement)))


def last_checkpoint_at(transaction: Transaction, campaign: CampaignId) -> datetime | None:
    """Return when the campaign's log was last signed."""
    statement = select(func.max(CHECKPOINT.c.at)).where(CHECKPOINT.c.campaign_id == campaign)
    return cast("datetime | None", transaction.query(statement)[0][0])


def waiting(transaction: Transaction, campaign: CampaignId, since: datetime | None) -> tuple[int, datetime | None]:
    """Return how many entries have no number, and the instant of the oldest."""
    statement = (
        select(func.count().label("waiting"), func.min(ENTRY.c.at).label("oldest"))
        .select_from(_PLACED)
        .where(ENTRY.c.campaign_id == campaign, SEQUENCE.c.entry_id.is_(None))
    )
    if since is not None:
        statement = statement.where(ENTRY.c.at >= since)
    row = transaction.query(statement)[0]
    return row.waiting, row.oldest


def last_checkpoint(transaction: Transaction, campaign: CampaignId) -> Any | None:  # noqa: ANN401 - a row
    """Return month and note of the newest checkpoint."""
    statement = (
        select(CHECKPOINT.c.month, CHECKPOINT.c.note)
        .where(CHECKPOINT.c.campaign_id == campaign)
        .order_by(CHECKPOINT.c.month.desc(), CHECKPOINT.c.size.desc())
        .limit(1)
    )
    rows = transaction.query(statement)
    return rows[0] if rows else None


def largest_checkpoints(transaction: Transaction, campaign: CampaignId) -> list[tuple[int, int]]:
    """Return each month with the size of its largest checkpoint."""
    largest = func.max(CHECKPOINT.c.size).label("largest")
    sizes = select(CHECKPOINT.c.month, largest).where(CHECKPOINT.c.campaign_id == campaign)
    return [(row.month, row.largest) for row in transaction.query(sizes.group_by(CHECKPOINT.c.month))]


def newest_numbered(transaction: Transaction, campaign: CampaignId, month: int, limit: int) -> list[Any]:
    """Return number, leaf and columns of a month's newest entries, newest first; null where the entry is gone."""
    joined = SEQUENCE.outerjoin(
        ENTRY,
        and_(ENTRY.c.campaign_id == SEQUENCE.c.campaign_id, ENTRY.c.id == SEQUENCE.c.entry_id),
    )
    statement = (
        select(SEQUENCE.c.number, SEQUENCE.c.leaf, ENTRY)
        .select_from(joined)
        .where(SEQUENCE.c.campaign_id == campaign, SEQUENCE.c.month == month)
        .order_by(SEQUENCE.c.number.desc())
        .limit(limit)
    )
    return list(transaction.query(statement))


def leaves_of(transaction: Transaction, campaign: CampaignId, month: int) -> Iterator[bytes]:
    """Yield the leaves of a month in order, a page at a time."""
    after = -1
    while True:
        statement = (
            select(SEQUENCE.c.number, SEQUENCE.c.leaf)
            .where(SEQUENCE.c.campaign_id == campaign, SEQUENCE.c.month == month, SEQUENCE.c.number > after)
            .order_by(SEQUENCE.c.number)
            .limit(_PAGE)
        )
        rows = transaction.query(statement)
        yield from (row.leaf for row in rows)
        if len(rows) < _PAGE:
            return
        after = rows[-1].number


def last_signed(transaction: Transaction, campaign: CampaignId, month: int) -> tuple[Frontier, str | None]:
    """Return the tree of a month as its last checkpoint left it, and that checkpoint's note."""
    rows = transaction.query(
        select(CHECKPOINT.c.frontier, CHECKPOINT.c.note)
        .where(CHECKPOINT.c.campaign_id == campaign, CHECKPOINT.c.month == month)
        .order_by(CHECKPOINT.c.size.desc())
        .limit(1),
    )
    return (Frontier.from_bytes(rows[0].frontier), rows[0].note) if rows else (Frontier(), None)


def insert_sequence(transaction: Transaction, rows: Sequence[tuple[UUID, int, int, UUID, bytes]]) -> None:
    """Give entries their numbers."""
    transaction.copy(SEQUENCE, _SEQUENCE_COLUMNS, rows)


def insert_checkpoint(
    transaction: Transaction,
    campaign: CampaignId,
    month: int,
    frontier: Frontier,
    note: str,
    at: datetime,
) -> None:
    """Keep a signed checkpoint."""
    row = {"campaign_id": campaign, "month": month, "size": frontier.size, "at": at, "note": note}
    transaction.change(insert(CHECKPOINT), {**row, "frontier": frontier.to_bytes()})


def months_with_checkpoints(transaction: Transaction, campaign: CampaignId) -> list[int]:
    """Return the months the log has, oldest first."""
    statement = select(CHECKPOINT.c.month).where(CHECKPOINT.c.campaign_id == campaign).distinct()
    return sorted(row[0] for row in transaction.query(statement))


def checkpoint_notes(transaction: Transaction, campaign: CampaignId, month: int, beyond: int) -> list[str]:
    """Return the signed checkpoints of a month larger than ``beyond``, oldest first."""
    statement = (
        select(CHECKPOINT.c.note)
        .where(CHECKPOINT.c.campaign_id == campaign, CHECKPOINT.c.month == month, CHECKPOINT.c.size > beyond)
        .order_by(CHECKPOINT.c.size)
    )
    return [row[0] for row in transaction.query(statement)]


def months_of(processing: Processing) -> list[int]:
    """Return every month in which the campaign's log has numbers or checkpoints."""
    months: set[int] = set()
    for table in (SEQUENCE, CHECKPOINT):
        statement = select(table.c.month).where(table.c.campaign_id == processing.campaign).distinct()
        months.update(row[0] for row in processing.look_up(table, statement))
    return sorted(months)


def stored_checkpoints(processing: Processing, month: int) -> list[Any]:
    """Return size, instant and note of a month's checkpoints, oldest first."""
    statement = (
        select(CHECKPOINT.c.size, CHECKPOINT.c.at, CHECKPOINT.c.note)
        .where(CHECKPOINT.c.campaign_id == processing.campaign, CHECKPOINT.c.month == month)
        .order_by(CHECKPOINT.c.size)
    )
    return list(processing.look_up(CHECKPOINT, statement))


def numbered_entries(processing: Processing, month: int, after: int, limit: int) -> list[Any]:
    """Return a page of a month: number, leaf and the entry's columns, which are null where the entry is gone."""
    joined = SEQUENCE.outerjoin(
        ENTRY,
        and_(ENTRY.c.campaign_id == SEQUENCE.c.campaign_id, ENTRY.c.id == SEQUENCE.c.entry_id),
    )
    statement = (
        select(SEQUENCE.c.number, SEQUENCE.c.leaf, ENTRY)
        .select_from(joined)
        .where(SEQUENCE.c.campaign_id == processing.campaign, SEQUENCE.c.month == month, SEQUENCE.c.number > after)
        .order_by(SEQUENCE.c.number)
        .limit(limit)
    )
    return list(processing.read(ENTRY, statement))


def late_entries(processing: Processing, before: datetime) -> int:
    """Count entries that claim to be older than ``before`` and have no number."""
    statement = (
        select(ENTRY.c.id)
        .select_from(_PLACED)
        .where(ENTRY.c.campaign_id == processing.campaign, SEQUENCE.c.entry_id.is_(None), ENTRY.c.at < before)
    )
    return len(processing.read(ENTRY, statement))


def page_of_entries(
    processing: Processing,
    *,
    event: str | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
    actor: str | None = None,
) -> list[Any]:
    """Return a page of entries, newest first, those before the given place."""
    statement = select(ENTRY).where(ENTRY.c.campaign_id == processing.campaign)
    if actor is not None:
        statement = statement.where(ENTRY.c.actor_id == actor)
    if event is not None:
        statement = statement.where(ENTRY.c.event == event)
    if before is not None:
        at, entry = before
        statement = statement.where(ENTRY.c.at <= at, (ENTRY.c.at < at) | (ENTRY.c.id < entry))
    return list(processing.read(ENTRY, statement.order_by(ENTRY.c.at.desc(), ENTRY.c.id.desc()).limit(limit)))


def entries_about(processing: Processing, references: Sequence[bytes]) -> list[Any]:
    """Return every entry about a person of these references: about them alone, and those that list them."""
    alone = select(*_TOLD).where(ENTRY.c.campaign_id == processing.campaign, ENTRY.c.subject.in_(references))
    listed = (row for reference in references for row in entries_of_many(processing, reference))
    return [*processing.read(ENTRY, alone), *listed]


def entries_of_many(processing: Processing, reference: bytes) -> list[Any]:
    """Return the entries that list a person among others."""
    here = ENTRY.c.campaign_id == processing.campaign, _OF_MANY, _lists(processing, reference)
    return list(processing.read(ENTRY, select(*_TOLD).where(*here)))


def export_entries(processing: Processing, references: Sequence[bytes]) -> list[Any]:
    """Return the chunks of exports that list any of these persons; of few alone, where they are few."""
    columns = ENTRY.c.id, ENTRY.c.at, ENTRY.c.job_id, ENTRY.c.fields, ENTRY.c.body, ENTRY.c.subject, ENTRY.c.subjects
    statement = select(*columns).where(ENTRY.c.campaign_id == processing.campaign, _OF_EXPORTS)
    if len(references) <= _FEW:
        listed = (_OF_MANY & _lists(processing, one) for one in references)
        statement = statement.where(or_(ENTRY.c.subject.in_(references), *listed))
    return list(processing.read(ENTRY, statement))


def page_of_export_chunks(processing: Processing, after: tuple[datetime, UUID] | None) -> list[Any]:
    """Return chunks of exports that have an id, oldest first: so few that their lists of persons fit the memory."""
    statement = select(ENTRY).where(
        ENTRY.c.campaign_id == processing.campaign, _OF_EXPORTS, ENTRY.c.job_id.is_not(None)
    )
    if after is not None:
        at, entry = after
        statement = statement.where(or_(ENTRY.c.at > at, and_(ENTRY.c.at == at, ENTRY.c.id > entry)))
    return list(processing.read(ENTRY, statement.order_by(ENTRY.c.at, ENTRY.c.id).limit(_CHUNKS)))


def _lists(processing: Processing, reference: bytes) -> ColumnElement[bool]:
    """Say that a list of references holds one. They are random: none stands across two others by chance."""
    sought = literal(reference, LargeBinary())
    if processing.on_postgresql:
        return func.position(sought.op("IN")(ENTRY.c.subjects)) > 0
    return func.instr(ENTRY.c.subjects, sought) > 0


def first_entry_at(processing: Processing) -> datetime | None:
    """Return the instant of the oldest entry that is kept."""
    statement = select(ENTRY.c.at).where(ENTRY.c.campaign_id == processing.campaign)
    rows = processing.read(ENTRY, statement.order_by(ENTRY.c.at).limit(1))
    return rows[0].at if rows else None


def events_of(processing: Processing, actor: str, *, limit: int | None = None) -> list[Any]:
    """Return the event of every entry of an actor, or of ``limit`` of them."""
    statement = select(ENTRY.c.event).where(ENTRY.c.campaign_id == processing.campaign, ENTRY.c.actor_id == actor)
    return list(processing.read(ENTRY, statement.limit(limit)))


def count_expired(processing: Processing, before: datetime) -> int:
    """Count the numbered entries older than an instant; one row is read."""
    statement = select(func.count()).select_from(ENTRY).where(*_numbered_before(processing, before))
    return int(processing.read(ENTRY, statement)[0][0])


def delete_expired(processing: Processing, before: datetime) -> int:
    """Delete the numbered entries older than an instant; on PostgreSQL by a function, for the role itself may not."""
    if processing.on_postgresql:
        return processing.purge(ENTRY, select(func.expire_entries(before)))
    return processing.execute(ENTRY, delete(ENTRY).where(*_numbered_before(processing, before)))


def _numbered_before(processing: Processing, before: datetime) -> tuple[ColumnElement[bool], ...]:
    numbered = exists().where(SEQUENCE.c.campaign_id == ENTRY.c.campaign_id, SEQUENCE.c.entry_id == ENTRY.c.id)
    return ENTRY.c.campaign_id == processing.campaign, ENTRY.c.at < before, numbered


def entries_between(
    processing: Processing,
    since: datetime,
    until: datetime,
    *,
    events: Sequence[str],
    actor: str | None = None,
    job: UUID | None = None,
) -> list[Any]:
    """Return the entries of these events within a time, oldest first, of one actor or one job if named."""
    within = ENTRY.c.campaign_id == processing.campaign, ENTRY.c.at >= since, ENTRY.c.at <= until
    statement = select(ENTRY).where(*within, ENTRY.c.event.in_(events), ENTRY.c.outcome == "done")
    if actor is not None:
        statement = statement.where(ENTRY.c.actor_id == actor)
    if job is not None:
        statement = statement.where(ENTRY.c.job_id == job)
    return list(processing.read(ENTRY, statement.order_by(ENTRY.c.at, ENTRY.c.id)))
