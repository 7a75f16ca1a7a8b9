# ruff: noqa: ANN401, C402 - what is interrupted takes anything
"""Rotations finish from wherever they were interrupted, and nothing is lost to whoever writes meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import contacts.store.index
from audit.register import Register
from contacts.find import Search, find_contacts
from contacts.record import record_contacts
from contacts.reindex import rotate_index_keys
from contacts.reveal import reveal_contacts
from crypto.campaign_keys import CampaignKeys
from kernel.actor import operator_in
from kernel.errors import IsoloirError, Unopenable
from kernel.identity import PersonId
from keys.rotate_kek import rotate_kek
from keys.rotate_root import rotate_root
from tests.factories import MANAGING, World, marie, new_world, opened, opened_world, raw, record, recorded, supporter

Rotate = Callable[[World, Register, Callable[[], None]], int]


def kek(world: World, register: Register, pause: Callable[[], None]) -> int:
    return rotate_kek(register, world.installation.provider, world.actor, pause)


def index(world: World, register: Register, pause: Callable[[], None]) -> int:
    return rotate_index_keys(register, world.installation.provider, world.actor, pause)


def root(world: World, register: Register, _pause: Callable[[], None]) -> int:
    campaigns = world.installation.campaigns
    return rotate_root(register, world.installation.provider, campaigns, operator_in).rewrapped


ROTATIONS: dict[str, Rotate] = {"kek": kek, "index": index, "root": root}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def people(world: World, count: int = 5) -> list[PersonId]:
    return recorded(
        world,
        *[
            supporter(world, ("last_name", f"Nom{number}"), ("first_names", "Ève"), ("email", f"n{number}@example.org"))
            for number in range(count)
        ],
    )


def everything_is_there(world: World, persons: list[PersonId]) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        shown = reveal_contacts(processing, persons)
    assert [dict((one.field, one.value) for one in contact.data)["last_name"] for contact in shown if contact] == [
        f"Nom{number}" for number in range(len(persons))
    ]
    for number, person in enumerate(persons):
        data = (("last_name", f"Nom{number}"), ("first_names", "Eve"))
        for search in (Search(data=(("email", f"n{number}@example.org"),)), Search(data=data, reason="essai")):
            with world.register.open(world.actor, MANAGING) as processing:
                assert [one.person for one in find_contacts(processing, search)] == [person]


def states(world: World, purpose: str) -> list[tuple[int, str, bool]]:
    with raw(world.url, world.campaign) as database:
        return [
            (version, state, wrapped is not None)
            for version, state, wrapped in database.run(
                "SELECT version, state, wrapped FROM keys.campaign_key WHERE campaign_id = ? AND purpose = ? "
                "ORDER BY version",
                world.campaign,
                purpose,
            )
        ]


class _Killed(BaseException):
    """A power cut."""


class _Counting(Register):
    """A register that dies at the n-th processing, before it or just before its commit."""

    def __init__(self, register: Register, at: int, *, inside: bool) -> None:
        self._inner, self._left, self._inside = register, at, inside

    @contextmanager
    def open(self, *given: Any, **more: Any) -> Iterator[Any]:
        self._left -= 1
        if self._left == 0 and not self._inside:
            raise _Killed
        with self._inner.open(*given, **more) as processing:
            yield processing
            if self._left == 0:
                raise _Killed


@pytest.mark.parametrize("name", ROTATIONS)
def test_after_a_rotation_everything_is_readable_and_findable(name: str, world: World) -> None:
    persons = people(world)
    moved = ROTATIONS[name](world, world.register, lambda: None)
    assert moved >= 5
    everything_is_there(world, persons)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("name", ROTATIONS)
def test_a_rotation_interrupted_anywhere_is_finished_by_the_next_call(
    name: str,
    inside: bool,  # noqa: FBT001 - a parameter of the test
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("keys.rotate_kek.BATCH", 2)
    monkeypatch.setattr("contacts.reindex.BATCH", 2)
    persons = people(world)
    rotate, at, interrupted = ROTATIONS[name], 1, 0
    while True:
        try:
            rotate(world, _Counting(world.register, at, inside=inside), lambda: None)
        except _Killed:
            interrupted += 1
            at += 1
            everything_is_there(world, persons)
            if at % 2:
                rotate(world, world.register, lambda: None)
                everything_is_there(world, persons)
        else:
            break
    assert interrupted >= (1 if name == "root" else 3)
    everything_is_there(world, persons)
    if name == "root":
        assert len(world.installation.provider.versions()) == 1
    else:
        purpose = {"kek": "kek", "index": "index:email"}[name]
        *old, newest = states(world, purpose)
        assert newest[1:] == ("active", True)
        assert {state for _, state, _ in old} == {"destroyed"}
        assert not any(wrapped for _, _, wrapped in old)


def test_a_root_rotation_interrupted_before_destruction_begins_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = world.installation.provider
    with monkeypatch.context() as patched:
        patched.setattr(type(provider), "destroy", _killed)
        with pytest.raises(_Killed):
            root(world, world.register, lambda: None)
    assert provider.versions() == (1, 2)
    root(world, world.register, lambda: None)
    assert provider.versions() == (2,)


def _killed(*_: object) -> None:
    raise _Killed


def test_a_campaign_created_during_a_root_rotation_keeps_its_keys(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keys.rotate_root as module  # noqa: PLC0415

    honest = module._rewrap  # noqa: SLF001 - the moment between two campaigns
    made: list[World] = []

    def slow(*given: Any, **more: Any) -> int:
        if not made:
            made.append(new_world(world.installation, world.url, "Autre"))
        return honest(*given, **more)

    monkeypatch.setattr(module, "_rewrap", slow)
    root(world, world.register, lambda: None)
    everything_is_there(made[0], people(made[0]))


@pytest.mark.parametrize("name", ["kek", "index"])
def test_who_writes_between_the_steps_of_a_rotation_loses_nothing(name: str, world: World) -> None:
    persons = people(world, 2)

    def pause() -> None:
        number = len(persons)
        draft = supporter(
            world, ("last_name", f"Nom{number}"), ("first_names", "Ève"), ("email", f"n{number}@example.org")
        )
        persons.extend(recorded(world, draft))
        everything_is_there(world, persons)

    ROTATIONS[name](world, world.register, pause)
    assert len(persons) == 4
    everything_is_there(world, persons)


@pytest.mark.parametrize("name", ["kek", "index"])
def test_who_took_longer_to_write_than_the_whole_rotation_loses_nothing(
    name: str, postgresql_url: str, tmp_path: Path
) -> None:
    """A chunk sealed under keys read before the rotation began is stored readable, or not stored."""
    with opened_world(postgresql_url, tmp_path) as world:
        persons = people(world, 2)
        draft = supporter(world, ("last_name", "Nom2"), ("first_names", "Ève"), ("email", "n2@example.org"))
        rotation = threading.Thread(target=ROTATIONS[name], args=(world, world.register, lambda: None))
        try:
            with world.register.open(world.actor, MANAGING) as processing:
                (late,) = record_contacts(processing, [draft])
                rotation.start()
                rotation.join(3)
        except IsoloirError:
            rotation.join()
        else:
            rotation.join()
            assert late.person is not None
            persons.append(late.person)
        everything_is_there(world, persons)


def test_an_amendment_during_the_rebuilding_of_the_index_leaves_no_stale_value(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rebuilding read the old e-mail; somebody replaces it; the rebuilding must not write the old one back."""
    import contacts.reindex as module  # noqa: PLC0415

    with opened_world(postgresql_url, tmp_path) as world:
        persons = people(world, 1)
        honest, amended = contacts.store.index.update_indexes, threading.Event()

        def amend() -> None:
            draft = supporter(world, ("last_name", "Nom0"), ("first_names", "Ève"), ("email", "n0@example.org"))
            try:
                record(world, supporter(world, *draft.data, ("phone", "0639980102")))
            except IsoloirError:
                record(world, supporter(world, *draft.data, ("phone", "0639980102")))

        def slow(*given: Any) -> int:
            if not amended.is_set():
                amended.set()
                other.start()
                other.join(0.5)
            return honest(*given)

        other = threading.Thread(target=amend)
        monkeypatch.setattr(module, "update_indexes", slow)
        try:
            index(world, world.register, lambda: None)
        except IsoloirError:
            index(world, world.register, lambda: None)
        other.join()
        everything_is_there(world, persons)
        for search in (("phone", "0639980102"), ("email", "n0@example.org")):
            with world.register.open(world.actor, MANAGING) as processing:
                assert [one.person for one in find_contacts(processing, Search(data=(search,)))] == persons
        assert world.installation.eraser.erase(world.actor, "rights_request", persons) == 1
        with raw(world.url, world.campaign) as database:
            assert database.run("SELECT count(*) FROM contact_index") == [(0,)]


def test_an_old_version_is_destroyed_and_what_it_wrapped_does_not_open(world: World) -> None:
    people(world)
    with world.register.open(world.actor, MANAGING) as processing:
        old = processing.keys
        processing.notes.append(_nothing())
    kek(world, world.register, lambda: None)
    with world.register.open(world.actor, MANAGING) as processing:
        assert isinstance(old, CampaignKeys)
        assert processing.keys.active("kek").version == old.active("kek").version + 1
        with pytest.raises(Unopenable):
            processing.keys.at("kek", old.active("kek").version)
        processing.notes.append(_nothing())


def _nothing() -> Any:
    from audit.events import Event  # noqa: PLC0415
    from audit.note import Note  # noqa: PLC0415

    return Note(event=Event.LOG_READ, counts={})


def test_keys_are_remembered_for_a_moment_and_read_again_after_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [1000.0]
    monkeypatch.setattr("campaigns.load.time.monotonic", lambda: at[0])
    with opened(database_url, tmp_path, remembered=2.0) as installation:
        world = new_world(installation, database_url)
        people(world)
        with opened(database_url, tmp_path) as other:
            rotate_kek(other.register, other.provider, world.actor, lambda: None)
        with world.register.open(world.actor, MANAGING) as processing:
            assert processing.keys.active("kek").version == 1
            processing.notes.append(_nothing())
        at[0] += 2.1
        with world.register.open(world.actor, MANAGING) as processing:
            assert processing.keys.active("kek").version == 2
            processing.notes.append(_nothing())
        assert record(world, marie(world))[0].person is not None
