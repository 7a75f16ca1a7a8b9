"""Sign messages as Standard Webhooks has it: ``v1,`` and the HMAC-SHA-256 of id, instant and body."""

import base64
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_SIZE = 32


def write_secret(secret: bytes) -> str:
    """Write a secret as receivers are given it."""
    return PREFIX + base64.b64encode(secret).decode()


def signatures(secrets: Sequence[bytes], message_id: str, seconds: int, body: bytes) -> str:
    """Return the header ``webhook-signature``: one signature for each living secret, a space between."""
    signed = f"{message_id}.{seconds}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets)
