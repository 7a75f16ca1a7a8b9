"""Jobs and tasks, the dead ones among them, and how a dead one is brought back."""

import dataclasses
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import JOBS_READ, JOBS_WRITE
from api.answers import json_answer
from api.caller import Caller, caller_of
from api.describe import gives, needs, refuses
from api.paging import DEFAULT, Cursor, Limit, Listing, since, since_of
from api.wire_jobs import Job, Jobs, Queued
from jobs.listing import list_jobs, read_job, replay_tasks

router = APIRouter(tags=["jobs"])


@router.get(
    "/v1/jobs",
    summary="List jobs",
    responses=gives(200, Jobs, "Link") | refuses("invalid-input"),
    openapi_extra=needs(JOBS_READ),
)
def get_jobs(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List imports and other long work, and the tasks of the outbox, newest first; what is done has left the outbox."""
    return _page(caller_of(request, JOBS_READ), Listing("/v1/jobs", limit), cursor, only_dead=False)


@router.get(
    "/v1/jobs/{job}",
    summary="Get a job",
    responses=gives(200, Job) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(JOBS_READ),
)
def get_job(request: Request, job: UUID) -> Response:
    """Show how far a job or a task is."""
    caller = caller_of(request, JOBS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = read_job(processing, job)
    return json_answer(dataclasses.asdict(found))


@router.get(
    "/v1/dead-letters",
    summary="List dead letters",
    responses=gives(200, Jobs, "Link") | refuses("invalid-input"),
    openapi_extra=needs(JOBS_READ),
)
def get_dead_letters(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the tasks that were given up, newest first; they are kept for thirty days."""
    return _page(caller_of(request, JOBS_READ), Listing("/v1/dead-letters", limit), cursor, only_dead=True)


@router.post(
    "/v1/dead-letters/{job}/replay",
    status_code=202,
    summary="Replay a dead letter",
    responses=gives(202, Queued, "Location") | refuses("not-found", "conflict", "invalid-input"),
    openapi_extra=needs(JOBS_WRITE),
)
def replay_dead_letter(request: Request, job: UUID) -> Response:
    """Make a dead letter due at once, as if it had never been tried."""
    caller = caller_of(request, JOBS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        replay_tasks(processing, [job])
    return json_answer({"job": job}, 202, {"Location": f"/v1/jobs/{job}"})


def _page(caller: Caller, listing: Listing, cursor: str | None, *, only_dead: bool) -> Response:
    with caller.register.open(caller.actor, caller.purpose) as processing:
        place = listing.place(processing, cursor)
        before = since_of(place)
        jobs = list_jobs(processing, only_dead=only_dead, before=before, limit=listing.limit).jobs
        following = listing.cursor(processing, since(jobs[-1].created_at, jobs[-1].id) if jobs else place)
    return listing.answer("jobs", [dataclasses.asdict(one) for one in jobs], following)
