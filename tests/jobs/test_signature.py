import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from jobs.signature import signatures, write_secret

# The example of the reference implementation (github.com/standard-webhooks/standard-webhooks, libraries/python/tests).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SECONDS = 1614265330
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def headers(signature: str, seconds: int) -> dict[str, str]:
    return {"webhook-id": MESSAGE, "webhook-timestamp": str(seconds), "webhook-signature": signature}


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_published_example_is_signed_as_published() -> None:
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))
    assert signatures([secret], MESSAGE, SECONDS, BODY) == SIGNATURE
    assert write_secret(secret) == SECRET


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3), st.dictionaries(st.text(), st.text()))
def test_the_reference_library_verifies_with_each_of_the_living_secrets(
    secrets: list[bytes], payload: dict[str, str]
) -> None:
    body, seconds = json.dumps(payload).encode(), now()
    signed = headers(signatures(secrets, MESSAGE, seconds, body), seconds)
    for secret in secrets:
        assert Webhook(write_secret(secret)).verify(body, signed) == payload


def test_the_reference_library_refuses_another_secret_another_body_and_another_day() -> None:
    seconds, secret = now(), bytes(32)
    good = headers(signatures([secret], MESSAGE, seconds, BODY), seconds)
    old = headers(signatures([secret], MESSAGE, SECONDS, BODY), SECONDS)
    for given_secret, body, signed in ((bytes([1]) * 32, BODY, good), (secret, BODY + b" ", good), (secret, BODY, old)):
        with pytest.raises(WebhookVerificationError):
            Webhook(write_secret(given_secret)).verify(body, signed)
