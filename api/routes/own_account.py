"""One's own account: sessions, and everything kept on whoever asks."""

import dataclasses
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import ACCOUNT_OWN
from accounts.staff.account import StaffView, staff_id_of
from accounts.staff.ids import public_id
from accounts.staff.own_data import show_own_data
from accounts.staff.renew import change_password, renew_recovery_codes
from accounts.staff.sessions import end_sessions, list_sessions, session_of
from accounts.staff.sign_in import Attempt
from api.answers import json_answer, no_content
from api.caller import Caller, bearer_of, caller_of, throttle_of
from api.describe import gives, needs, refuses, takes
from api.requests import read_body
from api.routes.positions import position_parts
from api.routes.sign_in import known_of, session_parts
from api.wire_staff import Credentials, Ended, PasswordChange, RenewedCodes, Sessions, SignedIn, StaffData

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
    shared = found.position and position_parts(found.position)
    return json_answer(told | {"account": staff_parts(found.account), "sessions": sessions, "position": shared})


@router.post(
    "/v1/staff/me/password",
    status_code=201,
    summary="Change one's own password",
    responses=gives(201, SignedIn) | refuses("weak-password", "sign-in-delayed", body=True),
    openapi_extra=needs(ACCOUNT_OWN) | takes(PasswordChange),
)
def change_own_password(request: Request) -> Response:
    """Keep another password; the present one and a code are asked again. One new session is left, all others end."""
    caller = caller_of(request, ACCOUNT_OWN)
    asked = read_body(request, PasswordChange)
    known = known_of(request, caller.actor.campaign)
    made = change_password(caller.register, _attempt(request, caller, asked), asked.new_password, known=known)
    return json_answer(session_parts(made), 201)


@router.post(
    "/v1/staff/me/recovery-codes",
    status_code=201,
    summary="Renew one's own recovery codes",
    responses=gives(201, RenewedCodes) | refuses("sign-in-delayed", body=True),
    openapi_extra=needs(ACCOUNT_OWN) | takes(Credentials),
)
def renew_own_codes(request: Request) -> Response:
    """Replace all recovery codes; password and code are asked for again. One new session is left, all others end."""
    caller = caller_of(request, ACCOUNT_OWN)
    asked = read_body(request, Credentials)
    made, codes = renew_recovery_codes(caller.register, _attempt(request, caller, asked))
    return json_answer(session_parts(made) | {"recovery_codes": codes}, 201)


def _attempt(request: Request, caller: Caller, asked: Credentials) -> Attempt:
    """Ask the caller's own credentials again: a session alone may have been found on a screen left open."""
    caller.register.check(caller.actor, caller.purpose)
    near = throttle_of(request).admit_stranger(request.scope)
    login = public_id(caller.actor.campaign, staff_id_of(caller.actor))
    token = bearer_of(request)
    return Attempt(login=login, campaign=None, password=asked.password, code=asked.code, address=near, replaces=token)


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
