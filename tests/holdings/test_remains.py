"""What remains of the erased: no byte on SQLite, no row on PostgreSQL."""

from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from campaigns.ballots import State
from campaigns.elections import change_election
from installation.backup import make_backup
from kernel.identity import PersonId
from retention.runs import Run
from retention.sweep import CHUNK, sweep_contacts
from tests.factories import World, count, dump, marie, opened_world, raw, record, recorded, supporter, voter
from tests.holdings.erasing import CANARY, bytes_on_disk, erase, remaining, secrets_of, telling


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
        places = sorted(persons + kept, key=lambda person: person.bytes)[CHUNK - 1 :: CHUNK]
        some = [*persons[::250], *({*persons} & {*places})]  # The sweep keeps its place by the last person it judged.
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
