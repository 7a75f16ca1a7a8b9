# ruff: noqa: TRY301 - raising here is the point
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
import structlog

from kernel.log import ALLOWED, configure_log

Told = Callable[[], str]
CANARY = "Jean-Kanarie.Dupont"
ROOT = Path(__file__).parents[2]


class Spoken(Exception):  # noqa: N818 - any exception
    """An exception whose message quotes a person."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Told]:
    """Configure the log as a door does, and yield what reaches standard error."""
    root = logging.getLogger()
    before = root.handlers, root.level
    with monkeypatch.context() as patched:
        patched.setattr(sys, "excepthook", sys.excepthook)
        patched.setattr(threading, "excepthook", threading.excepthook)
        with monkeypatch.context() as earlier:
            stream = StringIO()
            earlier.setattr(sys, "stderr", stream)
            configure_log("debug")
            stream.close()  # Whoever configured the log may have had a standard error that is gone.
        yield lambda: capsys.readouterr().err
    structlog.reset_defaults()
    root.handlers, level = before
    root.setLevel(level)


def parsed(written: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.splitlines()]


def test_events_go_to_the_standard_error_of_the_moment(told: Told) -> None:
    structlog.get_logger().info("contact_read")
    assert [line["event"] for line in parsed(told())] == ["contact_read"]


def test_a_key_outside_the_list_never_comes_out(told: Told) -> None:
    structlog.get_logger().info("contact_read", email=CANARY, name=CANARY, rows=3, **{CANARY: 1})
    (line,) = parsed(told())
    assert line["rows"] == 3
    assert line["event"] == "contact_read"
    assert CANARY not in json.dumps(line)


@pytest.mark.parametrize("value", ["Marie Kanarie", "kanarie@example.org", "1, rue Kanarie", "élue Kanarie\n"])
def test_an_allowed_key_carries_one_plain_word_or_nothing(value: str, told: Told) -> None:
    for name in ALLOWED - {"level", "timestamp", "event"}:
        structlog.get_logger().info("x", **{name: value})
    written = told()
    assert len(parsed(written)) == len(ALLOWED) - 3
    assert "anarie" not in written


def test_words_in_a_sentence_never_come_out(told: Told) -> None:
    structlog.get_logger().info(f"could not read {CANARY}")
    structlog.get_logger().info("could not read %s", CANARY)
    assert CANARY not in told()


def test_objects_lists_and_mappings_never_come_out(told: Told) -> None:
    for value in ([CANARY], {"a": CANARY}, (CANARY,), CANARY.encode(), Spoken(CANARY)):
        structlog.get_logger().info("x", reason=value, frames=value, kind=value)
    assert CANARY not in told()


def test_an_exception_tells_its_class_and_places_and_never_its_message(told: Told) -> None:
    try:
        raise Spoken(CANARY)
    except Spoken:
        structlog.get_logger().exception("failed")
    (line,) = parsed(told())
    assert line["exception"] == "Spoken"
    assert "test_log.py" in str(line["frames"])
    assert CANARY not in json.dumps(line)


def test_a_cause_is_not_quoted_either(told: Told) -> None:
    try:
        try:
            raise Spoken(CANARY)
        except Spoken as cause:
            raise ValueError(CANARY) from cause
    except ValueError as problem:
        structlog.get_logger().error("failed", exc_info=problem)
    assert CANARY not in told()


def test_a_library_s_message_is_reduced_to_its_name_and_level(told: Told) -> None:
    logging.getLogger("some.library").error("no row for %s", CANARY)
    try:
        raise Spoken(CANARY)
    except Spoken:
        logging.getLogger("some.library").exception("statement with %s", CANARY)
    written = told()
    first, second = parsed(written)
    assert (first["logger"], second["logger"], second["exception"]) == ("some.library", "some.library", "Spoken")
    assert CANARY not in written


def test_what_the_context_bound_is_scrubbed_too(told: Told) -> None:
    with structlog.contextvars.bound_contextvars(name=CANARY, reason=f"for {CANARY}", campaign=UUID(int=7)):
        structlog.get_logger().info("x")
    (line,) = parsed(told())
    assert line["campaign"] == str(UUID(int=7))
    assert CANARY not in json.dumps(line)


UNCAUGHT = """
import threading
from kernel.log import configure_log
configure_log("info")
def fail(): raise ValueError("Jean-Kanarie.Dupont")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def test_an_exception_nobody_caught_is_not_quoted() -> None:
    done = subprocess.run([sys.executable, "-c", UNCAUGHT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [json.loads(line)["exception"] for line in done.stderr.splitlines()] == ["ValueError", "ValueError"]
    assert CANARY not in done.stderr
