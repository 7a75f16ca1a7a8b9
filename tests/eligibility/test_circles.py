"""Who keeps an objection, and who does something else with the same locks (PostgreSQL): nobody waits for ever.

Each begins where the other holds what it will want: were locks not taken in one order, PostgreSQL would end one.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from holdings.orders import Order
from kernel.actor import operator_in
from outreach.words import Outcome
from rights.words import Kind
from sheets.key_in import key_in
from signups.confirm import confirm_wish
from signups.links import Use, sign_link
from signups.preferences import stop_some
from signups.visitor import RIGHTS, visitor_in
from signups.wish import Wish
from tests.eligibility.objecting import EMAIL, object_to
from tests.factories import World, marie, opened_world, raw, recorded
from tests.rights.asking import asking
from tests.sheets.doors import friend, made, said

_WAITING = """SELECT count(*) FROM pg_locks WHERE NOT granted
AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"""


@pytest.fixture
def world(postgresql_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(postgresql_url, tmp_path) as one:
        yield one


class _Beside:
    """Let one begin, and when it is at a certain step let another begin and wait for it; then let the first go on."""

    def __init__(self, world: World, act: Callable[[], object]) -> None:
        self._world, self._act = world, act
        self.failed: list[BaseException] = []
        self._over = Event()

    def begins(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return the step before which the other begins."""

        def stepping(*given: Any, **more: Any) -> Any:  # noqa: ANN401
            if not hasattr(self, "thread"):
                self.thread = Thread(target=self._run)
                self.thread.start()
                with raw(self._world.url, self._world.campaign) as database:
                    while not self._over.is_set() and not database.run(_WAITING)[0][0]:
                        pass
            return step(*given, **more)

        return stepping

    def _run(self) -> None:
        try:
            self._act()
        except BaseException as problem:  # noqa: BLE001 - told by the test
            self.failed.append(problem)
        finally:
            self._over.set()


def keying_in(world: World) -> Callable[[], object]:
    """Key in an objection, and a note of a day of which no origin was declared."""
    friend(world, "1")
    friend(world, "2", "Petit")
    (sheet,) = made(world).sheets

    def act() -> None:
        with world.register.open(world.actor, "canvassing") as processing:
            lines = [said(1, Outcome.DO_NOT_COME_BACK), said(2, Outcome.ABSENT, note="préfère le soir")]
            key_in(processing, sheet.id, lines)

    return act


def test_the_first_sign_up_of_a_day_and_a_sheet(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = _Beside(world, keying_in(world))
    monkeypatch.setattr("signups.confirm.record_contacts", beside.begins(_the("signups.confirm.record_contacts")))
    wish = Wish(email="zoe@example.org", language="fr", first_names="Zoé", last_name="Zola", channels=("email",))
    with world.register.open(visitor_in(world.campaign), RIGHTS) as processing:
        confirm_wish(processing, wish, asked_at=processing.at, notice=1, signup="x")
    beside.thread.join()
    assert beside.failed == []


def test_the_first_rectification_of_a_day_and_a_sheet(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asking(postgresql_url, tmp_path) as desk:
        (mine,) = recorded(desk.world, marie(desk.world))
        one = desk.receive(Kind.RECTIFICATION, changes=(("phone", "+33639980109"),))
        desk.confirm(one.id, mine)
        beside = _Beside(desk.world, keying_in(desk.world))
        monkeypatch.setattr("rights.decide.amend_contacts", beside.begins(_the("rights.decide.amend_contacts")))
        desk.grant(one.id)
        beside.thread.join()
        assert beside.failed == []


def test_who_stops_messages_by_a_link_and_objects_by_a_tool(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (person,) = recorded(world, marie(world))
    beside = _Beside(world, lambda: object_to(world, EMAIL))
    monkeypatch.setattr("signups.preferences.oppose", beside.begins(_the("signups.preferences.oppose")))
    with world.register.open(visitor_in(world.campaign), RIGHTS) as processing:
        stop_some(processing, sign_link(processing.keys, person, Use.PREFERENCES, processing.at), None)
    beside.thread.join()
    assert beside.failed == []


def test_an_erasure_with_an_objection_and_an_objection_of_the_same_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = recorded(world, marie(world))
    beside = _Beside(world, lambda: object_to(world, EMAIL))
    monkeypatch.setattr("holdings.erase.take_leave", beside.begins(_the("holdings.erase.take_leave")))
    actor = operator_in(world.campaign, frozenset({"rights_request", "administration"}))
    world.installation.eraser.erase_ordered(actor, [Order(person=person, ground="objection")])
    beside.thread.join()
    assert beside.failed == []


def test_a_note_from_the_door_and_an_objection_of_the_same_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    friend(world, "1")
    (sheet,) = made(world).sheets
    beside = _Beside(world, lambda: object_to(world, ("email", "martin@example.org")))
    monkeypatch.setattr("sheets.key_in.keep_notes", beside.begins(_the("sheets.key_in.keep_notes")))
    with world.register.open(world.actor, "canvassing") as processing:
        key_in(processing, sheet.id, [said(1, Outcome.ABSENT, note="préfère le soir")])
    beside.thread.join()
    assert beside.failed == []


def _the(name: str) -> Callable[..., Any]:
    """Return a function by its full name."""
    room, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(__import__(room, fromlist=[function]), function)
    return found
