"""Members of staff of a running server: invited past its routes, enrolled and signed in through them."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx2

from accounts.roles import role_of
from accounts.staff.invite import NewStaff, invite_staff
from accounts.staff.second_factor import code_at, step_of
from accounts.staff.sessions import begin_session
from accounts.staff.store import update_account
from audit.events import Event
from audit.note import Note
from installation.open import open_installation
from kernel.actor import operator_in
from kernel.identity import StaffId
from tests.api.serving import Server, walked

PASSWORD = "kT4!x9Qz#mB2"


@dataclass
class Person:
    """Somebody of the staff: their account, and the session they act in."""

    id: UUID
    login: str
    email: str
    invitation: str
    role: str
    token: str = ""
    secret: bytes = b""
    recovery: list[str] = field(default_factory=list)

    def code(self, off: int = 0) -> str:
        return code_at(self.secret, step_of(datetime.now(UTC)) + off)


def invited(server: Server, role: str = "canvasser", campaign: int = 0) -> Person:
    """Invite somebody; a role of four eyes is given past the product."""
    email = f"{token_hex(6)}@example.org"
    with open_installation(server.settings) as installation:
        operator = operator_in(server.campaigns[campaign].id)
        with installation.register.open(operator, "administration") as processing:
            made = invite_staff(processing, NewStaff("Ève Tamié", email, "canvasser"))
        with installation.register.open(operator, "administration") as processing:
            update_account(processing, made.id, {"role": role})
            processing.note(Note(event=Event.STAFF_ROLE_CHANGED, counts={"staff_account.update": 1}))
    return Person(made.id, made.staff, email, made.token, role)


def acting(server: Server, role: str, campaign: int = 0) -> Person:
    """Return somebody active with a session, without the price of an enrolment."""
    person = invited(server, role, campaign)
    with open_installation(server.settings) as installation:
        operator = operator_in(server.campaigns[campaign].id)
        with installation.register.open(operator, "administration") as processing:
            update_account(processing, person.id, {"state": "active"})
            person.token = begin_session(processing, StaffId(person.id), role_of(role), replaces=None)[0].token
            counts = {"staff_account.update": 1, "staff_session.insert": 1}
            processing.note(Note(event=Event.STAFF_SIGNED_IN, counts=counts))
    return person


def ask(
    server: Server,
    person: Person,
    method: str,
    path: str,
    body: object = None,
    *,
    purpose: str = "staff_account",
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    """Ask as a member of staff, and compare the answer with the description."""
    given = {"Authorization": f"Bearer {person.token}", "Processing-Purpose": purpose} | (headers or {})
    answer = server.http.request(method, path, json=body, headers=given)
    server.check(method, path, answer)
    return answer


def listed(server: Server, person: Person, path: str, *, purpose: str = "staff_account") -> list[dict[str, Any]]:
    """Return all of a listing, as a member of staff sees it."""
    return walked(lambda asked: ask(server, person, "GET", asked, purpose=purpose), path)


def post(server: Server, path: str, body: dict[str, Any], **headers: str) -> httpx2.Response:
    """Post as nobody, and compare the answer with the description."""
    answer = server.http.post(path, json=body, headers=headers)
    server.check("POST", path, answer)
    return answer


def enrol(server: Server, person: Person) -> None:
    """Enrol through the routes; the code is the one of the step before, so that the present one is left."""
    answer = post(server, "/v1/staff/enrolment", {"invitation": person.invitation, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    person.secret = base64.b32decode(parse_qs(urlsplit(answer.json()["setup"]).query)["secret"][0])
    answer = _confirm(server, person)
    if answer.status_code == 422:  # A step ended on the way.
        answer = _confirm(server, person)
    assert answer.status_code == 201, answer.text
    person.recovery = answer.json()["recovery_codes"]


def _confirm(server: Server, person: Person) -> httpx2.Response:
    confirmation = {"invitation": person.invitation, "code": person.code(-1)}
    return post(server, "/v1/staff/enrolment/confirmation", confirmation)


def sign_in(server: Server, person: Person, **changed: str) -> httpx2.Response:
    told = {"login": person.login, "password": PASSWORD, "code": person.code()} | changed
    return post(server, "/v1/staff/session", told)
