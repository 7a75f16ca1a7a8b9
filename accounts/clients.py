"""Create, show, rotate and revoke client programs; a secret is shown once and kept only as a keyed digest."""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.bounds import check_bounds, check_reach
from accounts.networks import read_networks
from accounts.scopes import ADMINISTRATION, check_grants, check_scopes
from accounts.store import (
    delete_secret,
    insert_client,
    insert_secret,
    read_client,
    read_clients,
    read_secrets,
    update_client,
    update_secret,
)
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from crypto.campaign_keys import CampaignKey
from kernel.actor import Actor, ActorKind
from kernel.errors import Conflict, Invalid, NotFound, Unauthenticated
from kernel.identity import CampaignId, ClientId, random_uuid

PEPPER = "client_secret"
LONGEST_OVERLAP = timedelta(days=90)
MOST_SECRETS = 5
_PREFIX = "isoloir_"
_IDENTIFIER_SIZE = 16


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client's public id, which carries its campaign, and its secret."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client as it may be shown: never a secret, only since when each holds and until when."""

    client_id: str
    name: str
    scopes: tuple[str, ...]
    purposes: tuple[str, ...]
    networks: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    secrets: tuple[tuple[datetime, datetime | None], ...]


def create_client(
    register: Register,
    actor: Actor,
    *,
    name: str,
    scopes: Collection[str],
    purposes: Collection[str],
    networks: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> Credentials:
    """Create a client in the actor's campaign.

    Raises Invalid for an unknown scope or purpose, a network that is none or an end that is past; Forbidden where the
    actor would hand on more than it holds.
    """
    client = ClientId(random_uuid())
    with register.open(actor, ADMINISTRATION) as processing:
        check_scopes(scopes, processing.edition)
        _check_known(purposes, processing.edition.purposes, "purpose")
        check_grants(actor, scopes, purposes)
        _check_future(expires_at, processing.at)
        allowed = read_networks(networks)
        check_bounds(processing, allowed, expires_at)
        insert_client(
            processing,
            {
                "campaign_id": processing.campaign,
                "id": client,
                "name": name,
                "scopes": json.dumps(sorted(set(scopes))),
                "purposes": json.dumps(sorted(set(purposes))),
                "networks": json.dumps([str(one) for one in allowed]),
                "created_at": processing.at,
                "expires_at": expires_at,
                "last_used_at": None,
                "revoked_at": None,
            },
        )
        secret = _add_secret(processing, client)
        counts = processing.reads() | {"client.insert": 1, "client_secret.insert": 1}
        processing.note(Note(event=Event.CLIENT_CREATED, counts=counts))
    return Credentials(public_id(actor.campaign, client), secret)


def list_clients(processing: Processing) -> list[ClientView]:
    """Show all clients of the campaign, oldest first."""
    rows, kept = read_clients(processing), read_secrets(processing)
    counts = {"client.read": len(rows), "client_secret.read": len(kept)}
    processing.note(Note(event=Event.CLIENT_LISTED, counts=counts))
    return [_view(processing, row, [one for one in kept if one.client_id == row.id]) for row in rows]


def show_client(processing: Processing, client_id: str) -> ClientView:
    """Show one client. Raises NotFound."""
    row = _known(processing, client_id)
    kept = read_secrets(processing, row.id)
    processing.note(Note(event=Event.CLIENT_LISTED, counts={"client.read": 1, "client_secret.read": len(kept)}))
    return _view(processing, row, kept)


def rotate_secret(processing: Processing, client_id: str, *, overlap: timedelta) -> Credentials:
    """Give a client a new secret; those it has hold for ``overlap`` more, or less where they end sooner.

    Raises NotFound, Invalid for an overlap that is negative or longer than 90 days, Conflict for a revoked client or
    one with too many secrets, Forbidden where the client may do what the actor may not.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid(f"an overlap lasts between nothing and {LONGEST_OVERLAP.days} days")
    row = _known(processing, client_id, lock=True)
    if row.revoked_at is not None:
        raise Conflict("the client is revoked: create another")
    check_reach(processing, row)
    kept = read_secrets(processing, row.id)
    counts = processing.reads() | {"client_secret.insert": 1}
    counts |= _let_end(processing, row.id, kept, processing.at + overlap)
    secret = _add_secret(processing, row.id)
    processing.note(Note(event=Event.CLIENT_ROTATED, counts=counts))
    return Credentials(client_id, secret)


def revoke_client(processing: Processing, client_id: str) -> None:
    """Revoke a client at once: it gets no more tokens, and those it has end within the seconds they are remembered.

    Doing it again changes nothing. Raises NotFound, Forbidden for a program and one that may do what it may not.
    """
    row = _known(processing, client_id, lock=True)
    if processing.actor.kind is ActorKind.CLIENT:
        check_reach(processing, row)
    changed = 0 if row.revoked_at else update_client(processing, row.id, {"revoked_at": processing.at})
    processing.note(Note(event=Event.CLIENT_REVOKED, counts=processing.reads() | {"client.update": changed}))


def digest_secret(pepper: CampaignKey, secret: str) -> bytes:
    """Digest a client secret: 256 random bits need no slow hash, so the token endpoint cannot be exhausted by it."""
    return hmac.digest(pepper.secret, secret.encode(errors="replace"), "sha256")


def public_id(campaign: CampaignId, client: ClientId) -> str:
    """Write a client id that names its campaign, so that row-level security holds before anyone is known."""
    return _PREFIX + base64.urlsafe_b64encode(campaign.bytes + client.bytes).rstrip(b"=").decode()


def read_public_id(text: str) -> tuple[CampaignId, ClientId]:
    """Read a client id. Raises Unauthenticated for anything that is not one."""
    try:
        raw = base64.b64decode(text.removeprefix(_PREFIX) + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 2 * _IDENTIFIER_SIZE:
        raise Unauthenticated("the client is not known")
    campaign = CampaignId(UUID(bytes=raw[:_IDENTIFIER_SIZE]))
    client = ClientId(UUID(bytes=raw[_IDENTIFIER_SIZE:]))
    # Decoders forgive stray last bits: an id with two spellings would have two quotas.
    if public_id(campaign, client) != text:
        raise Unauthenticated("the client is not known")
    return campaign, client


def is_live(expires_at: datetime | None, at: datetime) -> bool:
    """Tell whether what ends at ``expires_at`` holds at ``at``."""
    return expires_at is None or at < expires_at


def _known(processing: Processing, client_id: str, *, lock: bool = False) -> Any:  # noqa: ANN401 - a row
    try:
        campaign, client = read_public_id(client_id)
    except Unauthenticated:
        raise _missing() from None
    row = read_client(processing, client, lock=lock) if campaign == processing.campaign else None
    if row is None:
        raise _missing()
    return row


def _missing() -> NotFound:
    return NotFound("no such client in this campaign")


def _view(processing: Processing, row: Any, kept: Sequence[Any]) -> ClientView:  # noqa: ANN401 - a row
    return ClientView(
        client_id=public_id(processing.campaign, row.id),
        name=row.name,
        scopes=tuple(json.loads(row.scopes)),
        purposes=tuple(json.loads(row.purposes)),
        networks=tuple(json.loads(row.networks)),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        secrets=tuple((one.created_at, one.expires_at) for one in kept if is_live(one.expires_at, processing.at)),
    )


def _add_secret(processing: Processing, client: ClientId) -> str:
    secret, pepper = secrets.token_urlsafe(32), processing.keys.active(PEPPER)
    insert_secret(
        processing,
        {
            "campaign_id": processing.campaign,
            "client_id": client,
            "id": random_uuid(),
            "version": pepper.version,
            "digest": digest_secret(pepper, secret),
            "created_at": processing.at,
            "expires_at": None,
        },
    )
    return secret


def _let_end(processing: Processing, client: ClientId, kept: Sequence[Any], end: datetime) -> dict[str, int]:
    """Let secrets end, and remove those that have; return the rows to note."""
    living = [one for one in kept if is_live(one.expires_at, processing.at)]
    ending = [one for one in living if is_live(one.expires_at, end)]
    if end > processing.at and len(living) >= MOST_SECRETS:
        raise Conflict("the client has too many secrets already: rotate without an overlap")
    gone = [one for one in kept if one not in living]
    removed = sum(delete_secret(processing, client, one.id) for one in gone)
    changed = sum(update_secret(processing, client, one.id, {"expires_at": end}) for one in ending)
    return {"client_secret.delete": removed, "client_secret.update": changed}


def _check_future(expires_at: datetime | None, at: datetime) -> None:
    if not is_live(expires_at, at):
        raise Invalid("the end of a client lies in the future")


def _check_known(given: Collection[str], known: Collection[str], what: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = f"unknown {what}: {', '.join(unknown)}"
        raise Invalid(message)
