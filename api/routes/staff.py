"""The accounts of the staff, and the roles they may have."""

import dataclasses
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.roles import roles
from accounts.scopes import STAFF_MANAGE, STAFF_READ
from accounts.staff import invite
from accounts.staff.manage import change_role, disable_staff, list_staff, unlock_staff
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry, since
from api.requests import read_body
from api.routes.own_account import staff_parts
from api.wire_staff import Invitation, NewStaff, RoleChange, RoleTable, StaffMembers, Unlocked
from kernel.identity import StaffId

router = APIRouter(tags=["staff"])


@router.get("/v1/roles", summary="Read who may do what", responses=gives(200, RoleTable) | refuses(known=False))
def get_roles() -> Response:
    """Give the table of roles, scopes and purposes: it is public."""
    table = roles()
    told = []
    for one in table.roles.values():
        lists = {"scopes": sorted(one.scopes), "purposes": sorted(one.purposes)}
        parts = dataclasses.asdict(one) | lists
        told.append({"role": parts.pop("id"), **parts})
    scopes = [{"scope": name, "label_fr": fr, "label_en": en} for name, (fr, en) in table.scopes.items()]
    return json_answer({"roles": told, "scopes": scopes})


@router.get(
    "/v1/staff",
    summary="List the staff",
    responses=gives(200, StaffMembers, "Link") | refuses("invalid-input"),
    openapi_extra=needs(STAFF_READ),
)
def get_staff(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the accounts, oldest first."""
    caller = caller_of(request, STAFF_READ)
    listing = Listing("/v1/staff", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = list_staff(processing)
        page, following = page_of_registry(
            processing, listing, cursor, found, lambda one: since(one.created_at, one.id)
        )
    return listing.answer("staff", [staff_parts(one) for one in page], following)


@router.post(
    "/v1/staff",
    status_code=201,
    summary="Invite a member of staff",
    responses=gives(201, Invitation) | refuses("not-found", "conflict", body=True),
    openapi_extra=needs(STAFF_MANAGE) | takes(NewStaff),
)
def invite_staff(request: Request) -> Response:
    """Open an account and give its invitation, this once; a role of four eyes is asked for afterwards."""
    caller = caller_of(request, STAFF_MANAGE)
    asked = read_body(request, NewStaff)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made = invite.invite_staff(processing, invite.NewStaff(asked.name, asked.email, asked.role))
    return _invited(made)


@router.post(
    "/v1/staff/{staff}/reset",
    status_code=201,
    summary="Reset an account",
    responses=gives(201, Invitation) | refuses("not-found", "conflict", "approval-missing", "invalid-input"),
    openapi_extra=needs(STAFF_MANAGE),
)
def reset_staff(request: Request, staff: UUID) -> Response:
    """Take password, second factor and sessions away, and invite anew; for a role of four eyes with an approval."""
    caller = caller_of(request, STAFF_MANAGE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made = invite.reset_staff(processing, StaffId(staff))
    return _invited(made)


@router.post(
    "/v1/staff/{staff}/role",
    status_code=204,
    summary="Change a role",
    responses=gives(204, None) | refuses("not-found", "conflict", "approval-missing", body=True),
    openapi_extra=needs(STAFF_MANAGE) | takes(RoleChange),
)
def change_staff_role(request: Request, staff: UUID) -> Response:
    """Give a member of staff another role; their sessions end. A role of four eyes takes an approval."""
    caller = caller_of(request, STAFF_MANAGE)
    role = read_body(request, RoleChange).role
    with caller.register.open(caller.actor, caller.purpose) as processing:
        change_role(processing, StaffId(staff), role)
    return no_content()


@router.post(
    "/v1/staff/{staff}/deactivation",
    status_code=204,
    summary="Close an account",
    responses=gives(204, None) | refuses("not-found", "conflict", "approval-missing", "invalid-input"),
    openapi_extra=needs(STAFF_MANAGE),
)
def disable_account(request: Request, staff: UUID) -> Response:
    """Close the account of somebody who leaves; their sessions end at once. A role of four eyes takes an approval."""
    caller = caller_of(request, STAFF_MANAGE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        disable_staff(processing, StaffId(staff))
    return no_content()


@router.post(
    "/v1/staff/{staff}/unlock",
    summary="Unlock an account",
    responses=gives(200, Unlocked) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(STAFF_MANAGE),
)
def unlock_account(request: Request, staff: UUID) -> Response:
    """Lift the locks that failed tries have put on an account."""
    caller = caller_of(request, STAFF_MANAGE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        lifted = unlock_staff(processing, StaffId(staff))
    return json_answer({"lifted": lifted})


def _invited(made: invite.Invitation) -> Response:
    told = {"id": made.id, "staff": made.staff, "invitation": made.token, "expires_at": made.until}
    return json_answer(told, 201)
