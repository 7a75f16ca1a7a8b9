"""Client programs for tests: created, given tokens, renewed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from accounts.authenticate import AccessToken, TokenOrder, authenticate_client
from accounts.clients import ClientView, Credentials, create_client, rotate_secret, show_client
from accounts.networks import read_address
from accounts.scopes import ADMINISTRATION
from kernel.actor import Actor
from kernel.errors import Unauthenticated
from tests.factories import MANAGING, World

ISSUER = "http://127.0.0.1:8000"


WEEK = timedelta(days=7)


def created(
    world: World,
    *,
    scopes: Sequence[str] = ("contacts:read",),
    networks: Sequence[str] = (),
    expires_at: datetime | None = None,
    actor: Actor | None = None,
) -> Credentials:
    return create_client(
        world.register,
        actor or world.actor,
        name="outil",
        scopes=scopes,
        purposes=[MANAGING],
        networks=networks,
        expires_at=expires_at,
    )


def issued(world: World, shown: Credentials, *, address: str = "", scopes: str | None = None) -> AccessToken:
    order = TokenOrder(
        client_id=shown.client_id,
        secret=shown.secret,
        address=read_address(address),
        scopes=None if scopes is None else frozenset(scopes.split()),
    )
    return authenticate_client(world.register, world.installation.refusals, order, issuer=ISSUER)


def rotated(world: World, client_id: str, overlap: timedelta = WEEK, actor: Actor | None = None) -> Credentials:
    with world.register.open(actor or world.actor, ADMINISTRATION) as processing:
        return rotate_secret(processing, client_id, overlap=overlap)


def shown(world: World, client_id: str) -> ClientView:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        return show_client(processing, client_id)


def refused(world: World, shown: Credentials, *, address: str = "") -> None:
    with pytest.raises(Unauthenticated, match="the client is not known"):
        issued(world, shown, address=address)
