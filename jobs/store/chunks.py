"""The SQL of long work in chunks."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update

from audit.processing import Processing
from jobs.tables import Job, JobChunk
from kernel.columns import table_of

JOB = table_of(Job)
JOB_CHUNK = table_of(JobChunk)


def insert_job(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep a job."""
    return processing.execute(JOB, insert(JOB), values)


def unfinished_job(processing: Processing, kind: str, fingerprint: bytes) -> Any | None:  # noqa: ANN401 - a row
    """Return the unfinished job of this kind and fingerprint."""
    statement = select(JOB).where(
        JOB.c.campaign_id == processing.campaign,
        JOB.c.kind == kind,
        JOB.c.fingerprint == fingerprint,
        JOB.c.state == "running",
    )
    rows = processing.look_up(JOB, statement)
    return rows[0] if rows else None


def job_row(processing: Processing, job: UUID, *, shared: bool = False) -> Any | None:  # noqa: ANN401 - a row
    """Return a job; ``shared``, nobody changes it before the end, and others may hold it so too."""
    statement = select(JOB).where(JOB.c.campaign_id == processing.campaign, JOB.c.id == job)
    rows = processing.look_up(JOB, statement.with_for_update(read=True) if shared else statement)
    return rows[0] if rows else None


def end_job(processing: Processing, job: UUID, state: str, at: datetime) -> int:
    """Mark a job ended."""
    statement = update(JOB).where(JOB.c.campaign_id == processing.campaign, JOB.c.id == job)
    return processing.execute(JOB, statement.values(state=state, finished_at=at))


def forget_results(processing: Processing, job: UUID) -> int:
    """Empty the results of a job's chunks: with the file at hand they would tell of persons."""
    return processing.execute(JOB_CHUNK, update(JOB_CHUNK).where(*_of_job(processing, job)).values(result="{}"))


def insert_chunk(processing: Processing, job: UUID, chunk: int, result: Mapping[str, Any]) -> int:
    """Keep a chunk; the same chunk cannot be kept twice."""
    values = {"campaign_id": processing.campaign, "job_id": job, "chunk": chunk, "result": json.dumps(result)}
    return processing.execute(JOB_CHUNK, insert(JOB_CHUNK), values)


def chunk_numbers(processing: Processing, job: UUID) -> frozenset[int]:
    """Return the chunks that are done."""
    rows = processing.look_up(JOB_CHUNK, select(JOB_CHUNK.c.chunk).where(*_of_job(processing, job)))
    return frozenset(row.chunk for row in rows)


def chunk_results(processing: Processing, job: UUID, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Return a page of chunks with their results, in order."""
    statement = select(JOB_CHUNK.c.chunk, JOB_CHUNK.c.result).where(*_of_job(processing, job))
    page = statement.where(JOB_CHUNK.c.chunk > after).order_by(JOB_CHUNK.c.chunk).limit(limit)
    return [(row.chunk, json.loads(row.result)) for row in processing.look_up(JOB_CHUNK, page)]


def _of_job(processing: Processing, job: UUID) -> tuple[ColumnElement[bool], ...]:
    return JOB_CHUNK.c.campaign_id == processing.campaign, JOB_CHUNK.c.job_id == job
