# ruff: noqa: ANN401 - what is patched is passed on
"""An import that is undone leaves what there was before, save what persons said; whatever happens meanwhile."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

import files.run_undo
from contacts.declare import register_tag
from installation.chores import undoer_of
from tests.factories import MANAGING, World, declared, opened_world
from tests.files.undoing import bring_in, clear, line, persons, readable, undo

ROUNDS = 6


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        with one.register.open(one.actor, MANAGING) as processing:
            register_tag(processing, "tract")
        yield one


class _Killed(BaseException):
    """A power cut."""


def standings(world: World) -> set[str]:
    return set(clear(world, "consent_standing", "contact_id, purpose, channel, status, proven_at, opted_out_at"))


def suppressions(world: World) -> list[str]:
    return clear(world, "opposition", "value, purpose, channel")


def test_an_import_that_is_undone_with_crashes_anywhere_leaves_what_there_was_before(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = declared(world, date(2026, 11, 20))
    for number in range(ROUNDS):
        draw = Random(number)  # noqa: S311 - cases, not secrets
        bring_in(world, tmp_path / "before.csv", [line(draw, one) for one in range(4)])
        before, stood, objected = readable(world), standings(world), suppressions(world)
        job = bring_in(world, tmp_path / "file.csv", [line(draw, one) for one in range(2, 12)], newer)
        refused = suppressions(world)
        with monkeypatch.context() as patched:
            said = undo_dying(world, job, patched)
        assert readable(world) == before
        assert said.kept == {}
        assert suppressions(world) == refused
        assert set(objected) <= set(refused)
        assert_only_refusals_differ(stood, standings(world))


def undo_dying(world: World, job: Any, patched: pytest.MonkeyPatch) -> Any:
    """Undo an import with a power cut before and after every step."""
    left = [0]

    def dying(honest: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise _Killed
            told = honest(*given, **more)
            left[0] -= 1
            if left[0] == 0:
                raise _Killed
            return told

        return called

    for name in ("take_step", "tick_off"):
        patched.setattr(files.run_undo, name, dying(getattr(files.run_undo, name)))
    eraser = type(world.installation.eraser)
    patched.setattr(eraser, "erase", dying(eraser.erase))
    kills = 0
    while True:
        left[0] = 3 + kills % 9  # The longest of them gets beyond a whole erasure.
        try:
            return undo(world, job)
        except _Killed:
            kills += 1
            assert kills < 200


def assert_only_refusals_differ(before: set[str], after: set[str]) -> None:
    for row in before ^ after:
        key = row.split(", 20")[0].rsplit(",", 2)[0]
        assert row in before or not row.endswith("None)"), "a standing appeared that refuses nothing"
        assert row in after or any(other.startswith(key[:40]) for other in after)
