"""What the chunks of an import made, kept so that it can be undone: ids of contacts, of claims, of words held."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from audit.processing import Processing
from files.store import insert_trace
from kernel.identity import PersonId

_SIZE = 16


class Trace(NamedTuple):
    """What one chunk made."""

    persons: Sequence[PersonId]
    claims: Sequence[UUID]
    reviews: Sequence[UUID]


class KeptTrace(NamedTuple):
    """What one chunk made, and when."""

    chunk: int
    trace: Trace
    at: datetime


def keep_trace(processing: Processing, job: UUID, chunk: int, trace: Trace) -> dict[str, int]:
    """Keep what a chunk made, in its transaction; return the rows to note."""
    if not any(trace):
        return {}
    persons, claims, reviews = map(packed, trace)
    values = {"job_id": job, "chunk": chunk, "written_at": processing.at}
    values |= {"persons": persons, "claims": claims, "reviews": reviews}
    return {"import_trace.insert": insert_trace(processing, values)}


def packed(ids: Sequence[UUID]) -> bytes:
    """Return ids one after the other, in their own order: that of the file would tell which row is whose."""
    return b"".join(sorted({one.bytes for one in ids}))


def unpacked(text: bytes) -> list[UUID]:
    """Return the ids that were packed."""
    return [UUID(bytes=bytes(text[start : start + _SIZE])) for start in range(0, len(text), _SIZE)]
