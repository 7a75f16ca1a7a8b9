import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts import tokens
from accounts.tokens import MAX_LENGTH, issue_token, kid_of, public_point, read_token
from crypto.campaign_keys import new_campaign_key
from kernel.errors import Invalid, Unauthenticated
from tests.accounts.forgery import (
    AUDIENCE,
    CLAIMS,
    HEADER,
    ISSUER,
    KID,
    NOW,
    PAYLOAD,
    POINT,
    SECRET,
    forge,
    read,
    refused,
)

VECTORS = json.loads((Path(__file__).parent / "vectors" / "es256.json").read_text())
SECOND = timedelta(seconds=1)


def test_an_issued_token_gives_its_claims_back() -> None:
    token = issue_token(CLAIMS, secret=SECRET, kid=KID)
    assert kid_of(token) == KID
    assert read(token) == CLAIMS


def test_a_token_made_elsewhere_in_the_same_form_is_read_too() -> None:
    assert read(forge()) == CLAIMS


def test_a_token_carries_exactly_the_header_and_claims_of_the_decision() -> None:
    header, payload, signature = issue_token(CLAIMS, secret=SECRET, kid=KID).split(".")
    assert json.loads(urlsafe_b64decode(header + "==")) == HEADER
    assert json.loads(urlsafe_b64decode(payload + "==")) == PAYLOAD
    assert len(urlsafe_b64decode(signature + "==")) == 64


def test_a_fresh_campaign_key_signs_tokens_that_no_other_key_verifies() -> None:
    secret, other = new_campaign_key("token").secret, new_campaign_key("token").secret
    token = issue_token(CLAIMS, secret=secret, kid=KID)
    reading = {"kid": KID, "issuer": ISSUER, "audience": AUDIENCE}
    assert read_token(token, public=public_point(secret), now=NOW, **reading) == CLAIMS
    with pytest.raises(Unauthenticated):
        read_token(token, public=public_point(other), now=NOW, **reading)


def test_a_token_keeps_times_to_the_second() -> None:
    late = timedelta(microseconds=999_999)
    claims = replace(CLAIMS, issued_at=NOW + late, expires_at=CLAIMS.expires_at + late)
    assert read(issue_token(claims, secret=SECRET, kid=KID)) == CLAIMS


def test_a_token_may_hold_neither_purpose_nor_scope() -> None:
    claims = replace(CLAIMS, purposes=frozenset(), scopes=frozenset())
    assert read(issue_token(claims, secret=SECRET, kid=KID)) == claims


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": NOW + timedelta(minutes=10, seconds=1)},
        {"expires_at": NOW},
        {"expires_at": NOW - SECOND},
        {"issued_at": NOW.replace(tzinfo=None)},
        {"issued_at": NOW.replace(tzinfo=None), "expires_at": (NOW + SECOND).replace(tzinfo=None)},
        {"subject": ""},
        {"token_id": ""},
        {"scopes": frozenset({"two words"})},
        {"scopes": frozenset({""})},
    ],
)
def test_claims_that_would_not_be_read_back_are_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="cannot stand"):
        issue_token(replace(CLAIMS, **changes), secret=SECRET, kid=KID)


@pytest.mark.parametrize("kid", ["", "two words", "k" * 129, "clé"])
def test_a_key_name_that_would_not_be_read_back_is_not_used(kid: str) -> None:
    with pytest.raises(Invalid, match="cannot stand"):
        issue_token(CLAIMS, secret=SECRET, kid=kid)


def test_a_token_longer_than_four_kibibytes_is_neither_made_nor_read() -> None:
    longer = {**PAYLOAD, "sub": "s" * 4000}
    refused(forge(payload=longer))
    with pytest.raises(Invalid, match="too long"):
        issue_token(replace(CLAIMS, subject="s" * 4000), secret=SECRET, kid=KID)
    room = (MAX_LENGTH - len(forge())) * 3 // 4
    longest = forge(payload={**PAYLOAD, "sub": CLAIMS.subject + "s" * room})
    assert MAX_LENGTH - 1 <= len(longest) <= MAX_LENGTH
    assert read(longest).subject.endswith("s" * room)


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\xff" * 32, SECRET[1:], b"\0" + SECRET])
def test_a_secret_that_is_no_private_number_of_the_curve_is_refused(secret: bytes) -> None:
    with pytest.raises(Invalid, match="token secret"):
        issue_token(CLAIMS, secret=secret, kid=KID)


@pytest.mark.parametrize(
    "public", [b"", POINT[1:], POINT[:33], POINT[:-1], POINT + b"\0", b"-----BEGIN PUBLIC KEY-----"]
)
def test_a_public_key_is_a_point_and_never_a_text(public: bytes) -> None:
    with pytest.raises(Invalid, match="point of P-256"):
        read_token(forge(), public=public, kid=KID, issuer=ISSUER, audience=AUDIENCE, now=NOW)


@pytest.mark.parametrize("public", [b"\x04" + bytes(64), POINT[:-1] + bytes([POINT[-1] ^ 1]), b"\x02" + POINT[1:]])
def test_a_public_key_off_the_curve_is_refused(public: bytes) -> None:
    with pytest.raises(Invalid, match="point of P-256"):
        read_token(forge(), public=public, kid=KID, issuer=ISSUER, audience=AUDIENCE, now=NOW)


def test_a_token_is_valid_from_a_minute_before_its_issue_to_the_second_before_its_end() -> None:
    token = forge()
    assert read(token, now=NOW - timedelta(seconds=60)) == CLAIMS
    assert read(token, now=CLAIMS.expires_at - SECOND) == CLAIMS
    refused(token, now=NOW - timedelta(seconds=61))
    refused(token, now=CLAIMS.expires_at)


@pytest.mark.parametrize(
    ("iat", "exp"),
    [
        (1795251600, 1795252201),
        (1795251600, 1795251600),
        (1795251661, 1795251700),
        (1795251000, 1795251600),
        (-(10**18), 1795252200),
        (1795251600, 10**18),
        (10**400, 10**400),
    ],
)
def test_a_token_of_another_time_or_too_long_a_life_is_refused(iat: int, exp: int) -> None:
    refused(forge(payload={**PAYLOAD, "iat": iat, "exp": exp}))


@pytest.mark.parametrize("group", sorted(VECTORS))
def test_the_published_signatures_hold_or_not_as_published(group: str) -> None:
    key = {name: urlsafe_b64decode(VECTORS[group]["key"][name] + "=") for name in "xyd"}
    point = b"\x04" + key["x"] + key["y"]
    assert public_point(key["d"]) == point
    jwk = tokens._public_jwk(point, "any")  # noqa: SLF001 - the key as we hand it to python-jose
    assert {name: jwk[name] for name in "xy"} == {name: VECTORS[group]["key"][name] for name in "xy"}
    signed = [case for case in VECTORS[group]["tests"] if case["valid"]]
    assert signed
    for case in signed:
        tokens._check_signature(case["jws"], tokens._public_key(point, "any"))  # noqa: SLF001 - below the form's checks


@pytest.mark.parametrize(
    "case", [case for group in VECTORS.values() for case in group["tests"]], ids=lambda case: case["comment"]
)
def test_no_published_signature_is_an_access_token(case: dict[str, Any]) -> None:
    for group in VECTORS.values():
        point = public_point(urlsafe_b64decode(group["key"]["d"] + "="))
        with pytest.raises(Unauthenticated):
            read_token(case["jws"], public=point, kid=group["key"]["kid"], issuer="joe", audience="joe", now=NOW)
