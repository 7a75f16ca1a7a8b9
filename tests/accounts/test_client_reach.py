"""How far a client program reaches: networks, scopes, purposes, and those that it makes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.clients import create_client, revoke_client
from accounts.networks import read_address
from accounts.scopes import ADMINISTRATION, SCOPES
from kernel.actor import Actor
from kernel.errors import Forbidden, Invalid, Unauthenticated
from tests.accounts.programs import created, issued, refused, rotated, shown
from tests.factories import MANAGING, World


@pytest.mark.parametrize("address", ["192.0.2.77", "2001:db8:5::1", "::ffff:192.0.2.1"])
def test_a_client_may_call_from_its_networks(world: World, address: str) -> None:
    made = created(world, networks=["192.0.2.0/24", "2001:db8::/32"])
    given = issued(world, made, address=address).token
    assert world.installation.tokens.actor(given, read_address(address)).campaign == world.campaign


@pytest.mark.parametrize("address", ["192.0.3.1", "2001:db9::1", "", "unix"])
def test_a_client_may_not_call_from_elsewhere_even_with_a_token_that_was_checked(world: World, address: str) -> None:
    made, inside = created(world, networks=["192.0.2.0/24", "2001:db8::/32"]), "192.0.2.77"
    given = issued(world, made, address=inside).token
    world.installation.tokens.actor(given, read_address(inside))
    with pytest.raises(Unauthenticated):
        world.installation.tokens.actor(given, read_address(address))
    refused(world, made, address=address)


@pytest.mark.parametrize("network", ["192.0.2.1/24", "example.org", "", "192.0.2.0/33", "1"])
def test_what_is_no_network_makes_no_client(world: World, network: str) -> None:
    with pytest.raises(Invalid, match="a network is written"):
        created(world, networks=[network])


@pytest.mark.parametrize(
    "scope", ["contacts:everything", "contacts:read:", "contacts:read:religion_x", "audit:read:note"]
)
def test_an_unknown_scope_makes_no_client(world: World, scope: str) -> None:
    with pytest.raises(Invalid, match="unknown scope"):
        created(world, scopes=[scope])


def test_a_scope_is_not_narrowed_to_what_no_record_can_hold(world: World) -> None:
    with pytest.raises(Invalid, match="unknown scope"):
        created(world, scopes=["contacts:read:health"])


def test_an_unknown_purpose_makes_no_client(world: World) -> None:
    with pytest.raises(Invalid):
        create_client(world.register, world.actor, name="outil", scopes=[], purposes=["curiosity"])


def test_nobody_makes_or_takes_over_a_client_that_may_do_more(world: World) -> None:
    strong = created(world, scopes=sorted(SCOPES))
    own = frozenset({"clients:write", "contacts:read"})
    weak = replace(world.actor, scopes=own, purposes=frozenset({MANAGING, ADMINISTRATION}))
    for scopes in (["contacts:write"], ["contacts:read", "audit:read"], ["contacts:write:phone"]):
        with pytest.raises(Forbidden, match="without holding"):
            created(world, scopes=scopes, actor=weak)
    with pytest.raises(Forbidden, match="without holding"):
        rotated(world, strong.client_id, actor=weak)
    with pytest.raises(Forbidden, match="without holding"):
        created(world, scopes=[], actor=replace(weak, purposes=frozenset({ADMINISTRATION})))
    for scopes in (["contacts:read"], ["contacts:read:phone"], []):
        assert rotated(world, created(world, scopes=scopes, actor=weak).client_id, actor=weak).secret


BOUND = {"networks": ["192.0.2.0/24"], "expires_at": datetime(2026, 12, 1, tzinfo=UTC)}


WIDER = [
    {},
    {"networks": ["192.0.2.0/24"]},
    {"expires_at": BOUND["expires_at"]},
    BOUND | {"expires_at": datetime(2026, 12, 2, tzinfo=UTC)},
    BOUND | {"networks": ["192.0.0.0/16"]},
    BOUND | {"networks": ["192.0.2.0/25", "2001:db8::/32"]},
    BOUND | {"scopes": ["contacts:read", "audit:read"]},
]


def bounded(world: World) -> Actor:
    """Return a program that looks after others, from one network until a day."""
    made = create_client(
        world.register,
        world.actor,
        name="outil",
        scopes=["clients:write", "contacts:read"],
        purposes=[MANAGING, ADMINISTRATION],
        **BOUND,  # type: ignore[arg-type]
    )
    given = issued(world, made, address="192.0.2.7").token
    return world.installation.tokens.actor(given, read_address("192.0.2.7"))


@pytest.mark.parametrize("wider", WIDER)
def test_a_program_makes_renews_and_revokes_none_that_reaches_further(world: World, wider: dict[str, Any]) -> None:
    actor = bounded(world)
    with pytest.raises(Forbidden):
        created(world, actor=actor, **wider)
    strong = created(world, **wider)
    with pytest.raises(Forbidden):
        rotated(world, strong.client_id, actor=actor)
    with pytest.raises(Forbidden), world.register.open(actor, ADMINISTRATION) as processing:
        revoke_client(processing, strong.client_id)
    assert shown(world, strong.client_id).revoked_at is None


def test_a_program_looks_after_those_that_reach_no_further(world: World) -> None:
    actor = bounded(world)
    narrow = created(world, actor=actor, networks=["192.0.2.128/25"], expires_at=BOUND["expires_at"])  # type: ignore[arg-type]
    assert rotated(world, narrow.client_id, actor=actor).secret
    with world.register.open(actor, ADMINISTRATION) as processing:
        revoke_client(processing, narrow.client_id)
    assert shown(world, narrow.client_id).revoked_at is not None
