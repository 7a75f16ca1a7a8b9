"""The SQL of the rights."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, insert, or_, select, update

from audit.processing import Processing
from audit.rows import rows_of
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from rights.tables import RightsDocument, RightsRequest, RightsStep, RightsVisit

REQUEST = table_of(RightsRequest)
STEP = table_of(RightsStep)
VISIT = table_of(RightsVisit)
DOCUMENT = table_of(RightsDocument)


def insert_request(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a request."""
    return processing.execute(REQUEST, insert(REQUEST), values)


def find_request(processing: Processing, request: UUID, *, locked: bool = False) -> Any | None:  # noqa: ANN401 - a row
    """Return a request; locked, nobody changes it before the end. The caller notes ``rights_request.read``."""
    statement = select(REQUEST).where(REQUEST.c.campaign_id == processing.campaign, REQUEST.c.id == request)
    rows = processing.read(REQUEST, statement.with_for_update() if locked else statement)
    return rows[0] if rows else None


def find_by_reference(processing: Processing, reference: str) -> Any | None:  # noqa: ANN401 - a row
    """Return a request by its reference; the caller notes ``rights_request.read``."""
    own = REQUEST.c.campaign_id == processing.campaign, REQUEST.c.reference == reference
    rows = processing.read(REQUEST, select(REQUEST).where(*own))
    return rows[0] if rows else None


def open_twin_of(
    processing: Processing,
    contact: PersonId,
    row: Any,  # noqa: ANN401 - a row
    states: Collection[str],
    means: Collection[str],
) -> Any | None:  # noqa: ANN401 - a row
    """Return the earliest other request like this one for a contact, in these states and identified by such means.

    The caller notes the read.
    """
    own = REQUEST.c.campaign_id == processing.campaign, REQUEST.c.contact_id == contact, REQUEST.c.id != row.id
    asked = REQUEST.c.kind == row.kind, REQUEST.c.asker == row.asker, REQUEST.c.state.in_(sorted(states))
    alike = select(REQUEST).where(*own, *asked, REQUEST.c.identity.in_(sorted(means)))
    ordered = alike.order_by(REQUEST.c.received_on, REQUEST.c.recorded_at).limit(1)
    rows = processing.read(REQUEST, ordered)
    return rows[0] if rows else None


def change_request(processing: Processing, request: UUID, values: dict[str, Any]) -> int:
    """Change a request."""
    own = REQUEST.c.campaign_id == processing.campaign, REQUEST.c.id == request
    return processing.execute(REQUEST, update(REQUEST).where(*own).values(values))


def page_of_requests(
    processing: Processing, states: Collection[str], after: tuple[date, UUID] | None, limit: int
) -> Sequence[Any]:
    """Return a page of requests in these states, the one received first at the beginning."""
    statement = select(REQUEST).where(REQUEST.c.campaign_id == processing.campaign, REQUEST.c.state.in_(sorted(states)))
    if after is not None:
        day, last = after
        later = and_(REQUEST.c.received_on == day, REQUEST.c.id > last)
        statement = statement.where(or_(REQUEST.c.received_on > day, later))
    return processing.read(REQUEST, statement.order_by(REQUEST.c.received_on, REQUEST.c.id).limit(limit))


def requests_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return the requests of these persons, the one received first at the beginning."""
    return sorted(rows_of(processing, REQUEST, "contact_id", persons), key=attrgetter("received_on", "id"))


def insert_step(processing: Processing, values: dict[str, Any]) -> int:
    """Add a step."""
    return processing.execute(STEP, insert(STEP), values)


def steps_of(processing: Processing, request: UUID) -> Sequence[Any]:
    """Return the steps of a request, in order; the caller notes ``rights_step.read``."""
    own = STEP.c.campaign_id == processing.campaign, STEP.c.request_id == request
    return processing.read(STEP, select(STEP).where(*own).order_by(STEP.c.number))


def steps_of_all(processing: Processing, requests: Sequence[UUID]) -> Sequence[Any]:
    """Return the steps of several requests, each one's in order; the caller notes ``rights_step.read``."""
    own = STEP.c.campaign_id == processing.campaign, STEP.c.request_id.in_(requests)
    return processing.read(STEP, select(STEP).where(*own).order_by(STEP.c.request_id, STEP.c.number))


def delete_requests(processing: Processing, requests: Sequence[UUID]) -> dict[str, int]:
    """Delete requests with their steps; return the rows to note."""
    steps = delete(STEP).where(STEP.c.campaign_id == processing.campaign, STEP.c.request_id.in_(requests))
    whole = delete(REQUEST).where(REQUEST.c.campaign_id == processing.campaign, REQUEST.c.id.in_(requests))
    return {
        "rights_step.delete": processing.execute(STEP, steps),
        "rights_request.delete": processing.execute(REQUEST, whole),
    }


def insert_document(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a document."""
    return processing.execute(DOCUMENT, insert(DOCUMENT), values)


def find_document(processing: Processing, request: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return the document of a request; the caller notes ``rights_document.read``."""
    own = DOCUMENT.c.campaign_id == processing.campaign, DOCUMENT.c.request_id == request
    rows = processing.read(DOCUMENT, select(DOCUMENT).where(*own))
    return rows[0] if rows else None


def told_of_document(processing: Processing, request: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return what is said of the document of a request, without it; the caller notes ``rights_document.read``."""
    own = DOCUMENT.c.campaign_id == processing.campaign, DOCUMENT.c.request_id == request
    columns = [DOCUMENT.c[name] for name in ("id", "media_type", "size", "given_at")]
    rows = processing.read(DOCUMENT, select(*columns).where(*own))
    return rows[0] if rows else None


def documents_of(processing: Processing, requests: Sequence[UUID]) -> list[UUID]:
    """Return the ids of the documents of requests; the caller notes ``rights_document.read``."""
    return [row.id for row in rows_of(processing, DOCUMENT, "request_id", requests, ("id",))]


def stray_documents(processing: Processing, states: Collection[str], before: datetime, limit: int) -> list[UUID]:
    """Return the ids of documents whose request stands in none of these states, or that came before an instant."""
    waits = select(REQUEST.c.id).where(
        REQUEST.c.campaign_id == processing.campaign,
        REQUEST.c.id == DOCUMENT.c.request_id,
        REQUEST.c.state.in_(sorted(states)),
    )
    gone = or_(~waits.exists(), DOCUMENT.c.given_at < before)
    statement = select(DOCUMENT.c.id).where(DOCUMENT.c.campaign_id == processing.campaign, gone)
    return [row.id for row in processing.read(DOCUMENT, statement.order_by(DOCUMENT.c.id).limit(limit))]


def delete_documents(processing: Processing, documents: Collection[UUID]) -> int:
    """Delete documents."""
    own = DOCUMENT.c.campaign_id == processing.campaign, DOCUMENT.c.id.in_(documents)
    return processing.execute(DOCUMENT, delete(DOCUMENT).where(*own))


def waiting_requests(reading: Transaction, campaign: CampaignId, states: Collection[str]) -> Sequence[Any]:
    """Return what the clock needs of every request in these states that has a day, in a reading without a note."""
    columns = [REQUEST.c[name] for name in ("id", "kind", "received_on", "due_on", "alerted", "minor", "extended")]
    own = REQUEST.c.campaign_id == campaign, REQUEST.c.state.in_(sorted(states)), REQUEST.c.due_on.is_not(None)
    return reading.query(select(*columns).where(*own).order_by(REQUEST.c.due_on).limit(10_000))


def requests_ended(processing: Processing, state: str, before: date, limit: int) -> list[UUID]:
    """Return the requests in a state that ended before a day."""
    own = REQUEST.c.campaign_id == processing.campaign, REQUEST.c.state == state, REQUEST.c.ended_on < before
    return [row.id for row in processing.read(REQUEST, select(REQUEST.c.id).where(*own).limit(limit))]


def is_any_ended(reading: Transaction, campaign: CampaignId, states: Collection[str], before: date) -> bool:
    """Tell whether any request in these states ended before a day."""
    own = REQUEST.c.campaign_id == campaign, REQUEST.c.state.in_(sorted(states)), REQUEST.c.ended_on < before
    return bool(reading.query(select(REQUEST.c.id).where(*own).limit(1)))


def insert_visit(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a visit."""
    return processing.execute(VISIT, insert(VISIT), values)


def find_visit(processing: Processing, visit: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a visit, and let nobody else take it before the end; the caller notes ``rights_visit.read``."""
    own = VISIT.c.campaign_id == processing.campaign, VISIT.c.id == visit
    rows = processing.read(VISIT, select(VISIT).where(*own).with_for_update())
    return rows[0] if rows else None


def change_visit(processing: Processing, visit: UUID, values: dict[str, Any]) -> int:
    """Change a visit."""
    own = VISIT.c.campaign_id == processing.campaign, VISIT.c.id == visit
    return processing.execute(VISIT, update(VISIT).where(*own).values(values))


def delete_visits(processing: Processing, before: datetime) -> int:
    """Delete the visits that are over."""
    own = VISIT.c.campaign_id == processing.campaign, VISIT.c.expires_at <= before
    return processing.execute(VISIT, delete(VISIT).where(*own))


def is_any_over(reading: Transaction, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether any visit is over."""
    over = select(VISIT.c.id).where(VISIT.c.campaign_id == campaign, VISIT.c.expires_at <= before)
    return bool(reading.query(over.limit(1)))
