import ssl
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.send import Outcome, Sender, Sent, resolve_host
from jobs.target import Target, TargetRules
from tests.jobs.receiver import (
    OK,
    Answer,
    Receiver,
    certificate,
    drip,
    endless_head,
    gigabyte,
    hang,
    late,
    raw,
    receiving,
    status,
)

HOME = TargetRules(development=True)
BODY = b'{"type":"contact.created"}'
NAME = "hooks.example.org"


def sender(*addresses: str, trust: ssl.SSLContext | None = None, rules: TargetRules = HOME) -> Sender:
    """Return an impatient sender for whom every name has these addresses."""

    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses or ("127.0.0.1",)

    return Sender(rules, resolve, lambda: trust or ssl.create_default_context(), connect_seconds=1, total_seconds=1)


def target(receiver: Receiver, scheme: str = "http", path: str = "/hook") -> Target:
    return Target(scheme, NAME, receiver.port, path)


def sent_to(*answers: Answer) -> Sent:
    with receiving(*answers) as receiver:
        return sender().send(target(receiver), {}, BODY)


def test_a_message_arrives_whole_under_the_name_of_its_host() -> None:
    with receiving() as receiver:
        sent = sender().send(target(receiver, path="/a?b=c"), {"webhook-id": "msg_1"}, BODY)
    assert sent == Sent(Outcome.DELIVERED, "2xx")
    (one,) = receiver.received
    assert one.line == "POST /a?b=c HTTP/1.1"
    assert one.body == BODY
    assert one.headers["host"] == f"{NAME}:{receiver.port}"
    assert one.signed == {"webhook-id": "msg_1"}
    assert one.headers["content-type"] == "application/json"


ANSWERS: dict[str, tuple[Answer, Sent]] = {
    "no content": (status(204), Sent(Outcome.DELIVERED, "2xx")),
    "early hints first": (raw(b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK), Sent(Outcome.DELIVERED, "2xx")),
    "an old server": (raw(b"HTTP/1.0 200 OK\n\n"), Sent(Outcome.DELIVERED, "2xx")),
    "redirected inside": (status(302, "Location: http://127.0.0.1:1/"), Sent(Outcome.REDIRECTED, "3xx")),
    "redirected for ever": (status(308, "Location: https://169.254.169.254/"), Sent(Outcome.REDIRECTED, "3xx")),
    "not found": (status(404), Sent(Outcome.CLIENT_ERROR, "4xx")),
    "gone": (status(410), Sent(Outcome.GONE, "4xx")),
    "too many": (status(429, "Retry-After: 120"), Sent(Outcome.SLOW_DOWN, "4xx", timedelta(seconds=120))),
    "too many for long": (status(429, "Retry-After: 999999"), Sent(Outcome.SLOW_DOWN, "4xx", timedelta(days=1))),
    "unavailable": (status(503, "Retry-After: tomorrow"), Sent(Outcome.SLOW_DOWN, "5xx")),
    "failed": (status(500), Sent(Outcome.SERVER_ERROR, "5xx")),
    "hung up": (raw(b""), Sent(Outcome.BROKEN)),
    "hung up early": (raw(b"HTTP/1.1 200 O"), Sent(Outcome.BROKEN)),
    "no http": (raw(b"SSH-2.0-OpenSSH\r\n\r\n"), Sent(Outcome.BROKEN)),
    "no status": (raw(b"HTTP/1.1 999 Odd\r\n\r\n"), Sent(Outcome.BROKEN)),
    "endless head": (endless_head, Sent(Outcome.BROKEN)),
    "hangs": (hang, Sent(Outcome.TIMED_OUT)),
    "drips": (drip, Sent(Outcome.TIMED_OUT)),
    "late": (late(3), Sent(Outcome.TIMED_OUT)),
    "a gigabyte": (gigabyte, Sent(Outcome.DELIVERED, "2xx")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_a_receiver_does_is_an_outcome_and_never_an_error(name: str) -> None:
    answer, expected = ANSWERS[name]
    assert sent_to(answer) == expected


def test_no_receiver_holds_a_worker_longer_than_an_attempt_may_take() -> None:
    began = time.monotonic()
    for misbehaving in (hang, drip, gigabyte):
        sent_to(misbehaving)
    assert time.monotonic() - began < 30  # Each would go on for minutes: this is no measure of speed.


def test_a_redirect_is_not_followed() -> None:
    with receiving() as inside, receiving(status(307, f"Location: {inside.url()}")) as outside:
        assert sender().send(target(outside), {}, BODY).outcome is Outcome.REDIRECTED
        assert len(outside.received) == 1
        assert inside.received == []


@pytest.mark.parametrize(
    "addresses",
    [
        ("10.0.0.1",),
        ("8.8.8.8", "10.0.0.1"),
        ("127.0.0.1",),
        ("::1",),
        ("::ffff:127.0.0.1",),
        ("169.254.169.254",),
        ("fd00:ec2::254",),
        ("64:ff9b::7f00:1",),
        ("not an address",),
    ],
)
def test_a_name_with_any_address_inside_is_never_connected_to(addresses: tuple[str, ...]) -> None:
    with receiving() as receiver:
        sent = sender(*addresses, rules=TargetRules()).send(target(receiver), {}, BODY)
        assert sent == Sent(Outcome.REFUSED_ADDRESS)
        assert receiver.received == []


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to() -> None:
    asked: list[str] = []

    def changing_its_mind(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("169.254.169.254",)

    with receiving() as receiver:
        pinned = Sender(HOME, changing_its_mind, ssl.create_default_context, 1, 1)
        assert pinned.send(target(receiver), {}, BODY).outcome is Outcome.DELIVERED
    assert asked == [NAME]


@pytest.mark.parametrize("problem", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_does_not_resolve_is_an_outcome(problem: Exception) -> None:
    def failing(_host: str, _port: int) -> Sequence[str]:
        raise problem

    assert Sender(HOME, failing, ssl.create_default_context).send(Target("https", NAME, 443, "/"), {}, BODY) == Sent(
        Outcome.UNRESOLVED
    )
    nothing = Sender(HOME, lambda _host, _port: [], ssl.create_default_context)
    assert nothing.send(Target("https", NAME, 443, "/"), {}, BODY) == Sent(Outcome.UNRESOLVED)


def test_a_closed_port_is_unreachable_and_another_address_of_the_name_is_tried() -> None:
    with receiving() as receiver:
        there = target(receiver)
        assert sender("127.0.0.2", "127.0.0.1").send(there, {}, BODY).outcome is Outcome.DELIVERED
    assert sender("127.0.0.2").send(there, {}, BODY) == Sent(Outcome.UNREACHABLE)


def test_the_certificate_must_be_trusted_and_bear_the_name_not_the_address(tmp_path: Path) -> None:
    made, context = certificate(tmp_path, NAME)
    other_made, other = certificate(tmp_path, "elsewhere.example.org")
    trusting, trusting_other = ssl.create_default_context(cafile=made), ssl.create_default_context(cafile=other_made)
    with receiving(trust=context) as receiver:
        there = target(receiver, "https")
        assert sender(trust=trusting).send(there, {}, BODY) == Sent(Outcome.DELIVERED, "2xx")
        assert sender().send(there, {}, BODY) == Sent(Outcome.BAD_CERTIFICATE)
    with receiving(trust=other) as receiver:
        sent = sender(trust=trusting_other).send(target(receiver, "https"), {}, BODY)
        assert sent == Sent(Outcome.BAD_CERTIFICATE)
        assert receiver.received == []


def test_a_receiver_that_speaks_no_tls_gets_nothing_in_clear() -> None:
    with receiving(hang) as receiver:
        assert sender().send(target(receiver, "https"), {}, BODY).outcome in {Outcome.TIMED_OUT, Outcome.BROKEN}
        assert all(BODY not in one.body for one in receiver.received)


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(path=""))
        assert sender().send(target(receiver), {}, BODY).outcome is Outcome.DELIVERED
        assert proxy.received == []


def test_the_system_is_asked_for_all_addresses_of_a_name() -> None:
    assert "127.0.0.1" in resolve_host("localhost", 443)
