"""Every operation tried by Schemathesis with all its checks: none breaks its word, forgets to ask who it is, or shows
what was removed. ``make fuzz`` looks deeper, and on both engines; what depends on the engine has tests of its own.

How far chance comes decides nothing here: what is asserted is that each operation was tried and that no check failed.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.api.engines import ON_POSTGRESQL
from tests.api.fuzzing import DEPTH, EVERY, WALK, Fuzzed, campaign_to_fuzz, fuzz
from tests.api.serving import METRICS_TOKEN, Server
from tests.api.staffing import acting

pytestmark = [ON_POSTGRESQL] if DEPTH == 1 else []
WALKS = (
    *("record_contact", "reveal_contact", "erase_contact", "restrict_contact", "release_contact"),
    *("add_attachment", "list_attachments_of", "reveal_attachment", "remove_attachment"),
    *("add_webhook_endpoint", "get_webhook_endpoints", "get_webhook_endpoint", "change_webhook_endpoint"),
    *("rotate_webhook_secret", "try_webhook_endpoint", "get_webhook_deliveries", "remove_webhook_endpoint"),
    *("create_client_program", "show_client", "rotate_client_secret", "revoke_client_program", "get_clients"),
    *("add_controller", "end_controller", "record_arrangement", "end_arrangement", "add_recipient"),
    *("end_recipient", "add_election", "change_election"),
)
"""From id to id, until what was made is deleted or ended."""
STEPS = 10
ENDS_A_SESSION = ("end_session", "end_own_sessions", "end_own_session")
APART = ("activate_campaign", "get_figures")
"""Tried by themselves: one changes what every other is allowed, the other has a secret of its own."""
OWN_ACCOUNT = "--header=Processing-Purpose: staff_account"


def names(server: Server, *, staff_only: bool) -> list[str]:
    """Return the operations that only staff may use, or all the others."""
    operations = [operation for found in server.description["paths"].values() for operation in found.values()]
    return [one["operationId"] for one in operations if (one["security"] == [{"staff_session": []}]) == staff_only]


def labels(server: Server, wanted: Sequence[str]) -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, found in server.description["paths"].items()
        for method, operation in found.items()
        if operation["operationId"] in wanted
    }


def only(wanted: Sequence[str]) -> list[str]:
    return [f"--include-operation-id={one}" for one in wanted]


@pytest.fixture(scope="session")
def fuzzed(server: Server) -> Fuzzed:
    return campaign_to_fuzz(server)


def test_no_route_of_a_program_breaks_its_word(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    wanted = [one for one in names(server, staff_only=False) if one not in APART]
    assert fuzz(server, fuzzed, tmp_path, EVERY, *only(wanted)) == labels(server, wanted)


def test_no_step_of_a_walk_breaks_its_word(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    assert fuzz(server, fuzzed, tmp_path, WALK, *only(WALKS), examples=STEPS) <= labels(server, WALKS)


def test_no_route_of_the_staff_breaks_its_word(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    wanted = [one for one in names(server, staff_only=True) if one not in ENDS_A_SESSION]
    token = acting(server, "manager", fuzzed.place).token
    assert fuzz(server, fuzzed, tmp_path, EVERY, *only(wanted), OWN_ACCOUNT, token=token) == labels(server, wanted)


def test_no_end_of_a_session_breaks_its_word(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    token = acting(server, "manager", fuzzed.place).token
    tried = fuzz(server, fuzzed, tmp_path, EVERY, *only(ENDS_A_SESSION), OWN_ACCOUNT, token=token)
    assert tried == labels(server, ENDS_A_SESSION)


def test_no_activation_breaks_its_word(server: Server, tmp_path: Path) -> None:
    wanted = ["activate_campaign", "get_campaign"]
    assert fuzz(server, campaign_to_fuzz(server), tmp_path, EVERY, *only(wanted)) == labels(server, wanted)


def test_the_figures_are_for_their_secret_alone(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    assert fuzz(server, fuzzed, tmp_path, EVERY, *only(["get_figures"]), token=METRICS_TOKEN) == {"GET /metrics"}
