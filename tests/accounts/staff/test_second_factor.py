"""Codes of RFC 6238, their drift, and the codes for the day the authenticator is lost."""

import base64
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.staff.second_factor import (
    as_recovery_code,
    code_at,
    matching_step,
    new_recovery_codes,
    new_secret,
    setup_uri,
    step_of,
)

# RFC 6238, appendix B, SHA-1: the secret, and for each instant eight digits, of which ours are the last six.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at(RFC_SECRET, step_of(datetime.fromtimestamp(seconds, UTC))) == code[-6:]


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(off: int, fits: bool) -> None:  # noqa: FBT001 - an expectation
    secret, step = new_secret(), step_of(NOW)
    found = matching_step(secret, code_at(secret, step + off), at=NOW, after=0)
    assert found == (step + off if fits else None)


def test_a_code_that_was_used_is_refused_and_so_is_an_older_one() -> None:
    secret, step = new_secret(), step_of(NOW)
    for used in (step, step + 1):
        assert matching_step(secret, code_at(secret, step), at=NOW, after=used) is None
    assert matching_step(secret, code_at(secret, step + 1), at=NOW, after=step) == step + 1


@given(st.text(max_size=12))
def test_what_is_no_code_fits_no_step(text: str) -> None:
    secret = b"x" * 20
    fitting = {code_at(secret, step_of(NOW) + off) for off in (-1, 0, 1)}
    assert (matching_step(secret, text, at=NOW, after=0) is None) == (text not in fitting)


@given(st.integers(0, 10_000))
def test_a_step_lasts_thirty_seconds(seconds: int) -> None:
    assert step_of(NOW + timedelta(seconds=seconds)) == step_of(NOW) + seconds // 30


def test_the_setup_names_no_person() -> None:
    secret, campaign = new_secret(), UUID(int=1)
    uri = setup_uri(secret, campaign)
    assert base64.b32encode(secret).decode() in uri
    assert "@" not in uri
    assert uri.startswith("otpauth://totp/Isoloir%3A00000000?")


def test_ten_recovery_codes_of_eighty_bits_are_drawn() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"(?:[A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", code) for code in codes)


def test_a_recovery_code_is_read_however_it_is_typed() -> None:
    (code, *_) = new_recovery_codes()
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " ")):
        assert as_recovery_code(typed) == code
    for typed in ("", "123456", code + "A", "I" * 16, "É" * 16):
        assert as_recovery_code(typed) is None
