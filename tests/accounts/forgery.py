"""Make tokens by hand, well signed or not, beside the module that should refuse them."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from accounts.tokens import TokenClaims, public_point, read_token
from kernel.errors import Unauthenticated
from kernel.identity import CampaignId

KID = "0b5e7c1e-4a51-4a5e-9d5e-2f6d1c3b7a10/1"
ISSUER, AUDIENCE = "https://isoloir.example", "https://isoloir.example/v1"
NOW = datetime(2026, 11, 21, 9, 0, 0, tzinfo=UTC)
SECRET = bytes.fromhex("8e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2")
POINT = public_point(SECRET)
CLAIMS = TokenClaims(
    issuer=ISSUER,
    audience=AUDIENCE,
    subject="7d0f5c1e-8f64-4f0a-9a5b-0d6a54a1b111",
    token_id="9a1e3c52-54c4-4f6e-8d39-6d7f2a1c2222",
    campaign=CampaignId(UUID("0b5e7c1e-4a51-4a5e-9d5e-2f6d1c3b7a10")),
    purposes=frozenset({"contact_management", "canvassing"}),
    scopes=frozenset({"contacts:read", "contacts:write"}),
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)
HEADER = {"alg": "ES256", "kid": KID, "typ": "at+jwt"}
PAYLOAD = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": CLAIMS.subject,
    "jti": CLAIMS.token_id,
    "iat": 1795251600,
    "exp": 1795252200,
    "campaign": str(CLAIMS.campaign),
    "purposes": ["canvassing", "contact_management"],
    "scope": "contacts:read contacts:write",
}


def encode(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def packed(value: dict[str, Any] | bytes) -> str:
    return encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def raw_signature(signed: str, secret: bytes = SECRET) -> bytes:
    private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    r, s = decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def forge(header: dict[str, Any] | bytes = HEADER, payload: dict[str, Any] | bytes = PAYLOAD) -> str:
    """Sign anything at all with the right key: what only the checks around the signature can refuse."""
    signed = f"{packed(header)}.{packed(payload)}"
    return f"{signed}.{encode(raw_signature(signed))}"


def hmac_token(key: bytes, algorithm: str) -> str:
    """Sign with a shared secret, as if the reader would take ``key`` for one."""
    signed = f"{packed({**HEADER, 'alg': algorithm})}.{packed(PAYLOAD)}"
    return f"{signed}.{encode(shared_signature(key, signed, algorithm))}"


def shared_signature(key: bytes, signed: str, algorithm: str) -> bytes:
    digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}[algorithm]
    return hmac.new(key, signed.encode(), digest).digest()


def read(token: str, *, now: datetime = NOW) -> TokenClaims:
    return read_token(token, public=POINT, kid=KID, issuer=ISSUER, audience=AUDIENCE, now=now)


def refused(token: str, *, now: datetime = NOW) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        read(token, now=now)
    assert str(refusal.value) == "the access token is not valid"


def without(whole: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in whole.items() if key != name}
