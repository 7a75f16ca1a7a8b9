"""Exchange a client's id and secret for an access token of ten minutes, noted in its campaign."""

import hmac
import json
from dataclasses import dataclass
from typing import Any

from accounts.clients import PEPPER, PURPOSE, digest_secret, read_public_id
from accounts.store import read_client
from accounts.tokens import MAX_LIFETIME, TokenClaims, issue_token
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import CampaignClosing, Register
from campaigns.load import CampaignClosed
from kernel.actor import Actor, ActorKind
from kernel.errors import NotFound, Unauthenticated, Unopenable
from kernel.identity import CampaignId, ClientId, random_uuid

TOKEN = "token"  # noqa: S105 - the name of a key's purpose


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token, how long it holds in seconds, and what it allows."""

    token: str
    seconds: int
    scopes: tuple[str, ...]


def authenticate_client(register: Register, *, client_id: str, secret: str, issuer: str) -> AccessToken:
    """Issue a token for the client. Raises Unauthenticated, with one message, whatever is wrong."""
    campaign, client = read_public_id(client_id)
    actor = Actor(
        id=str(client),
        kind=ActorKind.CLIENT,
        campaign=campaign,
        scopes=frozenset(),
        purposes=frozenset({PURPOSE}),
    )
    try:
        with register.open(actor, PURPOSE) as processing:
            row = _known_client(processing, client, secret)
            processing.note(Note(event=Event.CLIENT_AUTHENTICATED, counts={"client.read": 1}))
            scopes, purposes = json.loads(row.scopes), json.loads(row.purposes)
            return _issue(processing, client, scopes, purposes, issuer)
    except (NotFound, Unopenable, CampaignClosing, CampaignClosed):
        raise _unknown() from None


def key_name(campaign: CampaignId, version: int) -> str:
    """Name the key of a token: its campaign and version."""
    return f"{campaign}.{version}"


def _known_client(processing: Processing, client: ClientId, secret: str) -> Any:  # noqa: ANN401 - a row
    row = read_client(processing, client)
    if row is None or row.revoked_at is not None:
        raise _unknown()
    pepper = processing.keys.at(PEPPER, row.secret_version)
    if not hmac.compare_digest(digest_secret(pepper, secret), row.secret_digest):
        raise _unknown()
    return row


def _issue(
    processing: Processing,
    client: ClientId,
    scopes: list[str],
    purposes: list[str],
    issuer: str,
) -> AccessToken:
    key = processing.keys.active(TOKEN)
    now = processing.at.replace(microsecond=0)
    claims = TokenClaims(
        issuer=issuer,
        audience=issuer,
        subject=str(client),
        token_id=str(random_uuid()),
        campaign=processing.campaign,
        purposes=frozenset(purposes),
        scopes=frozenset(scopes),
        issued_at=now,
        expires_at=now + MAX_LIFETIME,
    )
    token = issue_token(claims, secret=key.secret, kid=key_name(processing.campaign, key.version))
    return AccessToken(token, int(MAX_LIFETIME.total_seconds()), tuple(scopes))


def _unknown() -> Unauthenticated:
    return Unauthenticated("the client is not known")
