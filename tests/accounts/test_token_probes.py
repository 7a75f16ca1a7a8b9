"""The probes: what python-jose 3.5.0 was seen to accept, and what it might (docs/adr/0007-tokens.md)."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jose import jwe, jws

from accounts import tokens
from accounts.tokens import kid_of
from crypto.campaign_keys import new_campaign_key
from kernel.errors import Unauthenticated
from tests.accounts.forgery import (
    AUDIENCE,
    CLAIMS,
    HEADER,
    KID,
    PAYLOAD,
    POINT,
    SECRET,
    encode,
    forge,
    hmac_token,
    raw_signature,
    read,
    refused,
    without,
)
from tests.accounts.hostile import HOSTILE, Reader


@pytest.mark.parametrize("name", sorted(PAYLOAD))
def test_every_claim_is_required(name: str) -> None:
    refused(forge(payload=without(PAYLOAD, name)))


@pytest.mark.parametrize("value", [None, True, 1795251600.0, {}, [["x"]]])
@pytest.mark.parametrize("name", sorted(PAYLOAD))
def test_a_claim_of_a_type_that_no_claim_has_is_refused(name: str, value: object) -> None:
    refused(forge(payload={**PAYLOAD, name: value}))


@pytest.mark.parametrize("name", sorted(PAYLOAD))
def test_a_claim_of_another_claims_type_is_refused(name: str) -> None:
    for other in (PAYLOAD["iss"], PAYLOAD["exp"], PAYLOAD["purposes"]):
        if type(other) is not type(PAYLOAD[name]):
            refused(forge(payload={**PAYLOAD, name: other}))


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "jti", "campaign"])
def test_an_empty_claim_is_refused(name: str) -> None:
    refused(forge(payload={**PAYLOAD, name: ""}))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "https://other.example"},
        {"aud": [AUDIENCE]},
        {"nbf": 1795251600},
        {"campaign": str(CLAIMS.campaign).upper()},
        {"campaign": f"{{{CLAIMS.campaign}}}"},
        {"purposes": ["contact_management", "canvassing"]},
        {"purposes": ["canvassing", "canvassing"]},
        {"purposes": ["canvassing", 1]},
        {"scope": " contacts:read"},
        {"scope": "contacts:read  contacts:write"},
        {"scope": "contacts:read\tcontacts:write"},
    ],
)
def test_claims_in_another_spelling_or_for_others_are_refused(changes: dict[str, Any]) -> None:
    refused(forge(payload={**PAYLOAD, **changes}))


@pytest.mark.parametrize(
    "header",
    [
        {},
        without(HEADER, "alg"),
        without(HEADER, "kid"),
        without(HEADER, "typ"),
        {**HEADER, "alg": "none"},
        {**HEADER, "alg": "None"},
        {**HEADER, "alg": "ES384"},
        {**HEADER, "alg": "HS256"},
        {**HEADER, "alg": ["ES256"]},
        {**HEADER, "typ": "JWT"},
        {**HEADER, "typ": "AT+JWT"},
        {**HEADER, "kid": "another"},
        {**HEADER, "kid": ""},
        {**HEADER, "kid": 1},
        {**HEADER, "kid": None},
        {**HEADER, "crit": ["exp"], "exp": 1},
        {**HEADER, "crit": []},
        {**HEADER, "b64": False},
        {**HEADER, "zip": "DEF"},
        {**HEADER, "jku": "https://attacker.example"},
        {**HEADER, "jwk": {"kty": "EC"}},
        {**HEADER, "use": "enc"},
        {**HEADER, "key_ops": ["encrypt"]},
    ],
)
def test_any_other_header_is_refused_although_well_signed(header: dict[str, Any]) -> None:
    refused(forge(header))


@pytest.mark.parametrize(
    "segment",
    [
        b"",
        b"null",
        b'"text"',
        b"[]",
        b"not json",
        b"\xff\xfe",
        b"[" * 2500,
        b'{"a":' * 500,
        b'{"alg":NaN}',
        b"\xef\xbb\xbf" + json.dumps(HEADER).encode(),
        json.dumps(HEADER).encode("utf-16"),
        json.dumps(HEADER).encode().replace(b"{", b'{"alg": "ES256", '),
        json.dumps(HEADER).encode().replace(b"{", b'{"alg": "none", '),
        json.dumps(HEADER).encode().replace(b"{", b'{"\\u0061lg": "ES256", '),
    ],
)
def test_a_header_that_is_not_one_plain_object_is_refused(segment: bytes) -> None:
    refused(forge(segment))
    with pytest.raises(Unauthenticated, match="not valid"):
        kid_of(forge(segment))


@pytest.mark.parametrize(
    "segment",
    [
        b"null",
        b"[]",
        b"[" * 2500,
        b"\xff",
        json.dumps(PAYLOAD).encode("utf-16"),
        json.dumps(PAYLOAD).encode().replace(b"{", b'{"sub": "someone else", '),
        json.dumps(PAYLOAD).encode().replace(b'"iat"', b'"exp": 1795252200, "iat"'),
        json.dumps(PAYLOAD).encode() + b"{}",
    ],
)
def test_a_payload_that_is_not_one_plain_object_is_refused(segment: bytes) -> None:
    refused(forge(payload=segment))


@pytest.mark.parametrize("algorithm", ["HS256", "HS512"])
def test_the_public_key_is_never_taken_for_a_shared_secret(algorithm: str) -> None:
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), POINT)
    texts = [public.public_bytes(form, PublicFormat.SubjectPublicKeyInfo) for form in (Encoding.PEM, Encoding.DER)]
    for key in (*texts, POINT, b"", b"x"):
        refused(hmac_token(key, algorithm))


def test_a_token_without_a_signature_or_with_one_of_another_form_is_refused() -> None:
    signed = forge().rsplit(".", 1)[0]
    good = raw_signature(signed)
    private = ec.derive_private_key(int.from_bytes(SECRET, "big"), ec.SECP256R1())
    der = private.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    other = raw_signature(signed, new_campaign_key("token").secret)
    for signature in (b"", bytes(64), der, other, good[:-1], good + b"\0", b"\0" + good, good[32:] + good[:32]):
        refused(f"{signed}.{encode(signature)}")
    refused(f"{signed}")
    refused(f"{signed}.{encode(good)}.")
    refused(f"{signed}.{encode(good)}.{encode(good)}")


def test_python_jose_too_is_held_to_one_algorithm() -> None:
    key = tokens._public_key(POINT, KID)  # noqa: SLF001 - behind the check of the header, which refuses it first
    tokens._check_signature(forge(), key)  # noqa: SLF001
    for algorithm in ("ES384", "HS256", "none"):
        with pytest.raises(Unauthenticated):
            tokens._check_signature(forge({**HEADER, "alg": algorithm}), key)  # noqa: SLF001


@pytest.mark.parametrize("kid", ["", "two words", "clé", "line\n", "k" * 129])
def test_a_key_name_of_another_form_is_not_looked_up(kid: str) -> None:
    with pytest.raises(Unauthenticated):
        kid_of(forge({**HEADER, "kid": kid}))


def test_an_encrypted_token_is_refused() -> None:
    encrypted = jwe.encrypt(json.dumps(PAYLOAD).encode(), bytes(32), algorithm="dir", encryption="A256GCM").decode()
    assert encrypted.count(".") == 4
    refused(encrypted)


@pytest.mark.parametrize(
    "respell",
    [
        lambda segment: segment + "=",
        lambda segment: segment + "==",
        lambda segment: segment + "A" * (5 - len(segment) % 4),
        lambda segment: f" {segment}",
        lambda segment: f"{segment}\n",
        lambda segment: f"{segment[:4]} {segment[4:]}",
        lambda segment: f"{segment[:4]}*{segment[4:]}",
        lambda segment: f"{segment[:4]}é{segment[4:]}",
        lambda segment: f"{segment[:4]}+/{segment[6:]}",
        lambda _: "",
    ],
    ids=[
        "pad",
        "pads",
        "short group",
        "space",
        "newline",
        "inner space",
        "star",
        "accent",
        "plain alphabet",
        "nothing",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_segment_has_one_spelling_only(place: int, respell: Callable[[str], str]) -> None:
    segments = forge().split(".")
    segments[place] = respell(segments[place])
    refused(".".join(segments))


def test_stray_last_bits_are_refused_although_the_signature_holds() -> None:
    token = forge()
    # 64 bytes end in a character of which only two bits count.
    respelled = token[:-1] + chr(ord(token[-1]) + 1)
    assert urlsafe_b64decode(respelled.rsplit(".", 1)[1] + "==") == urlsafe_b64decode(token.rsplit(".", 1)[1] + "==")
    assert jws.verify(respelled, tokens._public_jwk(POINT, KID), algorithms=["ES256"])  # noqa: SLF001 - jose's own answer
    refused(respelled)


@given(st.data())
def test_no_character_of_a_token_may_change(data: st.DataObject) -> None:
    token = forge()
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters().filter(lambda one: one != token[place]))
    refused(token[:place] + character + token[place + 1 :])


@given(st.text(max_size=60) | st.text("ab.e", max_size=60))
def test_no_text_breaks_the_reading_of_a_key_name(token: str) -> None:
    with pytest.raises(Unauthenticated, match="not valid"):
        kid_of(token)


OTHER = new_campaign_key("token").secret
ELSEWHERE = {
    "other_kid": "f0000000-0000-4000-8000-000000000001/1",
    "other_campaign": "f0000000-0000-4000-8000-000000000001",
    "other_client": "f0000000-0000-4000-8000-000000000002",
}
READER = Reader(secret=SECRET, header=HEADER, payload=PAYLOAD, other_secret=OTHER, **ELSEWHERE)
KNOWN_TO_THE_DATABASE = {"of a client of another campaign", "of a client that never was", "of no client"}
"""What only the row of the client can refuse (tests/api/test_hostile_tokens.py)."""


def test_the_reader_of_the_table_would_be_given_a_good_token() -> None:
    assert read(READER.signed()) == CLAIMS


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - KNOWN_TO_THE_DATABASE))
def test_a_hostile_token_is_refused_before_any_database(name: str) -> None:
    token = HOSTILE[name](READER)
    if name == "of this campaign for another":
        assert read(token).campaign != CLAIMS.campaign  # The reader of tokens compares it with the key's.
    else:
        refused(token)
