"""Start, resume and finish a job; each chunk is kept in the transaction that does its work, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.processing import Processing
from jobs.store.chunks import (
    chunk_numbers,
    chunk_results,
    end_job,
    forget_results,
    insert_chunk,
    insert_job,
    job_row,
    unfinished_job,
)
from kernel.errors import Conflict
from kernel.identity import random_uuid

_PAGE = 50


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job under way, and which of its chunks are done."""

    id: UUID
    resumed: bool
    done: frozenset[int]


def start_or_resume(
    processing: Processing,
    kind: str,
    fingerprint: bytes,
    declared: Mapping[str, Any],
    named: UUID | None = None,
) -> tuple[RunningJob, dict[str, int]]:
    """Return the unfinished job of this kind and fingerprint, or a new one, ``named`` or not, and the rows to note."""
    processing.lock([int.from_bytes(fingerprint[:7], "big")])
    row = unfinished_job(processing, kind, fingerprint)
    if row is not None:
        return RunningJob(row.id, resumed=True, done=chunk_numbers(processing, row.id)), {}
    job = named or random_uuid()
    insert_job(
        processing,
        {
            "campaign_id": processing.campaign,
            "id": job,
            "kind": kind,
            "state": "running",
            "fingerprint": fingerprint,
            "declared": json.dumps(declared, sort_keys=True),
            "started_at": processing.at,
            "finished_at": None,
        },
    )
    return RunningJob(job, resumed=False, done=frozenset()), {"job.insert": 1}


def check_running(processing: Processing, job: UUID) -> None:
    """Raise Conflict where a job has ended meanwhile; until the processing ends, nobody ends it."""
    row = job_row(processing, job, shared=True)
    if row is None or row.state != "running":
        raise Conflict("the job was ended meanwhile: nothing more is stored")


def job_of(processing: Processing, job: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return a job with its kind, its state and when it began."""
    return job_row(processing, job)


def keep_chunk(processing: Processing, job: UUID, chunk: int, result: Mapping[str, Any]) -> dict[str, int]:
    """Keep the result of a chunk in the transaction that does its work; return the rows to note."""
    return {"job_chunk.insert": insert_chunk(processing, job, chunk, result)}


def results_of(processing: Processing, job: UUID, after: int = -1) -> list[tuple[int, dict[str, Any]]]:
    """Return a page of the chunks after ``after``, each with its result; an empty page is the end."""
    return chunk_results(processing, job, after, _PAGE)


def finish(processing: Processing, job: UUID) -> dict[str, int]:
    """Mark a job finished and forget what its chunks told; return the rows to note."""
    return {
        "job.update": end_job(processing, job, "finished", processing.at),
        "job_chunk.update": forget_results(processing, job),
    }


def end(processing: Processing, job: UUID, state: str) -> dict[str, int]:
    """Mark a job ended, and keep what its chunks told; return the rows to note."""
    return {"job.update": end_job(processing, job, state, processing.at)}


def forget(processing: Processing, job: UUID) -> dict[str, int]:
    """Forget what the chunks of an ended job told; return the rows to note."""
    return {"job_chunk.update": forget_results(processing, job)}
