"""Access tokens: JWTs of type ``at+jwt`` signed with ES256, and the only module that imports python-jose.

python-jose by itself accepts much that it should not (docs/adr/0007-tokens.md). Here it only makes and checks a
signature, with one algorithm and one key; this module checks form, header, claims and time, and reads no clock.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jose import jwk, jws
from jose.backends.base import Key
from jose.exceptions import JOSEError

from kernel.errors import Invalid, Unauthenticated
from kernel.identity import CampaignId

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type (RFC 9068), not a secret
MAX_LENGTH = 4096
MAX_LIFETIME = timedelta(minutes=10)
MAX_SKEW = timedelta(seconds=60)
SECRET_SIZE = 32
UNCOMPRESSED = b"\x04"
SEGMENTS = 3
KEY_NAME = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
CLAIM_TYPES = {
    "iss": str,
    "aud": str,
    "sub": str,
    "jti": str,
    "iat": int,
    "exp": int,
    "campaign": str,
    "purposes": list,
    "scope": str,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClaims:
    """Say who may act, in which campaign, for which purposes and until when. A token keeps times to the second."""

    issuer: str
    audience: str
    subject: str
    token_id: str
    campaign: CampaignId
    purposes: frozenset[str]
    scopes: frozenset[str]
    issued_at: datetime
    expires_at: datetime


def issue_token(claims: TokenClaims, *, secret: bytes, kid: str) -> str:
    """Sign ``claims`` with ``secret`` (a P-256 private number of 32 bytes) under the key name ``kid``.

    Raises ``Invalid`` for claims, or a key name, that ``read_token`` would not give back.
    """
    claims = replace(
        claims,
        issued_at=claims.issued_at.replace(microsecond=0),
        expires_at=claims.expires_at.replace(microsecond=0),
    )
    if not _is_kept(claims) or not KEY_NAME.fullmatch(kid):
        raise Invalid("these claims cannot stand in an access token")
    header = {"typ": TOKEN_TYPE, "kid": kid}
    token = jws.sign(_payload_of(claims), _private_jwk(secret, kid), headers=header, algorithm=ALGORITHM)
    if len(token) > MAX_LENGTH:
        raise Invalid("these claims are too long for an access token")
    return token


def public_point(secret: bytes) -> bytes:
    """Return the public key of ``secret``: an uncompressed point of P-256, 65 bytes."""
    if len(secret) != SECRET_SIZE:
        raise Invalid("a token secret has 32 bytes")
    try:
        private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    except ValueError:
        raise Invalid("a token secret is a private number of P-256") from None
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def kid_of(token: str) -> str:
    """Return the name of the key that ``token`` says it is signed with: nothing is verified yet but the form."""
    kid: str = _header_of(_segments(token)[0])["kid"]
    return kid


def read_token(token: str, *, public: bytes, kid: str, issuer: str, audience: str, now: datetime) -> TokenClaims:
    """Return the claims of ``token`` if the key ``public``, named ``kid``, signed it and it is valid at ``now``.

    Raises ``Unauthenticated`` with one message for every cause, so that nobody learns what to try next.
    """
    header, payload, _ = _segments(token)
    if _header_of(header)["kid"] != kid:
        raise _refusal()
    _check_signature(token, _public_key(public, kid))
    claims = _claims_of(_read_object(payload))
    if claims.issuer != issuer or claims.audience != audience:
        raise _refusal()
    _check_time(claims, now=now)
    return claims


def _segments(token: str) -> list[bytes]:
    segments = token.split(".") if len(token) <= MAX_LENGTH else []
    if len(segments) != SEGMENTS:
        raise _refusal()
    return [_decode(segment) for segment in segments]


def _decode(segment: str) -> bytes:
    try:
        decoded = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise _refusal() from None
    # Decoders forgive foreign characters and stray last bits: a token must not have a second spelling.
    if _encode(decoded) != segment:
        raise _refusal()
    return decoded


def _encode(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def _header_of(segment: bytes) -> dict[str, Any]:
    header = _read_object(segment)
    expected = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": header.get("kid")}
    if header != expected or type(header["kid"]) is not str or not KEY_NAME.fullmatch(header["kid"]):
        raise _refusal()
    return header


def _read_object(segment: bytes) -> dict[str, Any]:
    try:
        value = json.loads(segment.decode(), object_pairs_hook=_object_of)
    except (ValueError, RecursionError):  # 3,000 opening brackets fit in a token
        raise _refusal() from None
    if type(value) is not dict:
        raise _refusal()
    return value


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        # Of two equal names every reader picks another one.
        raise _refusal()
    return names


def _check_signature(token: str, key: Key) -> None:
    try:
        jws.verify(token, key, algorithms=[ALGORITHM])
    except JOSEError:
        raise _refusal() from None


def _claims_of(payload: dict[str, Any]) -> TokenClaims:
    # Exact types: a bool is no number of seconds, and no claim may be missing or added.
    if {name: type(value) for name, value in payload.items()} != CLAIM_TYPES:
        raise _refusal()
    try:
        claims = TokenClaims(
            issuer=payload["iss"],
            audience=payload["aud"],
            subject=payload["sub"],
            token_id=payload["jti"],
            campaign=CampaignId(UUID(payload["campaign"])),
            purposes=frozenset(payload["purposes"]),
            scopes=frozenset(payload["scope"].split()),
            issued_at=datetime.fromtimestamp(payload["iat"], UTC),
            expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        )
        same = _payload_of(claims) == payload
    except (ValueError, TypeError, OverflowError, OSError):
        raise _refusal() from None
    if not same or not all((claims.subject, claims.token_id)):
        raise _refusal()
    return claims


def _payload_of(claims: TokenClaims) -> dict[str, Any]:
    return {
        "iss": claims.issuer,
        "aud": claims.audience,
        "sub": claims.subject,
        "jti": claims.token_id,
        "iat": int(claims.issued_at.timestamp()),
        "exp": int(claims.expires_at.timestamp()),
        "campaign": str(claims.campaign),
        "purposes": sorted(claims.purposes),
        "scope": " ".join(sorted(claims.scopes)),
    }


def _is_kept(claims: TokenClaims) -> bool:
    try:
        _check_time(claims, now=claims.issued_at)
        return _claims_of(_payload_of(claims)) == claims
    except (Unauthenticated, TypeError):
        return False


def _check_time(claims: TokenClaims, *, now: datetime) -> None:
    lifetime = claims.expires_at - claims.issued_at
    if not (claims.issued_at <= now + MAX_SKEW and now < claims.expires_at and lifetime <= MAX_LIFETIME):
        raise _refusal()


def _private_jwk(secret: bytes, kid: str) -> dict[str, str]:
    return {**_public_jwk(public_point(secret), kid), "d": _encode(secret)}


def _public_jwk(point: bytes, kid: str) -> dict[str, str]:
    if not point.startswith(UNCOMPRESSED):
        raise _not_a_point()
    half = 1 + SECRET_SIZE
    x, y = _encode(point[1:half]), _encode(point[half:])
    return {"kty": "EC", "crv": "P-256", "alg": ALGORITHM, "kid": kid, "x": x, "y": y}


@lru_cache(maxsize=1024)
def _public_key(point: bytes, kid: str) -> Key:
    try:
        return jwk.construct(_public_jwk(point, kid), ALGORITHM)
    except ValueError:
        raise _not_a_point() from None


def _not_a_point() -> Invalid:
    return Invalid("a token's public key is an uncompressed point of P-256")


def _refusal() -> Unauthenticated:
    return Unauthenticated("the access token is not valid")
