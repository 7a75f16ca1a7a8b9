"""Members of staff for tests: invited, enrolled, signed in."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from accounts.approvals.actions import Action
from accounts.approvals.request import request_approval
from accounts.staff.enrol import begin_enrolment, confirm_enrolment
from accounts.staff.invite import Invitation, NewStaff, invite_staff
from accounts.staff.manage import change_role
from accounts.staff.second_factor import code_at, step_of
from accounts.staff.sessions import SignedIn
from accounts.staff.sign_in import Attempt, sign_in
from accounts.staff.store import update_account
from audit.events import Event
from audit.note import Note
from kernel.actor import Actor
from kernel.identity import StaffId
from tests.factories import World, later

PASSWORD = "kT4!x9Qz#mB2"
ADDRESS = "192.0.2.7"
ADMINISTRATION = "administration"
OWN = "staff_account"


@dataclass
class Member:
    """Somebody who enrolled: everything they know."""

    id: StaffId
    login: str
    email: str
    secret: bytes
    recovery: list[str]
    password: str = PASSWORD

    def code(self, at: datetime) -> str:
        return code_at(self.secret, step_of(at))


def invited(
    world: World, role: str = "canvasser", name: str = "Ève Tamié", email: str = "eve@example.org"
) -> Invitation:
    """Invite at the command line; a role of four eyes is given past the product where it has a holder already."""
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        made = invite_staff(processing, NewStaff(name, email, "canvasser"))
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        update_account(processing, made.id, {"role": role})
        processing.note(Note(event=Event.STAFF_ROLE_CHANGED, counts={"staff_account.update": 1}))
    return made


def secret_in(uri: str) -> bytes:
    return base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])


def enrolled(world: World, role: str = "canvasser", email: str = "eve@example.org") -> Member:
    made = invited(world, role, email=email)
    setup = begin_enrolment(world.register, invitation=made.token, password=PASSWORD, known=[])
    secret = secret_in(setup.uri)
    codes = confirm_enrolment(world.register, invitation=made.token, code=code_at(secret, step_of(world.clock.at)))
    later(world, seconds=30)
    return Member(StaffId(made.id), made.staff, email, secret, codes)


def given_role(world: World, member: Member, role: str) -> None:
    """Give a role that takes four eyes, at the command line, where nobody else is there to ask."""
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        wanted = {"staff": str(member.id), "role": role}
        request_approval(processing, Action.STAFF_ROLE_CHANGE, wanted, delay=timedelta())
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        change_role(processing, member.id, role)


def attempt(world: World, member: Member, **changed: object) -> Attempt:
    told: dict[str, object] = {
        "login": member.login,
        "campaign": None,
        "password": member.password,
        "code": member.code(world.clock.at),
        "address": ADDRESS,
    }
    return Attempt(**(told | changed))  # type: ignore[arg-type]


def signed_in(world: World, member: Member, **changed: object) -> SignedIn:
    """Sign in, at a step whose code was not used."""
    later(world, seconds=30)
    return sign_in(world.register, attempt(world, member, **changed))


def actor(world: World, member: Member) -> Actor:
    """Return the member as routes see them."""
    return world.installation.sessions.actor(signed_in(world, member).token)


def events(world: World) -> list[str]:
    """Return the events of the log, oldest first, as its owner reads them."""
    from tests.factories import raw  # noqa: PLC0415

    with raw(world.url, world.campaign) as database:
        return [row[0] for row in database.run("SELECT event FROM entry ORDER BY at")]


def member_id(member: Member) -> UUID:
    return member.id
