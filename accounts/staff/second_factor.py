"""The second factor: codes of an authenticator (RFC 6238), and recovery codes for the day it is lost.

A code by e-mail would be no second factor (CNIL, deliberation 2025-019), so there is none.
"""

import base64
import secrets
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_SIZE = 20
STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""How many steps a device's clock may be off, either way (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 4, 4
"""Sixteen signs of thirty-two: eighty bits, in groups that people can copy from paper."""


def new_secret() -> bytes:
    """Draw the secret an authenticator is set up with."""
    return secrets.token_bytes(SECRET_SIZE)


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a step."""
    # Authenticators know SHA-1 alone for certain; HMAC is not harmed by what is known against SHA-1 (RFC 6238, 1.2).
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS).generate(step * STEP_SECONDS).decode()  # noqa: S303


def step_of(at: datetime) -> int:
    """Return the step of an instant."""
    return int(at.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, code: str, *, at: datetime, after: int) -> int | None:
    """Return the step whose code this is, later than the last one used; None for a wrong, old or used code."""
    now, found = step_of(at), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        fits = constant_time.bytes_eq(code_at(secret, step).encode(), code.encode(errors="replace"))
        if fits and step > after and found is None:
            found = step
    return found


def setup_uri(secret: bytes, campaign: UUID) -> str:
    """Write what an authenticator reads; it names the campaign by its first figures and nobody's e-mail address."""
    label = quote(f"Isoloir:{str(campaign)[:8]}")
    shown = base64.b32encode(secret).decode()
    return f"otpauth://totp/{label}?secret={shown}&issuer=Isoloir&digits={DIGITS}&period={STEP_SECONDS}"


def new_recovery_codes() -> list[str]:
    """Draw recovery codes, each good for one sign-in."""
    return ["-".join(_group() for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]


def as_recovery_code(text: str) -> str | None:
    """Return a recovery code as it was written first, or None for what has another form."""
    signs = "".join(sign for sign in text.upper() if sign not in " -")
    is_one = len(signs) == _GROUPS * _GROUP and all(sign in _ALPHABET for sign in signs)
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP)) if is_one else None


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))
