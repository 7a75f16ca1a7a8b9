"""Exchange a client's id and secret for an access token of ten minutes, noted in its campaign."""

import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.clients import PEPPER, digest_secret, is_live, read_public_id
from accounts.networks import Address, is_within, read_networks
from accounts.refusals import UNKNOWN, Refusals
from accounts.scopes import ADMINISTRATION
from accounts.store import read_client, read_secrets, update_client
from accounts.tokens import MAX_LIFETIME, TokenClaims, issue_token
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import CampaignClosing, Register
from campaigns.load import CampaignClosed
from kernel.actor import Actor, ActorKind
from kernel.errors import Invalid, NotFound, Unauthenticated, Unopenable
from kernel.identity import CampaignId, ClientId, random_uuid

TOKEN = "token"  # noqa: S105 - the name of a key's purpose
USE_KEPT = timedelta(hours=1)
"""The last use of a client is written at most so often: it is for finding clients that nobody needs any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOrder:
    """What a client shows to get a token, from where, and which scopes it wants; none named means all it has."""

    client_id: str
    secret: str = field(repr=False)
    address: Address | None = None
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token, how long it holds in seconds, and what it allows."""

    token: str
    seconds: int
    scopes: tuple[str, ...]


class ScopeNotHeld(Invalid):
    """Say that a client asked for a scope that it does not hold."""


class _Failed(Unauthenticated):
    """Say for whom an authentication failed: the log is told, the caller is not."""

    def __init__(self, who: str) -> None:
        super().__init__("the client is not known")
        self.who = who


def authenticate_client(register: Register, refusals: Refusals, order: TokenOrder, *, issuer: str) -> AccessToken:
    """Issue a token for the client.

    Raises Unauthenticated, with one message, whatever is wrong with the client; ScopeNotHeld once it is known.
    """
    campaign, client = read_public_id(order.client_id)
    actor = Actor(
        id=str(client),
        kind=ActorKind.CLIENT,
        campaign=campaign,
        scopes=frozenset(),
        purposes=frozenset({ADMINISTRATION}),
    )
    try:
        with register.open(actor, ADMINISTRATION) as processing:
            row, counts = _admitted(processing, client, order)
            token = _issue(processing, row, _wanted(row, order.scopes), issuer)
            counts |= _keep_use(processing, row)
            processing.note(Note(event=Event.CLIENT_AUTHENTICATED, counts=counts))
            return token
    except _Failed as failure:
        refusals.count(campaign, failure.who)
        raise
    except (NotFound, Unopenable, CampaignClosing, CampaignClosed):
        raise _Failed(UNKNOWN) from None


def key_name(campaign: CampaignId, version: int) -> str:
    """Name the key of a token: its campaign and version."""
    return f"{campaign}.{version}"


def _admitted(processing: Processing, client: ClientId, order: TokenOrder) -> tuple[Any, dict[str, int]]:
    """Return the client's row if its secret, its time and its address are right, and the rows to note."""
    row = read_client(processing, client)
    kept = read_secrets(processing, client)
    if row is None:
        raise _Failed(UNKNOWN)
    living = [one for one in kept if is_live(one.expires_at, processing.at)]
    right = [one for one in living if _is_right(processing, one, order.secret)]
    is_open = row.revoked_at is None and is_live(row.expires_at, processing.at)
    if not right or not is_open or not is_within(order.address, read_networks(json.loads(row.networks))):
        raise _Failed(str(client))
    return row, {"client.read": 1, "client_secret.read": len(kept)}


def _is_right(processing: Processing, kept: Any, secret: str) -> bool:  # noqa: ANN401 - a row
    return hmac.compare_digest(digest_secret(processing.keys.at(PEPPER, kept.version), secret), kept.digest)


def _wanted(row: Any, scopes: Collection[str] | None) -> list[str]:  # noqa: ANN401 - a row
    held: list[str] = json.loads(row.scopes)
    if scopes is None:
        return held
    if not set(scopes) <= set(held):
        raise ScopeNotHeld("the client does not hold every scope that it asks for")
    return sorted(scopes)


def _keep_use(processing: Processing, row: Any) -> dict[str, int]:  # noqa: ANN401 - a row
    if row.last_used_at is not None and processing.at - row.last_used_at < USE_KEPT:
        return {}
    return {"client.update": update_client(processing, row.id, {"last_used_at": processing.at})}


def _issue(processing: Processing, row: Any, scopes: list[str], issuer: str) -> AccessToken:  # noqa: ANN401 - a row
    key = processing.keys.active(TOKEN)
    now = processing.at.replace(microsecond=0)
    claims = TokenClaims(
        issuer=issuer,
        audience=issuer,
        subject=str(row.id),
        token_id=str(random_uuid()),
        campaign=processing.campaign,
        purposes=frozenset(json.loads(row.purposes)),
        scopes=frozenset(scopes),
        issued_at=now,
        expires_at=now + MAX_LIFETIME,
    )
    token = issue_token(claims, secret=key.secret, kid=key_name(processing.campaign, key.version))
    return AccessToken(token, int(MAX_LIFETIME.total_seconds()), tuple(scopes))
