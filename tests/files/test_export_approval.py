"""Exports that wait: for somebody else, for the delay of an operator alone, or for an end without either."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from files.exports.show import cancel_export
from kernel.actor import ActorKind
from tests.factories import World, later, opened_world, raw
from tests.files.exporting import ADMIN, DELAY, chores, chunks_of_three, keyed, order, people, run, shown, task, wanted


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks_of_three(monkeypatch)


def test_a_large_export_waits_for_somebody_else_or_for_the_delay(world: World) -> None:
    keyed(world)
    people(world, 2)
    small = order(world, wanted(cap=6), alone=10)
    large = order(world, wanted(cap=5), alone=10)
    assert (small.state, large.state, large.approval is not None) == ("queued", "waiting", True)
    assert large.alone_from == world.clock.at + DELAY, "the operator is alone here"
    assert not run(world, large.id)
    settle = task(world, "export.settle")
    chores(world).settle(settle)
    assert shown(world, large.id).state == "waiting"
    later(world, hours=25)
    chores(world).settle(settle)
    assert shown(world, large.id).state == "queued"
    assert not run(world, large.id)
    assert shown(world, large.id).contacts == 2
    assert order(world, wanted(cap=10), alone=10).state == "queued", (
        "a day has passed, and an approval counts by itself"
    )


def test_an_export_that_is_not_approved_ends(world: World) -> None:
    keyed(world)
    program = replace(world.actor, id=str(uuid4()), kind=ActorKind.CLIENT, scopes=frozenset({"contacts:read"}))
    asked = (order(world, wanted(cap=one), alone=0, by=program) for one in (5, 6, 7, 8))
    refused, forgotten, cancelled, approved = asked
    assert refused.alone_from is None, "no DPO could object"
    assert refused.approval is not None
    with world.register.open(world.actor, ADMIN) as processing:
        cancel_export(processing, cancelled.id)
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE approval SET decision = 'refused' WHERE id = ?", refused.approval)
        database.run("UPDATE approval SET decision = 'approved' WHERE id = ?", approved.approval)
    chores(world).settle(task(world, "export.settle"))
    assert (shown(world, refused.id).state, shown(world, forgotten.id).state) == ("failed", "waiting")
    assert shown(world, approved.id).state == "queued"
    later(world, days=8)
    chores(world).settle(task(world, "export.settle"))
    ended = shown(world, forgotten.id)
    assert ended.failure is not None
    assert (ended.state, ended.failure["message"].endswith("expired")) == ("failed", True)
