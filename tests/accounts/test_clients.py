from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.authenticate import authenticate_client
from accounts.clients import Credentials, create_client, read_public_id
from kernel.errors import Invalid, Unauthenticated
from kernel.identity import random_uuid
from tests.factories import MANAGING, World, dump, later, opened_world, raw

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def made(world: World) -> Credentials:
    return create_client(world.register, world.actor, name="outil", scopes=["contacts:read"], purposes=[MANAGING])


def token(world: World, client_id: str, secret: str) -> str:
    return authenticate_client(world.register, client_id=client_id, secret=secret, issuer=ISSUER).token


def test_a_client_gets_a_token_that_speaks_for_it_and_no_more(world: World, made: Credentials) -> None:
    actor = world.installation.tokens.actor(token(world, made.client_id, made.secret))
    assert (actor.campaign, actor.scopes, actor.purposes) == (
        world.campaign,
        frozenset({"contacts:read"}),
        frozenset({MANAGING}),
    )


def test_the_secret_is_kept_nowhere(world: World, made: Credentials) -> None:
    token(world, made.client_id, made.secret)
    assert made.secret not in str(dump(world))
    assert made.secret not in repr(made)


def test_whatever_is_wrong_the_answer_is_the_same(world: World, made: Credentials) -> None:
    nowhere = made.client_id[:-4] + ("AAAA" if not made.client_id.endswith("AAAA") else "BBBB")
    told = set()
    for client_id, secret in (
        (made.client_id, made.secret + "x"),
        (made.client_id, ""),
        (nowhere, made.secret),
        ("isoloir_", made.secret),
        ("", made.secret),
    ):
        with pytest.raises(Unauthenticated) as caught:
            token(world, client_id, secret)
        told.add(str(caught.value))
    assert len(told) == 1


def test_a_revoked_client_gets_no_token_and_its_old_one_ends_in_seconds(world: World, made: Credentials) -> None:
    old = token(world, made.client_id, made.secret)
    world.installation.tokens.actor(old)
    _, client = read_public_id(made.client_id)
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE client SET revoked_at = created_at WHERE id = ?", client)
    with pytest.raises(Unauthenticated):
        token(world, made.client_id, made.secret)
    later(world, seconds=11)
    with pytest.raises(Unauthenticated):
        world.installation.tokens.actor(old)


def test_a_token_ends(world: World, made: Credentials) -> None:
    old = token(world, made.client_id, made.secret)
    later(world, minutes=11)
    with pytest.raises(Unauthenticated):
        world.installation.tokens.actor(old)


def test_an_unknown_scope_or_purpose_makes_no_client(world: World) -> None:
    for scopes, purposes in ((["contacts:everything"], []), ([], ["curiosity"])):
        with pytest.raises(Invalid):
            create_client(world.register, world.actor, name="outil", scopes=scopes, purposes=purposes)


def test_a_token_of_nobody_is_refused(world: World) -> None:
    for text in ("", "a.b.c", str(random_uuid())):
        with pytest.raises(Unauthenticated):
            world.installation.tokens.actor(text)
