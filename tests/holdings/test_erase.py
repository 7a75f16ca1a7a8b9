# ruff: noqa: PT012, FBT001, PLW2901, PLC0415 - a processing is opened with the statement that must fail in it
"""Erasure leaves nothing: no byte on SQLite, no row on PostgreSQL, and nothing that opens in an older copy."""

import shutil
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
import sqlalchemy
from sqlalchemy import make_url

import holdings.erase
from audit.events import Event
from audit.note import Note
from audit.register import Register
from campaigns.ballots import State
from campaigns.elections import change_election
from campaigns.load import CampaignLoader
from contacts.opening import references, unwrap
from contacts.reveal import reveal_contacts
from contacts.store.records import read_contacts
from crypto.layout import HEADER, PREFIX, headers
from holdings.holding import HOLDINGS
from holdings.ledger import Ledger, person_digest
from installation.backup import make_backup
from kernel.actor import operator_in
from kernel.errors import IsoloirError, Unopenable
from kernel.identity import PersonId
from keys.rotate_root import rotate_root
from retention.runs import Run
from retention.sweep import sweep_contacts
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
    raw,
    record,
    recorded,
    supporter,
    voter,
)

CANARY = "Zébulonnette"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def erase(world: World, *persons: PersonId) -> int:
    return world.installation.eraser.erase(world.actor, "rights_request", persons)


def telling(number: int) -> tuple[tuple[str, str], ...]:
    return (("last_name", f"{CANARY}{number}"), ("first_names", "Marie"), ("email", f"{CANARY}{number}@example.org"))


def secrets_of(world: World, persons: list[PersonId]) -> set[bytes]:
    """Return what must not remain of these persons: sealed records, wrapped keys, index values, references' salts."""
    found: set[bytes] = set()
    with raw(world.url, world.campaign) as database:
        for person in persons:
            (record_, indexes) = database.run("SELECT record, indexes FROM contact WHERE id = ?", person)[0]
            ((wrapped,),) = database.run("SELECT wrapped FROM keys.person_key WHERE person_id = ?", person)
            # Headers are alike in many records; bodies are nobody else's. Pieces catch what was torn by a page's end.
            sealed = bytes(record_)[PREFIX.size + len(headers(record_)) * HEADER.size :]
            found |= {sealed[start : start + 24] for start in range(0, len(sealed) - 24, 24)}
            found |= {bytes(wrapped), bytes(wrapped)[12:44]}
            found |= {bytes(indexes)[start : start + 8] for start in range(0, len(indexes), 8)}
    return found


def bytes_on_disk(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in world.installation.settings.data_dir.rglob("*") if path.is_file())


def remaining(world: World, secrets: set[bytes]) -> int:
    disk = bytes_on_disk(world)
    return sum(secret in disk for secret in secrets)


def test_erasing_one_among_many_leaves_no_byte_in_any_file(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        persons = recorded(world, *[supporter(world, *telling(number)) for number in range(300)])
        for start in range(0, 300, 30):  # Many small writes, so that pages split and cells move.
            recorded(world, *[supporter(world, *telling(1000 + start + number)) for number in range(30)])
        gone = persons[::37]
        secrets = secrets_of(world, gone)
        assert remaining(world, secrets) == len(secrets)
        assert erase(world, *gone) == len(gone)
        assert remaining(world, secrets) == 0
        disk = bytes_on_disk(world)
        assert CANARY.encode() not in disk
        assert CANARY.lower().encode() not in disk
        assert not any(person.bytes in disk for person in gone)


def test_an_amended_contact_leaves_no_byte_of_what_it_was(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        recorded(world, *[supporter(world, *telling(number)) for number in range(100)])
        (person,) = recorded(world, marie(world))
        before = secrets_of(world, [person])
        record(world, supporter(world, *marie(world).data, ("phone", "0639980102")))
        secrets = before | secrets_of(world, [person])
        erase(world, person)
        assert remaining(world, secrets) == 0


def sweep_the_roll(world: World) -> int:
    """Annul the election, and sweep: whoever is only known from the roll goes. Return how many."""
    with world.register.open(world.actor, "administration") as processing:
        change_election(processing, world.election, State.ANNULLED, processing.today)
    told: list[Run] = []
    run = sweep_contacts(world.installation.eraser, world.actor, simulated=False, tell=told.append)
    assert len(told) == run.chunks > 1
    return run.counts["roll.erased"]


def test_sweeping_ten_thousand_leaves_no_byte_in_any_file_or_artefact(
    sqlite_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        kept = recorded(world, *[supporter(world, *telling(number)) for number in range(500)])
        persons: list[PersonId] = []
        for start in range(0, 10_000, 2_000):
            persons += recorded(world, *[voter(world, start + number) for number in range(2_000)])
        some = persons[::250]
        secrets = secrets_of(world, some)
        assert sweep_the_roll(world) == 10_000
        assert remaining(world, secrets) == 0
        disk, identity = bytes_on_disk(world), pyrage.x25519.Identity.generate()
        assert not any(person.bytes in disk for person in some)
        to = [str(identity.to_public())]
        made = make_backup(
            world.installation, tmp_path / "b", data_recipients=to, keys_recipients=to, keys_days=7
        ).backup
        for name in (made.data, made.keys):
            artefact = pyrage.decrypt((tmp_path / "b" / name).read_bytes(), [identity])
            assert not any(secret in artefact for secret in secrets)
            assert not any(person.bytes in artefact for person in some)
        logged = "".join(capfd.readouterr())
        assert not any(str(person) in logged for person in some)
        assert count(world, "contact") == len(kept) == count(world, "keys.person_key")


def test_sweeping_ten_thousand_leaves_no_row(postgresql_url: str, tmp_path: Path) -> None:
    """But the changes, which tell those who hold copies for sixty days, and the log."""
    with opened_world(postgresql_url, tmp_path) as world:
        (kept,) = recorded(world, marie(world))
        persons: list[PersonId] = []
        for start in range(0, 10_000, 2_000):
            persons += recorded(world, *[voter(world, start + number) for number in range(2_000)])
        assert sweep_the_roll(world) == 10_000
        everything = str({name: rows for name, rows in dump(world).items() if name not in ("entry", "change")})
        assert not any(str(person) in everything for person in persons)
        assert [count(world, table) for table in ("contact", "keys.person_key")] == [1, 1]
        with raw(world.url, world.campaign) as database:
            assert database.run("SELECT DISTINCT contact_id FROM contact_index") == [(kept,)]


def test_after_erasure_nothing_is_shown_found_or_counted(world: World) -> None:
    kept, gone = recorded(world, marie(world), supporter(world, *telling(1)))
    assert erase(world, gone, gone) == 1
    with world.register.open(world.actor, MANAGING) as processing:
        shown = reveal_contacts(processing, [gone, kept])
    assert shown[0] is None
    assert shown[1] is not None
    assert erase(world, gone) == 0


def test_the_reference_of_an_erased_person_cannot_be_computed_again(world: World) -> None:
    (gone,) = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        rows = read_contacts(processing, [gone])
        (reference,) = references(processing, unwrap(processing, rows))
        reveal_contacts(processing, [gone])
        processing.notes[-1].counts["contact.read"] += 1  # type: ignore[index]  # our own reading, told too
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT count(*) FROM entry WHERE subject = ?", reference) == [(3,)] or database.run(
            "SELECT count(*) FROM entry WHERE subject = ?", reference
        ) == [(2,)]
    erase(world, gone)
    assert count(world, "keys.person_key") == 0
    (again,) = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        (other,) = references(processing, unwrap(processing, read_contacts(processing, [again])))
        processing.notes.append(_read_note())
    assert other != reference
    with pytest.raises(Unopenable), world.register.open(world.actor, MANAGING) as processing:
        # The old wrapped key, were it kept, is bound to its person: it names nobody else.
        row = read_contacts(processing, [again])[0]
        unwrap(processing, [_moved(row, gone)])


def _moved(row: object, person: PersonId) -> object:
    from types import SimpleNamespace

    taken = {name: getattr(row, name) for name in ("generation", "kek_version", "wrapped")}
    return SimpleNamespace(id=person, **taken)


def _read_note() -> Note:
    return Note(event=Event.CONTACT_REVEALED, counts={"contact.read": 1})


# --- a copy taken before


def test_a_copy_taken_before_opens_until_the_root_is_rotated(database_url: str, tmp_path: Path) -> None:
    with opened_world(database_url, tmp_path) as world:
        kept, gone = recorded(world, marie(world), supporter(world, *telling(1)))
        with _copied(world, tmp_path) as copy:
            erase(world, gone)
            assert _reads(world, copy, gone)  # The copy still holds wrapped keys, and the root that opens them.
            rotate_root(world.register, world.installation.provider, world.installation.campaigns, operator_in)
            assert not _reads(world, copy, gone)
            assert not _reads(world, copy, kept)
        with world.register.open(world.actor, MANAGING) as processing:
            assert reveal_contacts(processing, [kept]) != [None]


def _reads(world: World, copy: str, person: PersonId) -> bool:
    """Tell whether the copy, served with the present root key, shows the person."""
    settings = world.installation.settings.model_copy(update={"database_url": copy})
    from kernel.database import Database

    database = Database(settings)
    register = Register(
        database,
        load_campaign=CampaignLoader(world.installation.provider, 0),
        load_law=world.register._load_law,  # noqa: SLF001 - the same law
        clock=world.installation.clock,
    )
    try:
        with register.open(world.actor, MANAGING) as processing:
            (shown,) = reveal_contacts(processing, [person])
        return shown is not None and len(shown.data) > 0
    except Unopenable:
        return False
    finally:
        database.close()


class _copied:  # noqa: N801 - used as a word
    """A base copy: the file on SQLite, a database made from this one on PostgreSQL."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._folder = world, folder
        self._on_postgresql = make_url(world.url).get_backend_name() == "postgresql"

    def __enter__(self) -> str:
        url = make_url(self._world.url)
        if not self._on_postgresql:
            self._world.installation.database.truncate_wal()
            shutil.copyfile(str(url.database), self._folder / "copy.db")
            return f"sqlite:///{self._folder / 'copy.db'}"
        self._world.installation.database.close()
        self._name = f"{url.database}_copy"
        self._maintain(f'CREATE DATABASE "{self._name}" TEMPLATE "{url.database}"')
        return url.set(database=self._name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        if self._on_postgresql:
            self._maintain(f'DROP DATABASE "{self._name}" WITH (FORCE)')

    def _maintain(self, statement: str) -> None:
        with raw(make_url(self._world.url).set(database="postgres").render_as_string(hide_password=False)) as database:
            database.run(statement)


# --- killed between any two steps


class _Killed(BaseException):
    """What the power cut is to the program: nothing catches it."""


STEPS = ("mean", "batch", "complete", "truncate")


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


def test_a_step_left_out_of_erasure_is_no_erasure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation: index values are forgotten. The note tells of them, so nothing is stored."""
    import contacts.erase

    (person,) = recorded(world, marie(world))
    before = dump(world)
    with monkeypatch.context() as patched:
        patched.setattr(contacts.erase, "delete_index_of", lambda *_: 0)
        with pytest.raises(IsoloirError):
            erase(world, person)
    assert dump(world) == before


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


def test_every_holding_that_erases_is_asked() -> None:
    expected = [
        "contacts",
        "staff",
        "attachments",
        "consent",
        "reviews",
        "messages",
        "answers",
        "tickets",
        "deliveries",
        "interactions",
        "sheets",
        "requests",
    ]
    assert [one.name for one in HOLDINGS if one.erase is not None] == expected
    assert all(one.why for one in HOLDINGS if one.erase is None)


def test_a_contact_with_a_spoilt_key_can_still_be_erased(world: World) -> None:
    """Whoever cannot be read any more must be erasable all the same (GDPR art. 17)."""
    (person,) = recorded(world, marie(world))
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE keys.person_key SET wrapped = ? WHERE person_id = ?", bytes(60), person)
    erase(world, person)
    assert count(world, "contact") == 0


def test_index_values_are_eight_bytes_in_the_packed_row(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with raw(world.url, world.campaign) as database:
        ((packed,),) = database.run("SELECT indexes FROM contact WHERE id = ?", person)
        values = {row[0] for row in database.run("SELECT value FROM contact_index WHERE contact_id = ?", person)}
    assert set(struct.unpack(f">{len(packed) // 8}q", packed)) == values
    assert sqlalchemy.__version__
