"""Requests done once: the key lives and dies with the work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.once import KEPT, KeyReused, Request, StillRunning, Turn, keep_turn, sweep_requests, take_turn
from kernel.actor import operator_in
from keys.versions import rotate_versions
from tests.factories import MANAGING, PURPOSES, World, count, dump, later, opened_world

FIRST = Request("first-key", (b"POST", b"/v1/contacts", b"{}"))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as opened:
        yield opened


def work(processing: Processing, turn: Turn, outcome: list[Any]) -> None:
    processing.note(Note(event=Event.LAW_READ, counts={}))
    keep_turn(processing, turn, 201, outcome)


def sent(world: World, request: Request = FIRST, outcome: Any = ("x",)) -> Any:  # noqa: ANN401 - what JSON can say
    """Send a request; return what had become of it before, or None after doing it."""
    with world.register.open(world.actor, MANAGING) as processing:
        turn = take_turn(processing, request)
        if turn.before is None:
            work(processing, turn, list(outcome))
            return None
        processing.note(Note(event=Event.LAW_READ, counts={}))
    return turn.before.status, turn.before.outcome


def test_a_request_is_done_once_and_remembered(world: World) -> None:
    assert sent(world, outcome=("an id", 7)) is None
    assert sent(world, outcome=("another",)) == (201, ["an id", 7])
    assert count(world, "request_key") == 1


def test_the_same_key_stands_for_no_other_request(world: World) -> None:
    sent(world)
    for parts in ((b"POST", b"/v1/contacts", b"{ }"), (b"POST", b"/v1/contacts{}"), (b"POST", b"/v1/contacts{", b"}")):
        with pytest.raises(KeyReused):
            sent(world, Request(FIRST.key, parts))


def test_a_rotation_of_our_own_key_lets_nothing_be_done_twice(world: World) -> None:
    told: list[Any] = []

    def reread() -> None:
        later(world, minutes=1)

    def move() -> int:
        told.append(sent(world, outcome=("another",)))
        told.append(sent(world, Request("drawn meanwhile", FIRST.parts)))
        told.append(sent(world, Request("drawn meanwhile", FIRST.parts)))
        with pytest.raises(KeyReused):
            sent(world, Request(FIRST.key, (b"POST", b"/v1/contacts", b"{ }")))
        return 0

    assert sent(world) is None
    provider = world.installation.provider
    rotate_versions(world.register, provider, world.actor, ("fingerprint",), pause=reread, move=move)
    assert told == [(201, ["x"]), None, (201, ["x"])]


def test_two_clients_may_draw_the_same_key(world: World) -> None:
    sent(world)
    other = operator_in(world.campaign, PURPOSES)
    other = type(other)(**{**{name: getattr(other, name) for name in type(other).__slots__}, "id": "another"})
    with world.register.open(other, MANAGING) as processing:
        assert take_turn(processing, FIRST).before is None
        processing.note(Note(event=Event.LAW_READ, counts={}))


def test_a_crash_between_the_turn_and_the_work_leaves_the_key_good(world: World) -> None:
    with pytest.raises(ZeroDivisionError), world.register.open(world.actor, MANAGING) as processing:
        work(processing, take_turn(processing, FIRST), ["half", 1 // 0])
    assert count(world, "request_key") == 0
    assert sent(world) is None


def test_a_key_is_good_for_a_day_and_again_after_it(world: World) -> None:
    sent(world)
    later(world, seconds=KEPT.total_seconds() - 1)
    assert sent(world) is not None
    later(world, seconds=1)
    assert sent(world, outcome=("anew",)) is None
    assert sent(world) == (201, ["anew"])


def test_the_sweep_forgets_what_is_older_than_a_day(world: World) -> None:
    sent(world)
    later(world, hours=23)
    sent(world, Request("second-key", (b"x",)))
    later(world, hours=2)
    with world.register.open(world.actor, MANAGING) as processing:
        assert sweep_requests(processing) == 1
    assert count(world, "request_key") == 1


def test_nothing_that_was_said_is_kept(world: World) -> None:
    sent(world, Request("Marie-Dupont-1953", (b"POST", b"Marie Dupont")))
    kept = str(dump(world)["request_key"])
    assert "Marie" not in kept
    assert b"Marie".hex() not in kept


def test_while_the_first_runs_the_second_is_told_so(postgresql_url: str, tmp_path: Path) -> None:
    """SQLite has one writer at a time: there the second waits."""
    with opened_world(postgresql_url, tmp_path) as world, world.register.open(world.actor, MANAGING) as processing:
        turn = take_turn(processing, FIRST)
        with pytest.raises(StillRunning):
            sent(world)
        assert sent(world, Request("second-key", (b"x",))) is None
        work(processing, turn, ["x"])
