"""Sends whose reports are awaited: what nobody reported counts as sent when its eligibility record expires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, and_, delete, exists, insert, literal, null, or_, select

from audit.books import Books
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.columns import Identifier, Instant
from kernel.identity import CampaignId, PersonId, random_uuids
from keys import facts as keys
from keys.create import Compartment
from outreach.store import AWAITED, AWAITED_COLUMNS, INTERACTION, INTERACTION_COLUMNS, SEND, among, slices
from outreach.words import OF_MESSAGES, Channel, Kind, MessageKind

SENDS = (SEND,)
"""The books of the task that counts: they tell of no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What an eligibility record allowed to be sent, and until when."""

    eligibility: UUID
    channel: Channel
    kind: MessageKind
    expires_at: datetime
    message: UUID | None = None


def await_reports(processing: Processing, sending: Sending, persons: Sequence[PersonId]) -> dict[str, int]:
    """Await what is reported of a sending to these persons; return the rows to note."""
    values = {
        "campaign_id": processing.campaign,
        "eligibility_id": sending.eligibility,
        "channel": sending.channel.value,
        "message_id": sending.message,
        "message_kind": sending.kind.value,
        "expires_at": sending.expires_at,
    }
    wanted = list(dict.fromkeys(persons))
    awaited = [
        (processing.campaign, sending.eligibility, person, id_)
        for person, id_ in zip(wanted, random_uuids(len(wanted)), strict=True)
    ]
    sends = processing.execute(SEND, insert(SEND), values)
    return {"awaited_send.insert": sends, "awaited_person.insert": processing.copy(AWAITED, AWAITED_COLUMNS, awaited)}


def export_awaited(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Sending]]:
    """Return what was allowed to be sent to these persons and was not reported yet; noted."""
    found: dict[PersonId, list[Sending]] = {}
    held = (SEND.c.campaign_id == AWAITED.c.campaign_id) & (SEND.c.eligibility_id == AWAITED.c.eligibility_id)
    for some in slices(processing, persons):
        here = AWAITED.c.campaign_id == processing.campaign, among(processing, AWAITED.c.contact_id, some)
        statement = select(AWAITED.c.contact_id, SEND).select_from(AWAITED.join(SEND, held)).where(*here)
        for row in processing.read(AWAITED, statement.order_by(SEND.c.expires_at, SEND.c.eligibility_id)):
            found.setdefault(PersonId(row.contact_id), []).append(_sending(row))
    counts = {"awaited_person.read": sum(map(len, found.values()))}
    processing.note(Note(event=Event.INTERACTION_EXPORTED, counts=counts))
    return found


def _sending(row: Any) -> Sending:  # noqa: ANN401 - a row
    return Sending(
        eligibility=row.eligibility_id,
        channel=Channel(row.channel),
        kind=MessageKind(row.message_kind),
        expires_at=row.expires_at,
        message=row.message_id,
    )


def expired_sends(books: Books, campaign: CampaignId) -> list[UUID]:
    """Return the eligibility records that expired and were not counted; the books are those of ``SENDS``."""
    statement = select(SEND.c.eligibility_id).where(SEND.c.campaign_id == campaign, SEND.c.expires_at <= books.at)
    return [row.eligibility_id for row in books.look_up(statement)]


def count_unreported(processing: Processing, eligibility: UUID) -> int:
    """Count as sent what was not reported under an expired record; return how many sends. One statement each step.

    The rows awaited are held first: an erasure going on meanwhile waits, and then erases what they became.
    """
    here = AWAITED.c.campaign_id == processing.campaign, AWAITED.c.eligibility_id == eligibility
    held = select(AWAITED.c.id).where(*here)
    awaited = processing.read(AWAITED, held.with_for_update() if processing.on_postgresql else held)
    presumed = processing.execute(INTERACTION, _presumed(processing, eligibility))
    gone = processing.execute(AWAITED, delete(AWAITED).where(*here))
    ended = delete(SEND).where(SEND.c.campaign_id == processing.campaign, SEND.c.eligibility_id == eligibility)
    counts = {
        "awaited_person.read": len(awaited),
        "interaction.insert": presumed,
        "awaited_person.delete": gone,
        "awaited_send.delete": processing.execute(SEND, ended),
    }
    processing.note(Note(event=Event.INTERACTION_PRESUMED, counts=counts))
    return presumed


def _presumed(processing: Processing, eligibility: UUID) -> Insert:
    """Write what turns the awaited who are still there, and of whom nothing was reported, into sends.

    A report that names the message and no record is one too: what it tells would else be counted twice.
    """
    of_message = and_(INTERACTION.c.eligibility_id.is_(None), INTERACTION.c.message_id == SEND.c.message_id)
    reported = exists().where(
        INTERACTION.c.campaign_id == AWAITED.c.campaign_id,
        INTERACTION.c.contact_id == AWAITED.c.contact_id,
        or_(INTERACTION.c.eligibility_id == AWAITED.c.eligibility_id, of_message),
        INTERACTION.c.kind.in_(sorted(OF_MESSAGES)),
    )
    is_there = exists().where(
        AWAITED.c.campaign_id == keys.CAMPAIGN,
        AWAITED.c.contact_id == keys.PERSON,
        keys.COMPARTMENT.in_([Compartment.CONTACT.value]),
    )
    found = (
        select(
            AWAITED.c.campaign_id,
            AWAITED.c.id,
            AWAITED.c.contact_id,
            literal(Kind.SENT.value),
            SEND.c.channel,
            null(),
            SEND.c.message_id,
            SEND.c.message_kind,
            AWAITED.c.eligibility_id,
            SEND.c.expires_at,
            literal(processing.at, Instant()),
            literal(processing.actor.role),
            literal(processing.actor.id),
        )
        .join(SEND, (SEND.c.campaign_id == AWAITED.c.campaign_id) & (SEND.c.eligibility_id == AWAITED.c.eligibility_id))
        .where(
            AWAITED.c.campaign_id == processing.campaign,
            AWAITED.c.eligibility_id == literal(eligibility, Identifier()),
            SEND.c.expires_at <= literal(processing.at, Instant()),
            is_there,
            ~reported,
        )
    )
    return insert(INTERACTION).from_select(INTERACTION_COLUMNS, found)
