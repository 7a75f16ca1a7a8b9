"""Jobs and tasks, the dead ones among them, and how a dead one is brought back."""

import dataclasses
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import JOBS_READ, JOBS_WRITE
from api.answers import json_answer
from api.caller import Caller, caller_of
from api.describe import gives, needs, refuses
from api.errors import BadShape
from api.requests import fault
from api.wire_jobs import Job, Jobs, Queued
from jobs.listing import Place, list_jobs, read_job, replay_tasks

router = APIRouter(tags=["jobs"])
_SEPARATOR = "~"
Limit = Annotated[int, Query(ge=1, le=200, examples=[50])]
Cursor = Annotated[str | None, Query(max_length=100, description="The next of the page before")]


@router.get(
    "/v1/jobs",
    summary="List jobs",
    responses=gives(200, Jobs) | refuses("invalid-input"),
    openapi_extra=needs(JOBS_READ),
)
def get_jobs(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List imports and other long work, and the tasks of the outbox, newest first; what is done has left the outbox."""
    return _page(caller_of(request, JOBS_READ), only_dead=False, cursor=cursor, limit=limit)


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
    responses=gives(200, Jobs) | refuses("invalid-input"),
    openapi_extra=needs(JOBS_READ),
)
def get_dead_letters(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the tasks that were given up, newest first; they are kept for thirty days."""
    return _page(caller_of(request, JOBS_READ), only_dead=True, cursor=cursor, limit=limit)


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


def _page(caller: Caller, *, only_dead: bool, cursor: str | None, limit: int) -> Response:
    before = None if cursor is None else _place(cursor)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        page = list_jobs(processing, only_dead=only_dead, before=before, limit=limit)
    following = None if page.next is None else f"{page.next[0].isoformat()}{_SEPARATOR}{page.next[1]}"
    return json_answer({"jobs": [dataclasses.asdict(one) for one in page.jobs], "next": following})


def _place(cursor: str) -> Place:
    at, _, job = cursor.partition(_SEPARATOR)
    try:
        place = datetime.fromisoformat(at), UUID(job)
    except ValueError:
        raise BadShape([fault("cursor", ("cursor",))]) from None
    if place[0].tzinfo is None:
        raise BadShape([fault("cursor", ("cursor",))])
    return place
