"""Turn an access token into the actor it speaks for."""

import hashlib
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

from accounts.authenticate import TOKEN, key_name
from accounts.store import is_active
from accounts.tokens import TokenClaims, kid_of, public_point, read_token
from audit.register import LoadCampaign
from kernel.actor import Actor, ActorKind
from kernel.clock import Clock
from kernel.database import Database
from kernel.errors import IsoloirError, Unauthenticated
from kernel.identity import CampaignId, ClientId

REMEMBERED = timedelta(seconds=10)
"""How long a checked token is believed without asking again: so late may a revocation take effect."""
_MOST_REMEMBERED = 4_096


class TokenReader:
    """Check tokens; what was checked is remembered for seconds under the token's digest, never the token itself."""

    def __init__(self, database: Database, *, load_campaign: LoadCampaign, clock: Clock, issuer: str) -> None:
        self._database = database
        self._load_campaign = load_campaign
        self._clock = clock
        self._issuer = issuer
        self._lock = threading.Lock()
        self._checked: OrderedDict[bytes, tuple[datetime, Actor]] = OrderedDict()

    def actor(self, token: str) -> Actor:
        """Return the actor a token speaks for. Raises Unauthenticated, with one message, whatever is wrong."""
        now = self._clock.now()
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        with self._lock:
            known = self._checked.get(digest)
        if known is not None and now < known[0]:
            return known[1]
        claims = self._check(token, now)
        actor = Actor(
            id=claims.subject,
            kind=ActorKind.CLIENT,
            campaign=claims.campaign,
            scopes=claims.scopes,
            purposes=claims.purposes,
        )
        self._remember(digest, min(now + REMEMBERED, claims.expires_at), actor)
        return actor

    def _check(self, token: str, now: datetime) -> TokenClaims:
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
                if claims.campaign != campaign or not is_active(transaction, campaign, _client(claims)):
                    raise _unknown()
                return claims
        except IsoloirError:
            raise _unknown() from None

    def _remember(self, digest: bytes, until: datetime, actor: Actor) -> None:
        with self._lock:
            self._checked[digest] = until, actor
            while len(self._checked) > _MOST_REMEMBERED:
                self._checked.popitem(last=False)


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
