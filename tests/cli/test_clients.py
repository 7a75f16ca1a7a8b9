"""Client programs at the command line."""

from pathlib import Path

import pytest

from tests.cli.console import Console, begin


@pytest.fixture
def console(tmp_path: Path) -> Console:
    made = Console(tmp_path)
    begin(made)
    return made


def test_a_client_is_made_listed_shown_rotated_and_revoked(console: Console) -> None:
    asked = "--name outil --scope contacts:read:phone --purpose canvassing --network 192.0.2.0/24"
    made = console.json("client", "create", *asked.split(), "--expires-on", "2090-01-01")
    client = made["client_id"]
    shown = console.json("client", "show", client)
    assert (shown["networks"], shown["scopes"]) == (["192.0.2.0/24"], ["contacts:read:phone"])
    assert shown["expires_at"].startswith("2090-01-01T00:00")
    second = console.json("client", "rotate", client, "--overlap", "12h")
    assert second["client_secret"] != made["client_secret"]
    (listed,) = console.json("client", "list")["clients"]
    assert len(listed["secrets"]) == 2
    told = console.run("client", "show", client)
    assert made["client_secret"] not in told.stdout + str(listed)
    assert "dernier usage" in told.stdout
    assert console.json("client", "revoke", client)["tokens_end_within_seconds"] == 10
    assert "révoqué" in console.run("client", "list").stdout
    again = console.run("client", "rotate", client)
    assert (again.returncode, "révoqué" in again.stderr) == (1, True)


@pytest.mark.parametrize("overlap", ["7", "d", "-1d", "7w", "1.5d", "999999999999d"])
def test_an_overlap_that_is_none_is_refused(console: Console, overlap: str) -> None:
    done = console.run("client", "rotate", "isoloir_x", f"--overlap={overlap}")
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("more", "french"),
    [
        (["--scope", "contacts:everything"], "inconnu"),
        (["--scope", "contacts:read", "--network", "192.0.2.1/24"], "un réseau s'écrit"),
        (["--scope", "contacts:read", "--expires-on", "2020-01-01"], "à venir"),
    ],
)
def test_what_makes_no_client_is_told_in_french(console: Console, more: list[str], french: str) -> None:
    done = console.run("client", "create", "--name", "x", "--purpose", "canvassing", *more)
    assert done.returncode == 1
    assert french in done.stderr
