"""Every route tried by Schemathesis with all its checks: none breaks its word, forgets to ask who it is, or shows what
was removed. ``make fuzz`` looks deeper, and on both engines; what depends on the engine has tests of its own.

What a fuzzer cannot reach alone (a password's proof, a body that the law accepts) has tests of its own; each operation
that never answered with what was asked for is named here, with the reason.
"""

from pathlib import Path

import pytest

from tests.api.fuzzing import DEPTH, EVERY, WALK, Fuzzed, Step, campaign_to_fuzz, fuzz, reached, read_again
from tests.api.serving import METRICS_TOKEN, Server
from tests.api.staffing import acting

ENGINES = ("postgresql",) if DEPTH == 1 else ("sqlite", "postgresql")
pytestmark = pytest.mark.parametrize("server", ENGINES, indirect=True, scope="session")
FREED = {
    "DELETE /v1/contacts/{contact}": (
        *("record_contact", "reveal_contact", "erase_contact", "restrict_contact", "release_contact"),
    ),
    "DELETE /v1/attachments/{attachment}": (
        *("add_attachment", "list_attachments_of", "reveal_attachment", "remove_attachment"),
    ),
    "DELETE /v1/webhook-endpoints/{endpoint}": (
        *("add_webhook_endpoint", "get_webhook_endpoints", "get_webhook_endpoint", "change_webhook_endpoint"),
        *("rotate_webhook_secret", "try_webhook_endpoint", "get_webhook_deliveries", "remove_webhook_endpoint"),
    ),
}
"""Walks from id to id that end where something is deleted."""
LIVES = {
    "clients": ("create_client_program", "show_client", "rotate_client_secret", "revoke_client_program", "get_clients"),
    "campaign": (
        *("add_controller", "end_controller", "record_arrangement", "end_arrangement", "add_recipient"),
        *("end_recipient", "add_election", "change_election"),
    ),
}
"""Walks that end otherwise."""
STEPS = 60
ENDS_A_SESSION = ("end_session", "end_own_sessions")
APART = ("activate_campaign", "get_figures")
"""Tried by themselves: one changes what every other is allowed, the other has a secret of its own."""
UNREACHED = {
    "DELETE /v1/contacts/{contact}/restriction": "takes a restriction, and the revision after it",
    "PATCH /v1/contacts/{contact}": "takes the ETag of the moment",
    "GET /v1/jobs/{job}": "takes a task that is still in the outbox",
    "POST /v1/dead-letters/{job}/replay": "takes a dead letter",
    "POST /v1/webhook-endpoints/{endpoint}/rotation": "a walk comes there by chance",
    "POST /v1/recipients/{recipient}/end": "a walk comes there by chance",
    "POST /v1/contacts/{contact}/restriction": "a walk comes there by chance",
    "POST /v1/elections/{election}/changes": "a walk comes there by chance",
    "POST /v1/text-replies/{campaign}": "takes the signature of a gateway",
    "PUT /v1/signup-form": "takes a notice that is published",
    "GET /v1/signup-form": "takes a form that is open",
    "DELETE /v1/signup-form": "takes a form that is open",
    "POST /v1/notices": "takes a plan in which nothing is missing",
    "POST /v1/notice-clocks": "takes an origin that has a clock",
    "POST /v1/interactions": "takes a contact that is there",
    "POST /v1/interactions:batch": "takes an instant that there is, and a key that stands for nothing else",
    "GET /v1/targeting/{targeting}": "takes a line, which whoever decides on a sending writes",
    "GET /v1/targeting/{targeting}/notice": "takes such a line too",
    "POST /v1/handovers": "takes a ground with its proof",
    "POST /v1/campaign/activation": "takes a whole declaration",
    "POST /v1/cohorts": "takes a screenshot that is kept",
    "POST /v1/cohorts/{cohort}/sample": "takes a cohort with members",
    "POST /v1/cohorts/{cohort}/review": "takes a sample drawn",
    "POST /v1/cohorts/{cohort}/decision": "takes a sample that was looked at",
    "POST /v1/consents": "takes a contact and a channel of the law",
    "POST /v1/consents:batch": "takes a contact and a channel of the law",
    "POST /v1/consents/withdrawal": "takes a contact",
    "GET /v1/consents/receipt": "takes evidence",
    "POST /v1/balancing-tests": "takes a channel that knows legitimate interest",
    "POST /v1/balancing-tests/{number}/end": "takes a balancing test",
    "GET /v1/eligibility/{record}": "takes a record",
    "GET /v1/eligibility/report": "takes a channel of the campaign",
    "POST /v1/eligibility": "takes a channel of the campaign",
    "POST /v1/oppositions": "takes something to be known by",
    "POST /v1/approvals/{approval}/decision": "takes somebody else's request",
    "POST /v1/approvals/{approval}/objection": "takes another role",
    "POST /v1/staff/{staff}/reset": "takes an approval",
    "POST /v1/staff/{staff}/role": "takes an approval",
}
"""What chance never brings about, and tests of its own do."""
OWN_ACCOUNT = "--header=Processing-Purpose: staff_account"


def names(server: Server, *, staff_only: bool) -> list[str]:
    """Return the operations that only staff may use, or all the others."""
    operations = [operation for found in server.description["paths"].values() for operation in found.values()]
    return [one["operationId"] for one in operations if (one["security"] == [{"staff_session": []}]) == staff_only]


def labels(server: Server, wanted: list[str]) -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, found in server.description["paths"].items()
        for method, operation in found.items()
        if operation["operationId"] in wanted and operation["security"]
    }


def only(wanted: tuple[str, ...] | list[str]) -> list[str]:
    return [f"--include-operation-id={one}" for one in wanted]


def unreached(server: Server, wanted: tuple[str, ...] | list[str], steps: list[Step]) -> set[str]:
    return labels(server, list(wanted)) - reached(steps) - set(UNREACHED)


@pytest.fixture(scope="session")
def fuzzed(server: Server) -> Fuzzed:
    return campaign_to_fuzz(server)


def test_no_route_of_a_program_breaks_its_word(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    wanted = [one for one in names(server, staff_only=False) if one not in APART]
    steps = fuzz(server, fuzzed, tmp_path, EVERY, *only(wanted))
    walked = [one for walk in (FREED | LIVES).values() for one in walk]
    assert unreached(server, [one for one in wanted if one not in walked], steps) == set()


@pytest.mark.parametrize("deleted", FREED)
def test_what_was_deleted_is_not_found_again(server: Server, fuzzed: Fuzzed, tmp_path: Path, deleted: str) -> None:
    steps = fuzz(server, fuzzed, tmp_path, WALK, *only(FREED[deleted]), examples=STEPS)
    assert read_again(steps) == {deleted}
    assert unreached(server, FREED[deleted], steps) == set()


@pytest.mark.parametrize("life", LIVES)
def test_no_step_of_a_life_breaks_its_word(server: Server, fuzzed: Fuzzed, tmp_path: Path, life: str) -> None:
    steps = fuzz(server, fuzzed, tmp_path, WALK, *only(LIVES[life]), examples=STEPS)
    assert unreached(server, LIVES[life], steps) == set()


def test_no_route_of_the_staff_breaks_its_word(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    wanted = [one for one in names(server, staff_only=True) if one not in (*ENDS_A_SESSION, "end_own_session")]
    token = acting(server, "manager", fuzzed.place).token
    steps = fuzz(server, fuzzed, tmp_path, f"{EVERY},stateful", *only(wanted), OWN_ACCOUNT, token=token)
    assert unreached(server, wanted, steps) == set()


@pytest.mark.parametrize("name", ENDS_A_SESSION)
def test_the_end_of_a_session_is_an_end(server: Server, fuzzed: Fuzzed, tmp_path: Path, name: str) -> None:
    token = acting(server, "manager", fuzzed.place).token
    steps = fuzz(server, fuzzed, tmp_path, "--phases=fuzzing", *only([name]), OWN_ACCOUNT, token=token)
    assert reached(steps) == labels(server, [name])
    assert steps[-1].status == 401


def test_no_activation_breaks_its_word(server: Server, tmp_path: Path) -> None:
    wanted = ["activate_campaign", "get_campaign"]
    steps = fuzz(server, campaign_to_fuzz(server), tmp_path, EVERY, *only(wanted), examples=20)
    assert unreached(server, wanted, steps) == set()


def test_the_figures_are_for_their_secret_alone(server: Server, fuzzed: Fuzzed, tmp_path: Path) -> None:
    steps = fuzz(server, fuzzed, tmp_path, EVERY, *only(["get_figures"]), token=METRICS_TOKEN)
    assert reached(steps) == {"GET /metrics"}
