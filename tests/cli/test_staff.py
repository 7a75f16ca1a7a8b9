"""The staff at the command line: invited, changed, closed, erased, and four eyes."""

from pathlib import Path

import pytest

from accounts.roles import roles
from tests.cli.console import Console, begin


@pytest.fixture
def console(tmp_path: Path, database_url: str) -> Console:
    console = Console(tmp_path, database_url)
    begin(console)
    return console


def create(console: Console, name: str, role: str) -> str:
    """Invite somebody, whose name and address come from the input."""
    words = ("staff", "create", "--name", "-", "--email", "-", "--role", role)
    made = console.json(*words, given=f"{name}\n{name.lower()}@example.org\n")
    assert made["invitation"].startswith("isoloir_invitation_")
    assert "password" not in made
    staff: str = made["id"]
    return staff


def test_a_team_is_invited_listed_changed_closed_and_erased(console: Console) -> None:
    create(console, "Manon", "manager")
    camille = create(console, "Camille", "canvasser")
    console.json("staff", "role", camille, "canvasser")
    listed = {one["name"]: one for one in console.json("staff", "list")["staff"]}
    assert {name: (one["role"], one["state"]) for name, one in listed.items()} == {
        "Manon": ("manager", "invited"),
        "Camille": ("canvasser", "invited"),
    }
    assert console.json("staff", "unlock", camille)["lifted"] == 0
    refused = console.run("staff", "erase", camille)
    assert (refused.returncode, "staff disable" in refused.stderr) == (1, True)
    console.json("staff", "disable", camille)
    assert console.json("staff", "erase", camille)["erased"] == 1
    assert console.count("staff_account") == 1
    assert console.json("audit", "verify")["holds"]


def test_the_invitation_is_shown_once_with_what_to_do(console: Console) -> None:
    done = console.run("staff", "create", "--name", "Manon", "--email", "manon@example.org", "--role", "manager")
    assert done.returncode == 0
    assert "isoloir_invitation_" in done.stdout
    assert "main propre" in done.stdout
    again = console.run("staff", "create", "--name", "Manon", "--email", "manon@example.org", "--role", "dpo")
    assert (again.returncode, again.stderr) == (1, "isoloir: cette adresse a déjà un compte\n")


def test_a_role_of_four_eyes_waits_where_nobody_else_can_approve(console: Console) -> None:
    create(console, "Manon", "manager")
    camille = create(console, "Camille", "canvasser")
    second = console.run("staff", "create", "--name", "Deux", "--email", "deux@example.org", "--role", "manager")
    assert (second.returncode, "--ask" in second.stderr) == (1, True)
    missing = console.run("staff", "role", camille, "manager")
    assert (missing.returncode, "--ask" in missing.stderr) == (1, True)
    asked = console.json("staff", "role", camille, "manager", "--ask")
    assert asked["alone_from"] is not None
    waiting = console.run("staff", "role", camille, "manager")
    assert (waiting.returncode, "attend" in waiting.stderr) == (1, True)
    (request,) = console.json("approval", "list")["approvals"]
    assert (request["id"], request["standing"]) == (asked["approval"], "waiting")
    for word in ("approve", "refuse"):
        own = console.run("approval", word, asked["approval"])
        assert (own.returncode, "propre demande" in own.stderr) == (1, True)
    assert "waiting" in console.run("approval", "list").stdout


def test_the_roles_are_told_in_both_languages(console: Console) -> None:
    assert set(console.json("staff", "roles")["roles"]) == set(roles().roles)
    assert "Délégué à la protection des données" in console.run("staff", "roles").stdout
    assert "Data protection officer" in console.run("staff", "roles", "--lang", "en").stdout


def test_who_did_what_is_asked_for_one_actor_at_a_time(console: Console) -> None:
    create(console, "Manon", "manager")
    entries = console.json("audit", "list", "--actor", "operator")["entries"]
    assert {one["actor_id"] for one in entries} == {"operator"}
    assert console.json("audit", "list", "--limit", "1")["entries"][0]["purpose"] == "accountability"


def test_the_staff_are_found_after_the_index_keys_are_rotated(console: Console) -> None:
    create(console, "Manon", "manager")
    assert console.json("keys", "rotate", "index")["moved"] == 1
    again = console.run("staff", "create", "--name", "Manon", "--email", "manon@example.org", "--role", "dpo")
    assert again.returncode == 1
