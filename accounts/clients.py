"""Create a client program; its secret is shown once and kept only as a keyed digest."""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from accounts.scopes import SCOPES
from accounts.store import insert_client
from audit.events import Event
from audit.note import Note
from audit.register import Register
from crypto.campaign_keys import CampaignKey
from kernel.actor import Actor
from kernel.errors import Invalid, Unauthenticated
from kernel.identity import CampaignId, ClientId, random_uuid

PEPPER = "client_secret"
PURPOSE = "administration"
_PREFIX = "isoloir_"
_IDENTIFIER_SIZE = 16


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client's public id, which carries its campaign, and its secret."""

    client_id: str
    secret: str = field(repr=False)


def create_client(
    register: Register,
    actor: Actor,
    *,
    name: str,
    scopes: Collection[str],
    purposes: Collection[str],
) -> Credentials:
    """Create a client in the actor's campaign. Raises Invalid for an unknown scope or purpose."""
    _check_known(scopes, SCOPES, "scope")
    client, secret = ClientId(random_uuid()), secrets.token_urlsafe(32)
    with register.open(actor, PURPOSE) as processing:
        _check_known(purposes, processing.edition.purposes, "purpose")
        pepper = processing.keys.active(PEPPER)
        insert_client(
            processing,
            {
                "campaign_id": processing.campaign,
                "id": client,
                "name": name,
                "secret_version": pepper.version,
                "secret_digest": digest_secret(pepper, secret),
                "scopes": json.dumps(sorted(scopes)),
                "purposes": json.dumps(sorted(purposes)),
                "created_at": processing.at,
                "revoked_at": None,
            },
        )
        processing.note(Note(event=Event.CLIENT_CREATED, counts={"client.insert": 1}))
    return Credentials(public_id(actor.campaign, client), secret)


def digest_secret(pepper: CampaignKey, secret: str) -> bytes:
    """Digest a client secret: 256 random bits need no slow hash, so the token endpoint cannot be exhausted by it."""
    return hmac.digest(pepper.secret, secret.encode(), "sha256")


def public_id(campaign: CampaignId, client: ClientId) -> str:
    """Write a client id that names its campaign, so that row-level security holds before anyone is known."""
    return _PREFIX + base64.urlsafe_b64encode(campaign.bytes + client.bytes).rstrip(b"=").decode()


def read_public_id(text: str) -> tuple[CampaignId, ClientId]:
    """Read a client id. Raises Unauthenticated for anything that is not one."""
    try:
        raw = base64.b64decode(text.removeprefix(_PREFIX) + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not text.startswith(_PREFIX) or len(raw) != 2 * _IDENTIFIER_SIZE:
        message = "the client is not known"
        raise Unauthenticated(message)
    return CampaignId(UUID(bytes=raw[:_IDENTIFIER_SIZE])), ClientId(UUID(bytes=raw[_IDENTIFIER_SIZE:]))


def _check_known(given: Collection[str], known: Collection[str], what: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = f"unknown {what}: {', '.join(unknown)}"
        raise Invalid(message)
