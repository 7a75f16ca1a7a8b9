"""One's own account: sessions, and everything kept on whoever asks."""

import dataclasses
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import ACCOUNT_OWN
from accounts.staff.account import StaffView
from accounts.staff.own_data import show_own_data
from accounts.staff.sessions import end_sessions, list_sessions, session_of
from api.answers import json_answer, no_content
from api.caller import bearer_of, caller_of
from api.describe import gives, needs, refuses
from api.wire_staff import Ended, Sessions, StaffData

router = APIRouter(tags=["staff"])


@router.delete(
    "/v1/staff/session",
    status_code=204,
    summary="Sign out",
    responses=gives(204, None) | refuses("not-found"),
    openapi_extra=needs(ACCOUNT_OWN),
)
def end_session(request: Request) -> Response:
    """End the session that asks."""
    caller = caller_of(request, ACCOUNT_OWN)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        end_sessions(processing, session_of(bearer_of(request)))
    return no_content()


@router.get(
    "/v1/staff/me/sessions",
    summary="List one's own sessions",
    responses=gives(200, Sessions) | refuses(),
    openapi_extra=needs(ACCOUNT_OWN),
)
def get_own_sessions(request: Request) -> Response:
    """List the caller's sessions, newest first."""
    caller = caller_of(request, ACCOUNT_OWN)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        sessions = list_sessions(processing)
    return json_answer({"sessions": [dataclasses.asdict(one) for one in sessions]})


@router.delete(
    "/v1/staff/me/sessions",
    summary="End all of one's own sessions",
    responses=gives(200, Ended) | refuses(),
    openapi_extra=needs(ACCOUNT_OWN),
)
def end_own_sessions(request: Request) -> Response:
    """End all of the caller's sessions, also the one that asks."""
    caller = caller_of(request, ACCOUNT_OWN)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        ended = end_sessions(processing)
    return json_answer({"ended": ended})


@router.delete(
    "/v1/staff/me/sessions/{session}",
    status_code=204,
    summary="End one of one's own sessions",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(ACCOUNT_OWN),
)
def end_own_session(request: Request, session: UUID) -> Response:
    """End one of the caller's sessions, such as that of a lost device."""
    caller = caller_of(request, ACCOUNT_OWN)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        end_sessions(processing, session)
    return no_content()


@router.get(
    "/v1/staff/me/data",
    summary="Read what is kept on oneself",
    responses=gives(200, StaffData) | refuses("not-found"),
    openapi_extra=needs(ACCOUNT_OWN),
)
def read_own_data(request: Request) -> Response:
    """Give everything kept on the caller (GDPR art. 15); of the log, how many entries of each kind."""
    caller = caller_of(request, ACCOUNT_OWN)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = show_own_data(processing)
    told = {name: getattr(found, name) for name in ("recovery_codes", "requests", "entries")}
    sessions = [dataclasses.asdict(one) for one in found.sessions]
    return json_answer(told | {"account": staff_parts(found.account), "sessions": sessions})


def staff_parts(account: StaffView) -> dict[str, Any]:
    """Return an account as it is told."""
    identity = account.identity
    return {
        "id": account.id,
        "role": account.role,
        "state": account.state.value,
        "name": identity.name if identity else None,
        "email": identity.email if identity else None,
        "created_at": account.created_at,
        "left_on": account.left_on,
        "due_on": account.due_on,
    }
