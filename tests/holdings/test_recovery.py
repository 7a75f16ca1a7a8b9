# ruff: noqa: FBT001, PLW2901, PLC0415 - the parameters of a kill; the world goes on in another process
"""Erasures killed between any two steps, and what the next start completes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

import holdings.erase
from contacts.reveal import reveal_contacts
from holdings.ledger import Ledger, person_digest
from tests.factories import (
    MANAGING,
    World,
    count,
    dump,
    ledger_of,
    marie,
    new_world,
    opened,
    opened_world,
    recorded,
    supporter,
)
from tests.holdings.erasing import erase, remaining, secrets_of, telling

STEPS = ("mean", "batch", "complete", "truncate")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


class _Killed(BaseException):
    """What the power cut is to the program: nothing catches it."""


def _kill_at(step: str, *, after: bool, patched: pytest.MonkeyPatch) -> None:
    from kernel.database import Database

    owner, name = {
        "mean": (Ledger, "mean"),
        "batch": (holdings.erase.Eraser, "_erase_batch"),
        "complete": (Ledger, "complete"),
        "truncate": (Database, "truncate_wal"),
    }[step]
    honest = getattr(owner, name)

    def killed(*given: object, **more: object) -> object:
        if after:
            honest(*given, **more)
        raise _Killed

    patched.setattr(owner, name, killed)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_killed_at_any_step_is_complete_after_the_next_start(
    step: str,
    after: bool,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with opened_world(database_url, tmp_path) as world:
        kept = recorded(world, marie(world))[0]
        persons = recorded(world, *[supporter(world, *telling(number)) for number in range(5)])
        secrets = secrets_of(world, persons)
        with monkeypatch.context() as patched:
            patched.setattr(holdings.erase, "BATCH", 2)
            _kill_at(step, after=after, patched=patched)
            with pytest.raises(_Killed):
                erase(world, *persons)
        begun = (step, after) != ("mean", False)
        campaign, actor = world.campaign, world.actor
        # Nothing is closed in between: a killed process closes nothing.
        with opened(database_url, tmp_path) as again:
            again.recover()
            world = replace(world, installation=again)
            with again.register.open(actor, MANAGING) as processing:
                shown = reveal_contacts(processing, [kept, *persons])
            assert shown[0] is not None
            assert [one is None for one in shown[1:]] == [begun] * 5
            assert ledger_of(world).unfinished(campaign) == {}
            if begun and make_url(database_url).get_backend_name() == "sqlite":
                assert remaining(world, secrets) == 0


def test_an_erasure_whose_keys_leave_without_its_rows_does_not_exist(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import contacts.erase

    (person,) = recorded(world, marie(world))
    before = dump(world)
    for name in ("delete_index_of", "delete_tags", "delete_contacts", "shred_person_keys"):
        with monkeypatch.context() as patched:
            patched.setattr(contacts.erase, name, _fails)
            with pytest.raises(ZeroDivisionError):
                erase(world, person)
        assert dump(world) == before, name
    assert world.installation.recover() == 1
    assert count(world, "contact") == 0


def _fails(*_: object) -> int:
    raise ZeroDivisionError


def test_recovering_twice_harms_nobody(world: World) -> None:
    recorded(world, marie(world))
    before = dump(world, without=["entry", "sequence", "checkpoint"])
    assert world.installation.recover() == 0
    assert world.installation.recover() == 0
    assert dump(world, without=["entry", "sequence", "checkpoint"]) == before


def test_a_campaigns_intent_touches_no_other_campaign(world: World) -> None:
    other = new_world(world.installation, world.url, "Autre")
    (person,), (theirs,) = recorded(world, marie(world)), recorded(other, marie(other))
    ledger_of(world).mean(world.campaign, [person_digest(world.campaign, person)])
    assert world.installation.recover() == 1
    with other.register.open(other.actor, MANAGING) as processing:
        assert reveal_contacts(processing, [theirs]) != [None]
