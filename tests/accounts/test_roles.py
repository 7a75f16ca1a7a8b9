"""The table of roles: what it must be, what it may never become, and its page."""

from datetime import date
from pathlib import Path

import pytest

import accounts.roles
from accounts.roles import CANVASSING, markdown, read_roles, role_of, roles
from accounts.scopes import SCOPES, STAFF_SCOPES
from kernel.errors import Misconfigured, NotFound
from policy.load import load

TEXT = (Path(accounts.roles.__file__).parent / "roles.toml").read_text(encoding="utf-8")
PAGE = Path(accounts.roles.__file__).parents[1] / "docs" / "roles.md"
DESIGN = ["operator", "manager", "privacy_reviewer", "dpo", "canvasser", "auditor"]


def test_the_roles_are_those_of_the_design() -> None:
    assert list(roles().roles) == DESIGN


def test_every_scope_has_its_row_and_every_role_its_own_account() -> None:
    assert set(roles().scopes) == STAFF_SCOPES
    assert STAFF_SCOPES > SCOPES
    assert all("account:own" in one.scopes and "staff_account" in one.purposes for one in roles().roles.values())


def test_every_purpose_of_the_law_is_given_to_somebody_and_no_other() -> None:
    given = {purpose for one in roles().roles.values() for purpose in one.purposes}
    assert given == set(load("france", date(2026, 11, 21)).purposes) - {"restitution"}, "the operator alone returns"


def test_a_dpo_sees_and_objects_and_never_decides() -> None:
    dpo = role_of("dpo")
    reading = {scope for scope in STAFF_SCOPES if scope.endswith(":read")}
    assert reading - {"positions:read"} == reading & dpo.scopes  # Shared to find each other, not to be watched.
    assert "approvals:object" in dpo.scopes
    kept = {"requests:write", "breaches:write"}  # What reaches a DPO (art. 38(4)), and the register: neither decides.
    assert not [scope for scope in dpo.scopes - kept if scope.endswith((":decide", ":write", ":erase", ":manage"))]


def test_a_canvasser_has_canvassing_purposes_only() -> None:
    assert role_of("canvasser").purposes == CANVASSING


def test_only_the_dpo_and_the_auditor_read_the_log_and_hold_its_purpose() -> None:
    assert {one.id for one in roles().roles.values() if "audit:read" in one.scopes} == {"dpo", "auditor"}
    assert {one.id for one in roles().roles.values() if "accountability" in one.purposes} == {"dpo", "auditor"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('roles = ["operator", "manager"]', 'roles = ["operator", "dpo"]', "scopes"),
        ('roles = ["privacy_reviewer"]', 'roles = ["privacy_reviewer", "dpo"]', "protection officer who decides"),
        ('administration = ["operator"', 'administration = ["canvasser", "operator"', "beyond canvassing"),
        ('roles = ["dpo", "auditor"]', 'roles = ["dpo", "auditor", "manager"]', "another reader of the log"),
        ('roles = ["dpo"]', 'roles = ["dpo", "intern"]', "not described"),
        ('[scope."policy:screen"]', '[scope."policy:break"]', "not the staff's"),
    ],
)
def test_an_edit_cannot_join_duties_that_are_kept_apart(old: str, new: str, fault: str) -> None:
    assert old in TEXT
    if fault == "scopes":
        changed = TEXT.replace(f'{old}\n\n[scope."approvals:object"]', f'{new}\n\n[scope."approvals:object"]')
        fault = "protection officer who decides"
    else:
        changed = TEXT.replace(old, new, 1)
    with pytest.raises(Misconfigured, match=fault):
        read_roles(changed)


def test_a_role_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="there are operator, manager"):
        role_of("boss")


def test_the_page_of_the_roles_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run: python -m accounts.roles > docs/roles.md"
