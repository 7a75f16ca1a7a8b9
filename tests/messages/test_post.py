"""A mail is handed to a real server: whole, once, over TLS where it leaves the machine, and never repeated in a log."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from jobs.task import DONE, Ended, Ending
from kernel.errors import Misconfigured
from messages.letter import Letter
from messages.post import MailServer, Post, read_mail_server
from tests.jobs.receiver import certificate
from tests.messages.mailbox import Mailbox, mailbox

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MESSAGE = UUID("7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10")
TEXT = "Bonjour Zoé,\n\n.un point au début\nà bientôt\n"


def letter(to: str = "zoe@example.org", **headers: str) -> Letter:
    return Letter(
        medium="email",
        to=to,
        sender="Parti d'essai, l'équipe",
        subject="Confirmez votre inscription : étape 1",
        text=TEXT,
        until=AT + timedelta(days=7),
        headers=headers,
    )


def sent(server: MailServer | None, one: Letter | None = None, trust: ssl.SSLContext | None = None) -> Ended:
    assert server is not None
    return Post(server, lambda: trust or ssl.create_default_context()).send(one or letter(), MESSAGE, AT)


def at(box: Mailbox, security: str = "plain") -> MailServer | None:
    server = read_mail_server(box.url, "ne-pas-repondre@example.org")
    assert server is not None
    host = "127.0.0.1" if security == "plain" else "localhost"
    return MailServer(host, server.port, security, server.sender, "moi", "secret-1")  # type: ignore[arg-type]


def test_a_mail_arrives_whole_with_what_machines_need_to_know() -> None:
    with mailbox() as box:
        assert (
            sent(read_mail_server(box.url, "nous@example.org"), letter(**{"List-Unsubscribe": "<https://x.org/u>"}))
            == DONE
        )
    (mail,) = box.mails
    assert mail.get_content().replace("\r\n", "\n") == TEXT
    assert mail["From"] == "\"Parti d'essai, l'équipe\" <nous@example.org>"
    assert mail["To"] == "zoe@example.org"
    assert mail["Subject"] == "Confirmez votre inscription : étape 1"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{MESSAGE.hex}@example.org>"
    assert mail["List-Unsubscribe"] == "<https://x.org/u>"
    assert mail.get_content_type() == "text/plain"
    assert box.envelopes == ["mail FROM:<nous@example.org>", "rcpt TO:<zoe@example.org>"]
    assert not [line for line in box.commands if line.upper().startswith("AUTH")]


ANSWERS = [
    ({"RCPT": "550 nobody"}, Ended(Ending.DEAD, "refused")),
    ({"RCPT": "451 later"}, Ended(Ending.AGAIN, "put_off")),
    ({"MAIL": "552 no"}, Ended(Ending.DEAD, "refused")),
    ({"DATA": "421 busy"}, Ended(Ending.AGAIN, "put_off")),
    ({"AUTH": "535 wrong"}, Ended(Ending.DEAD, "refused")),
    ({"EHLO": "502 what", "HELO": "421 busy"}, Ended(Ending.AGAIN, "put_off")),
]


def test_what_a_server_puts_off_is_tried_again_and_what_it_refuses_is_not() -> None:
    with mailbox() as box:
        for answers, ended in ANSWERS:
            box.answers = answers
            assert sent(at(box)) == ended, answers
        box.answers = {}
        assert sent(at(box), letter("zoe@example.org\r\nBcc: autre@example.org")) == Ended(Ending.DEAD, "unwritable")
        assert sent(at(box), letter(**{"X-Bad": "a\nb"})) == Ended(Ending.DEAD, "unwritable")
    assert box.mails == []
    assert sent(at(box)) == Ended(Ending.AGAIN, "unreachable")


def test_a_password_leaves_over_tls_only_and_to_the_host_that_was_meant(tmp_path: Path) -> None:
    made, server = certificate(tmp_path, "localhost")
    ours = ssl.create_default_context(cafile=str(made))
    with mailbox(starttls=server) as box:
        assert sent(at(box, "starttls"), trust=ours) == DONE
        words = [line.split(" ")[0].upper() for line in box.commands]
        assert words.index("STARTTLS") < words.index("AUTH")
        box.commands.clear()
        assert sent(at(box, "starttls")) == Ended(Ending.AGAIN, "unreachable")
        assert not [line for line in box.commands if "AUTH" in line.upper()]
    with mailbox(tls=server) as box:
        assert sent(at(box, "tls"), trust=ours) == DONE
    with mailbox() as box:
        assert sent(at(box, "starttls"), trust=ours) == Ended(Ending.DEAD, "not_supported")
        assert not [line for line in box.commands if "AUTH" in line.upper()]


BAD = ["http://mail.example.org", "smtp+plain://mail.example.org", "smtps://", "smtp://mail:port", "mail.example.org"]


def test_the_setting_of_the_mail_server_is_read_strictly() -> None:
    assert read_mail_server("", "") is None
    assert read_mail_server("smtps://moi:a%40b@mail.example.org", "n@example.org") == MailServer(
        "mail.example.org", 465, "tls", "n@example.org", "moi", "a@b"
    )
    assert "a@b" not in repr(read_mail_server("smtps://moi:a%40b@mail.example.org", "n@example.org"))
    for url in BAD:
        with pytest.raises(Misconfigured) as problem:
            read_mail_server(url, "n@example.org")
        assert "example" not in str(problem.value)
    for sender in ("", "nobody", "a b@example.org"):
        with pytest.raises(Misconfigured):
            read_mail_server("smtp://mail.example.org", sender)
