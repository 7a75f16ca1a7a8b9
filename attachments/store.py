"""The attachments' SQL: sealed chunks in, sealed chunks out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from attachments.tables import AttachmentChunk, StoredAttachment
from audit.processing import Processing
from audit.rows import rows_of
from kernel.columns import table_of
from kernel.identity import PersonId

ATTACHMENT = table_of(StoredAttachment)
CHUNK = table_of(AttachmentChunk)
_AT_ONCE = 16


def insert_attachment(processing: Processing, values: dict[str, Any]) -> int:
    """Keep what is said of a file."""
    return processing.execute(ATTACHMENT, insert(ATTACHMENT), values)


def insert_chunks(processing: Processing, attachment: UUID, sealed: Iterable[bytes]) -> int:
    """Keep the sealed chunks, one statement each: psycopg's pipeline may hang when much is sent in it unread."""
    shared = {"campaign_id": processing.campaign, "attachment_id": attachment}
    statement = insert(CHUNK)
    return sum(
        processing.execute(CHUNK, statement, {**shared, "number": number, "sealed": chunk})
        for number, chunk in enumerate(sealed)
    )


def read_attachments(processing: Processing, attachments: Sequence[UUID]) -> Sequence[Any]:
    """Return attachments by id, in no order."""
    statement = select(ATTACHMENT).where(
        ATTACHMENT.c.campaign_id == processing.campaign, ATTACHMENT.c.id.in_(attachments)
    )
    return processing.read(ATTACHMENT, statement)


def lock_attachments(processing: Processing, attachments: Sequence[UUID]) -> Sequence[Any]:
    """Return attachments by id, and let nobody else remove them before the end."""
    statement = (
        select(ATTACHMENT)
        .where(ATTACHMENT.c.campaign_id == processing.campaign, ATTACHMENT.c.id.in_(attachments))
        .order_by(ATTACHMENT.c.id)
    )
    return processing.read(ATTACHMENT, statement.with_for_update() if processing.on_postgresql else statement)


def read_chunks(processing: Processing, attachment: UUID) -> Iterator[bytes]:
    """Yield the sealed chunks in order, a mebibyte at a time, as they stand: what is missing is for the seal to say."""
    after = -1
    while True:
        statement = (
            select(CHUNK.c.number, CHUNK.c.sealed)
            .where(
                CHUNK.c.campaign_id == processing.campaign,
                CHUNK.c.attachment_id == attachment,
                CHUNK.c.number > after,
            )
            .order_by(CHUNK.c.number)
            .limit(_AT_ONCE)
        )
        rows = processing.read(CHUNK, statement)
        yield from (row.sealed for row in rows)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].number


def page_of_attachments(
    processing: Processing, contact: PersonId | None, after: UUID | None, limit: int
) -> Sequence[Any]:
    """Return a page of the attachments of a contact, or of those that concern none, in the order of their ids."""
    statement = select(ATTACHMENT).where(
        ATTACHMENT.c.campaign_id == processing.campaign, ATTACHMENT.c.contact_id.is_not_distinct_from(contact)
    )
    if after is not None:
        statement = statement.where(ATTACHMENT.c.id > after)
    return processing.read(ATTACHMENT, statement.order_by(ATTACHMENT.c.id).limit(limit))


def page_of_all(processing: Processing, after: UUID | None, limit: int) -> Sequence[Any]:
    """Return a page of every attachment of the campaign, in the order of their ids."""
    statement = select(ATTACHMENT).where(ATTACHMENT.c.campaign_id == processing.campaign)
    if after is not None:
        statement = statement.where(ATTACHMENT.c.id > after)
    return processing.read(ATTACHMENT, statement.order_by(ATTACHMENT.c.id).limit(limit))


def attachments_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return every attachment of these persons."""
    return rows_of(processing, ATTACHMENT, "contact_id", persons)


def page_of_persons(processing: Processing, after: UUID | None, limit: int) -> list[PersonId]:
    """Return a page of the persons who have attachments, whether or not their contact is still there."""
    contact = ATTACHMENT.c.contact_id
    statement = select(contact).where(ATTACHMENT.c.campaign_id == processing.campaign, contact.is_not(None)).distinct()
    if after is not None:
        statement = statement.where(contact > after)
    return [PersonId(row[0]) for row in processing.read(ATTACHMENT, statement.order_by(contact).limit(limit))]


def archive(processing: Processing, attachments: Sequence[UUID], state: str, due_on: date) -> int:
    """Put attachments into restricted archive until a day."""
    statement = update(ATTACHMENT).where(
        ATTACHMENT.c.campaign_id == processing.campaign, ATTACHMENT.c.id.in_(attachments)
    )
    return processing.execute(ATTACHMENT, statement.values(state=state, due_on=due_on))


def delete_attachments(processing: Processing, attachments: Sequence[UUID]) -> tuple[int, int]:
    """Delete attachments with their chunks; return how many of each."""
    chunks = delete(CHUNK).where(CHUNK.c.campaign_id == processing.campaign, CHUNK.c.attachment_id.in_(attachments))
    rows = delete(ATTACHMENT).where(ATTACHMENT.c.campaign_id == processing.campaign, ATTACHMENT.c.id.in_(attachments))
    deleted = processing.execute(CHUNK, chunks)
    return processing.execute(ATTACHMENT, rows), deleted


def archived_before(processing: Processing, state: str, day: date, limit: int) -> Sequence[Any]:
    """Return id and kind of attachments whose day in archive is over."""
    over = ATTACHMENT.c.campaign_id == processing.campaign, ATTACHMENT.c.state == state, ATTACHMENT.c.due_on < day
    return processing.read(ATTACHMENT, select(ATTACHMENT.c.id, ATTACHMENT.c.kind).where(*over).limit(limit))
