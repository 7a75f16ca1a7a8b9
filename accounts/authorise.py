"""Turn an access token into the actor it speaks for."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.authenticate import TOKEN, key_name
from accounts.clients import is_live
from accounts.networks import Address, Network, is_within, read_networks
from accounts.store import find_client
from accounts.tokens import TokenClaims, kid_of, public_point, read_token
from audit.register import LoadCampaign
from kernel.actor import Actor, ActorKind
from kernel.clock import Clock
from kernel.database import Database
from kernel.errors import IsoloirError, Unauthenticated, Unavailable
from kernel.identity import CampaignId, ClientId

REMEMBERED = timedelta(seconds=10)
"""How long a checked token is believed without asking again: so late may a revocation take effect."""
_MOST_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token that was checked: until when it is believed, for whom it speaks, and from where it may be used."""

    until: datetime
    actor: Actor
    networks: Sequence[Network]


class TokenReader:
    """Check tokens; what was checked is remembered for seconds under the token's digest, never the token itself."""

    def __init__(self, database: Database, *, load_campaign: LoadCampaign, clock: Clock, issuer: str) -> None:
        self._database = database
        self._load_campaign = load_campaign
        self._clock = clock
        self._issuer = issuer
        self._lock = threading.Lock()
        self._checked: OrderedDict[bytes, _Checked] = OrderedDict()

    def recall(self, token: str, address: Address | None = None) -> Actor | None:
        """Return the actor of a token that was checked seconds ago, asking the database nothing; else None.

        Raises Unauthenticated when it is used from elsewhere than it may be.
        """
        with self._lock:
            known = self._checked.get(_digest(token))
        if known is None or self._clock.now() >= known.until:
            return None
        return _used_from(known, address)

    def actor(self, token: str, address: Address | None = None) -> Actor:
        """Return the actor a token speaks for, when used from ``address``.

        Raises Unauthenticated, with one message, whatever is wrong.
        """
        recalled = self.recall(token, address)
        if recalled is not None:
            return recalled
        checked = self._check(token, self._clock.now())
        self._remember(_digest(token), checked)
        return _used_from(checked, address)

    def _check(self, token: str, now: datetime) -> _Checked:
        campaign, version = _read_key_name(kid_of(token))
        try:
            with self._database.transaction(campaign) as transaction:
                key = self._load_campaign(transaction, campaign).keys.at(TOKEN, version)
                claims = read_token(
                    token,
                    public=public_point(key.secret),
                    kid=key_name(campaign, version),
                    issuer=self._issuer,
                    audience=self._issuer,
                    now=now,
                )
                row = find_client(transaction, campaign, _client(claims))
        except Unavailable:
            raise  # It says nothing of the token.
        except IsoloirError:
            raise _unknown() from None
        if claims.campaign != campaign or row is None or row.revoked_at is not None or not is_live(row.expires_at, now):
            raise _unknown()
        until = min(now + REMEMBERED, claims.expires_at, row.expires_at or claims.expires_at)
        return _Checked(until, _actor(claims), read_networks(json.loads(row.networks)))

    def _remember(self, digest: bytes, checked: _Checked) -> None:
        with self._lock:
            self._checked[digest] = checked
            while len(self._checked) > _MOST_REMEMBERED:
                self._checked.popitem(last=False)


def _used_from(checked: _Checked, address: Address | None) -> Actor:
    if not is_within(address, checked.networks):
        raise _unknown()
    return checked.actor


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _actor(claims: TokenClaims) -> Actor:
    return Actor(
        id=claims.subject,
        kind=ActorKind.CLIENT,
        campaign=claims.campaign,
        scopes=claims.scopes,
        purposes=claims.purposes,
    )


def _client(claims: TokenClaims) -> ClientId:
    try:
        return ClientId(UUID(claims.subject))
    except ValueError:
        raise _unknown() from None


def _read_key_name(kid: str) -> tuple[CampaignId, int]:
    campaign, _, version = kid.partition(".")
    try:
        return CampaignId(UUID(campaign)), int(version)
    except ValueError:
        raise _unknown() from None


def _unknown() -> Unauthenticated:
    return Unauthenticated("the access token is not valid")
