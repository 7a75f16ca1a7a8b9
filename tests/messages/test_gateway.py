"""Text messages leave through a gateway, signed; what it brings back is believed only with its signature."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from jobs.send import Sender
from jobs.signature import signatures, write_secret
from jobs.target import TargetRules
from jobs.task import DONE, Ended, Ending
from kernel.errors import Unauthenticated
from messages.gateway import Gateway, Signed, check_signed
from messages.letter import Letter
from tests.jobs.receiver import receiving, status
from tests.jobs.story import HOME, here

SECRET = b"a secret of the gateway that is long enough"
MESSAGE = UUID("7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10")


def send(url: str, rules: TargetRules = HOME) -> Ended:
    def no_trust() -> None:
        raise AssertionError

    sender = Sender(rules, here, no_trust, connect_seconds=1, total_seconds=1)  # type: ignore[arg-type]
    now = datetime.now(UTC)
    letter = Letter(medium="sms", to="06 12 34 56 78", text="STOP pour arrêter", until=now)
    return Gateway(url, SECRET, sender).send(letter, MESSAGE, now)


def test_a_text_message_is_posted_signed_and_judged_by_its_status() -> None:
    answers = [status(204), status(503, "Retry-After: 30"), status(400), status(410)]
    with receiving(*answers) as gateway:
        ended = [send(gateway.url()) for _ in answers]
    told = gateway.received[0]
    assert json.loads(told.body) == {"id": str(MESSAGE), "to": "+33612345678", "text": "STOP pour arrêter"}
    Webhook(write_secret(SECRET)).verify(told.body, told.signed)
    assert ended == [
        DONE,
        Ended(Ending.AGAIN, "slow_down", timedelta(seconds=30)),
        Ended(Ending.DEAD, "client_error"),
        Ended(Ending.DEAD, "gone"),
    ]
    assert send(gateway.url(), TargetRules()) == Ended(Ending.DEAD, "refused_address")


def test_an_answer_is_believed_with_a_fresh_signature_of_exactly_this_body() -> None:
    now, body = datetime(2026, 11, 21, 12, 0, tzinfo=UTC), b'{"from":"+33612345678","text":"STOP"}'
    seconds = str(int(now.timestamp()))
    right = signatures([SECRET], "msg_1", int(seconds), body)
    check_signed(SECRET, Signed("msg_1", seconds, right, body), now)
    check_signed(SECRET, Signed("msg_1", seconds, f"v1,other {right}", body), now + timedelta(minutes=5))
    empty = signatures([SECRET], "", int(seconds), body)
    for bad in (
        Signed("msg_1", seconds, right, body + b" "),
        Signed("msg_2", seconds, right, body),
        Signed("msg_1", str(int(seconds) + 1), right, body),
        Signed("msg_1", "", right, body),
        Signed("msg_1", "²", right, body),
        Signed("msg_1", seconds, "", body),
        Signed("msg_1", seconds, "é", body),
        Signed("", seconds, empty, body),
    ):
        with pytest.raises(Unauthenticated):
            check_signed(SECRET, bad, now)
    for late in (timedelta(minutes=6), timedelta(minutes=-6)):
        with pytest.raises(Unauthenticated):
            check_signed(SECRET, Signed("msg_1", seconds, right, body), now + late)
