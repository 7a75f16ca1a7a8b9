"""The table of who may do what, cell by cell: every route is asked as every role, and answers as the data say."""

import re
from collections.abc import Iterator

import pytest

from accounts.roles import role_of, roles
from tests.api.engines import ON_SQLITE
from tests.api.serving import Server
from tests.api.staffing import Person, acting, ask

pytestmark = ON_SQLITE
ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
ROLES = ["operator", "manager", "privacy_reviewer", "dpo", "canvasser", "auditor"]
ENDS_THE_SESSION = [("delete", "/v1/staff/me/sessions"), ("delete", "/v1/staff/session")]


def guarded(server: Server) -> Iterator[tuple[str, str, str]]:
    """Yield method, path and scope of every route that a session may be used for."""
    for path, operations in server.description["paths"].items():
        for method, operation in operations.items():
            if any("staff_session" in scheme for scheme in operation["security"]):
                yield method, path, operation["x-scope"]


def in_order(server: Server) -> list[tuple[str, str, str]]:
    """Return the routes, those that end the session last."""
    return sorted(guarded(server), key=lambda one: (one[:2] in ENDS_THE_SESSION, one[:2] == ENDS_THE_SESSION[1], one))


def address(method: str, path: str) -> str:
    """Put in whatever must be named: whoever names nothing is told so before anybody asks who it is."""
    needed = {("post", "/v1/attachments"): "?kind=form", ("post", "/v1/imports"): "?origin=1"}
    return re.sub(r"\{\w+\}", ID, path) + needed.get((method, path), "")


def statuses(server: Server, person: Person, method: str, path: str) -> dict[str, int]:
    """Ask for each purpose of the role, until one is let in; nothing is sent that could be done."""
    found: dict[str, int] = {}
    for purpose in sorted(role_of(person.role).purposes):
        found[purpose] = ask(server, person, method.upper(), address(method, path), purpose=purpose).status_code
        if found[purpose] != 403:
            break
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_route_lets_in_whom_the_table_lets_in_and_nobody_else(server: Server, role: str) -> None:
    person = acting(server, role)
    routes = in_order(server)
    assert {scope for _, _, scope in routes} >= {"contacts:read", "staff:manage", "approvals:object", "account:own"}
    differing = []
    for method, path, scope in routes:
        if (method, path) == ENDS_THE_SESSION[1]:
            person = acting(server, role)
        found = statuses(server, person, method, path)
        let_in = 403 not in list(found.values())[-1:]
        if let_in != (scope in role_of(role).scopes) or 401 in found.values():
            differing.append((role, method, path, scope, found))
    assert differing == []


@pytest.mark.parametrize("role", ROLES)
def test_no_role_acts_for_a_purpose_that_is_not_its_own(server: Server, role: str) -> None:
    person = acting(server, role)
    foreign = {purpose for one in roles().roles.values() for purpose in one.purposes} - role_of(role).purposes
    for purpose in sorted(foreign):
        assert ask(server, person, "GET", "/v1/staff/me/sessions", purpose=purpose).status_code == 403, purpose


def test_a_program_with_every_scope_a_program_may_have_is_let_in_to_no_route_of_the_staff(server: Server) -> None:
    for method, path, scope in guarded(server):
        operation = server.description["paths"][path][method]
        if not any("oauth2" in scheme for scheme in operation["security"]):
            answer = server.ask(method.upper(), address(method, path), purpose="administration")
            assert answer.status_code == 403, (path, scope)


def test_the_table_is_served(server: Server) -> None:
    answer = server.http.get("/v1/roles")
    server.check("GET", "/v1/roles", answer)
    told = {one["role"]: (set(one["scopes"]), set(one["purposes"])) for one in answer.json()["roles"]}
    assert told == {one.id: (set(one.scopes), set(one.purposes)) for one in roles().roles.values()}
    assert {one["scope"] for one in answer.json()["scopes"]} == set(roles().scopes)
