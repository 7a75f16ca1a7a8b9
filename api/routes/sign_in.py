"""Staff sign in, and enrol with an invitation; nobody is known before."""

from typing import Any

from fastapi import APIRouter, Request, Response

from accounts.staff import sessions
from accounts.staff.enrol import begin_enrolment, campaign_of_invitation, confirm_enrolment
from accounts.staff.own_data import staff_notice
from accounts.staff.sign_in import Attempt, sign_in
from api.answers import json_answer
from api.caller import installation_of, throttle_of
from api.describe import gives, refuses, takes
from api.requests import read_body
from api.wire_staff import (
    Enrolment,
    EnrolmentBegun,
    EnrolmentConfirmation,
    RecoveryCodes,
    SignedIn,
    SignIn,
    StaffNotice,
)
from campaigns.directory import list_campaigns
from kernel.clock import today
from kernel.identity import CampaignId
from policy.edition import Edition
from policy.load import load

router = APIRouter(tags=["staff"])
_BEARER = "bearer "
_LIMITED = "too-many-requests"


@router.post(
    "/v1/staff/session",
    status_code=201,
    summary="Sign in",
    responses=gives(201, SignedIn) | refuses("unauthenticated", "sign-in-delayed", _LIMITED, known=False, body=True),
    openapi_extra=takes(SignIn),
)
def begin_session(request: Request) -> Response:
    """Begin a session with password and second factor; whatever is wrong, the answer is the same.

    A session token in Authorization is replaced by the new one.
    """
    near = throttle_of(request).admit_stranger(request.scope)
    asked = read_body(request, SignIn)
    given = request.headers.get("authorization", "")
    attempt = Attempt(
        login=asked.login,
        campaign=CampaignId(asked.campaign) if asked.campaign else None,
        password=asked.password,
        code=asked.code,
        address=near,
        replaces=given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else None,
    )
    made = sign_in(installation_of(request).register, attempt)
    return json_answer(session_parts(made), 201)


@router.get(
    "/v1/staff/notice",
    summary="Read the notice to the staff",
    responses=gives(200, StaffNotice) | refuses(known=False),
)
def read_notice(request: Request) -> Response:
    """Tell staff which data are kept on them, why, for how long, and what they may ask."""
    return json_answer(staff_notice(_edition(request)))


@router.post(
    "/v1/staff/enrolment",
    status_code=201,
    summary="Begin an enrolment",
    responses=gives(201, EnrolmentBegun)
    | refuses("unauthenticated", "weak-password", _LIMITED, known=False, body=True),
    openapi_extra=takes(Enrolment),
)
def enrol_staff(request: Request) -> Response:
    """Choose a password with an invitation, and get what to set an authenticator up with; nobody acts with it yet."""
    throttle_of(request).admit_stranger(request.scope)
    asked = read_body(request, Enrolment)
    known = known_of(request, campaign_of_invitation(asked.invitation))
    register = installation_of(request).register
    setup = begin_enrolment(register, invitation=asked.invitation, password=asked.password, known=known)
    return json_answer({"setup": setup.uri, "notice": staff_notice(_edition(request))}, 201)


@router.post(
    "/v1/staff/enrolment/confirmation",
    status_code=201,
    summary="Confirm an enrolment",
    responses=gives(201, RecoveryCodes) | refuses("unauthenticated", _LIMITED, known=False, body=True),
    openapi_extra=takes(EnrolmentConfirmation),
)
def confirm_staff(request: Request) -> Response:
    """Show that the authenticator works: from now on the account acts. The recovery codes are shown this once."""
    throttle_of(request).admit_stranger(request.scope)
    asked = read_body(request, EnrolmentConfirmation)
    codes = confirm_enrolment(installation_of(request).register, invitation=asked.invitation, code=asked.code)
    return json_answer({"recovery_codes": codes}, 201)


def session_parts(made: sessions.SignedIn) -> dict[str, Any]:
    """Return a new session as it is told."""
    return {
        "token": made.token,
        "token_type": "Bearer",
        "expires_at": made.expires_at,
        "idle_minutes": int(sessions.IDLE.total_seconds() // 60),
        "staff": made.staff,
        "role": made.role.id,
        "scopes": sorted(made.role.scopes),
        "purposes": sorted(made.role.purposes),
    }


def known_of(request: Request, campaign: CampaignId) -> list[str]:
    """Return what anybody knows of a campaign: no good password tells of it."""
    here = [one for one in list_campaigns(installation_of(request).database) if one.id == campaign]
    return [text for one in here for text in (one.name, one.controller)]


def _edition(request: Request) -> Edition:
    installation = installation_of(request)
    return load(installation.settings.law_country, today(installation.clock))
