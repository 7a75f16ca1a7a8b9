# ruff: noqa: S608, E501 - an intruder writes SQL by hand
"""What the log shows of whoever touched it; and that it accuses nobody for nothing."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.checkpoints import origin_of
from audit.errors import Tampered
from audit.events import Event
from audit.note import Note
from audit.sequence import Sequencer
from audit.verify import Verification, verify_log
from kernel.identity import CampaignId
from tests.factories import MANAGING, World, count, later, marie, opened_world, raw, recorded

ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def note(world: World, times: int = 1) -> None:
    for _ in range(times):
        with world.register.open(world.actor, MANAGING) as processing:
            processing.note(Note(event=Event.LOG_READ, counts={}))


def verified(world: World, earlier: str | None = None) -> Verification:
    with world.register.open(world.actor, MANAGING) as processing:
        return verify_log(processing, world.installation.checkpoints, earlier)


def sequenced(world: World) -> int:
    return world.installation.sequencer.run(world.campaign)


def newest_note(world: World) -> str:
    with raw(world.url, world.campaign) as database:
        return str(database.run("SELECT note FROM checkpoint ORDER BY month DESC, size DESC LIMIT 1")[0][0])


@pytest.fixture
def signed(world: World) -> World:
    """A log of two checkpoints."""
    note(world, 5)
    sequenced(world)
    later(world, minutes=1)
    note(world, 5)
    sequenced(world)
    return world


def test_an_untouched_log_is_clean_before_and_after_its_numbers(world: World) -> None:
    note(world, 3)
    assert verified(world).holds
    sequenced(world)
    found = verified(world)
    assert found.holds
    assert found.entries > 3
    assert found.checkpoints == 2  # One in the database, the same in the file.


def test_months_have_trees_of_their_own(world: World) -> None:
    for _ in range(3):
        note(world, 2)
        later(world, days=31)
    world.installation.sequencer.run(world.campaign, whole=True)
    found = verified(world)
    assert found.problems == []
    assert found.checkpoints == 6


DEEDS: dict[str, Callable[[str], list[str]]] = {
    "changed": lambda _: ["UPDATE entry SET actor_id = 'nobody' WHERE event = 'campaign.created'"],
    "moment": lambda _: ["UPDATE entry SET at = (SELECT max(at) FROM entry) WHERE event = 'campaign.created'"],
    "counted": lambda _: ["UPDATE entry SET counts = '{}' WHERE event = 'campaign.created'"],
    "removed": lambda _: ["DELETE FROM entry WHERE event = 'campaign.created'"],
    "removed with its number": lambda number: [
        f"DELETE FROM entry WHERE id = (SELECT entry_id FROM sequence WHERE number = {number})",
        f"DELETE FROM sequence WHERE number = {number}",
    ],
    "reordered": lambda _: [
        "UPDATE sequence SET number = 1000 WHERE number = 1",
        "UPDATE sequence SET number = 1 WHERE number = 2",
        "UPDATE sequence SET number = 2 WHERE number = 1000",
    ],
    "leaf": lambda _: ["UPDATE sequence SET leaf = (SELECT leaf FROM sequence WHERE number = 0) WHERE number = 3"],
    "tail cut in the database": lambda _: [
        "DELETE FROM entry WHERE id IN (SELECT entry_id FROM sequence WHERE number > 5)",
        "DELETE FROM sequence WHERE number > 5",
    ],
    "tail cut with its checkpoint": lambda _: [
        "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)",
        "DELETE FROM entry WHERE id IN (SELECT entry_id FROM sequence WHERE number >= (SELECT max(size) FROM checkpoint))",
        "DELETE FROM sequence WHERE number >= (SELECT max(size) FROM checkpoint)",
    ],
    "everything cut": lambda _: ["DELETE FROM checkpoint", "DELETE FROM sequence", "DELETE FROM entry"],
    "checkpoint note": lambda _: ["UPDATE checkpoint SET note = replace(note, 'erasures 0', 'erasures 7')"],
    "checkpoint swapped": lambda _: [
        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint ORDER BY size LIMIT 1)",
        "DELETE FROM sequence WHERE number = 8",
    ],
    "another month": lambda _: ["UPDATE sequence SET month = 202610 WHERE number > 5"],
    "number beyond": lambda _: [
        "UPDATE sequence SET number = (SELECT max(number) + 2 FROM sequence) WHERE number = 4",
    ],
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_an_intruder_did_is_found(deed: str, signed: World) -> None:
    assert verified(signed).holds
    with raw(signed.url, signed.campaign) as database:
        for statement in DEEDS[deed]("4"):
            database.run(statement)
    assert verified(signed).problems


def test_an_entry_put_in_long_afterwards_is_found(signed: World) -> None:
    later(signed, hours=3)
    note(signed)
    sequenced(signed)
    with raw(signed.url, signed.campaign) as database:
        row = database.run("SELECT * FROM entry WHERE event = 'campaign.created'")[0]
        marks = ", ".join("?" * len(row))
        database.run(f"INSERT INTO entry VALUES ({marks})", row[0], _other(row[1]), *row[2:])
    assert any("inserted" in problem for problem in verified(signed).problems)


def _other(identifier: object) -> object:
    from uuid import UUID  # noqa: PLC0415

    return UUID(int=7) if isinstance(identifier, UUID) else UUID(int=7).bytes


def test_a_cut_log_contradicts_a_checkpoint_kept_elsewhere(signed: World) -> None:
    kept = newest_note(signed)
    with raw(signed.url, signed.campaign) as database:
        for statement in DEEDS["tail cut with its checkpoint"](""):
            database.run(statement)
    _lose_the_file(signed)
    assert verified(signed).holds  # Nothing here can show it...
    assert verified(signed, kept).problems  # ...but what somebody else kept.


def _lose_the_file(world: World) -> None:
    """Roll the file of checkpoints back to its first: an intruder who reaches both."""
    for path in world.installation.settings.checkpoint_dir.rglob("*.checkpoints"):
        pieces = path.read_bytes().split(b"\n\n")
        path.write_bytes(b"\n\n".join(pieces[:2]) + b"\n\n")


def test_a_checkpoint_of_another_campaign_or_another_hand_is_no_evidence(signed: World) -> None:
    assert verified(signed, "isoloir/other/2026-11\n1\nAAAA\n").problems
    assert verified(signed, newest_note(signed).replace("isoloir/", "isoloir/0", 1)).problems
    assert verified(signed, newest_note(signed)).holds


def test_a_spoilt_frontier_is_never_signed_over(signed: World) -> None:
    newest = "size = (SELECT max(size) FROM checkpoint)"
    with raw(signed.url, signed.campaign) as database:
        (frontier,) = database.run(f"SELECT frontier FROM checkpoint WHERE {newest}")[0]
        spoilt = bytes(frontier[:-1]) + bytes([frontier[-1] ^ 1])
        database.run(f"UPDATE checkpoint SET frontier = ? WHERE {newest}", spoilt)
    note(signed)
    numbered = count(signed, "sequence")
    with pytest.raises(Tampered):
        sequenced(signed)
    assert count(signed, "sequence") == numbered


def test_a_crash_between_the_commit_and_the_file_is_made_good(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    note(world, 2)
    file = world.installation.checkpoints
    with monkeypatch.context() as patched:
        patched.setattr(type(file), "append", _full)
        with pytest.raises(OSError, match="full"):
            sequenced(world)
    assert count(world, "checkpoint") == 1
    assert list(world.installation.settings.checkpoint_dir.rglob("*.checkpoints")) == []
    sequenced(world)
    assert len(list(world.installation.settings.checkpoint_dir.rglob("*.checkpoints"))) == 1
    found = verified(world)
    assert (found.problems, found.checkpoints) == ([], 2)


def _full(*_: object) -> None:
    raise OSError("disk full")


def test_a_crash_before_the_commit_loses_no_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import audit.sequence  # noqa: PLC0415

    note(world, 2)
    with monkeypatch.context() as patched:
        patched.setattr(audit.sequence, "insert_checkpoint", _full)
        with pytest.raises(OSError, match="full"):
            sequenced(world)
    assert count(world, "sequence") == 0
    sequenced(world)
    assert count(world, "sequence") == count(world, "entry")
    assert verified(world).holds


def run_together(*deeds: Callable[[], object]) -> None:
    """Run deeds in threads; raise the first error of any."""
    problems: list[BaseException] = []

    def guarded(deed: Callable[[], object]) -> None:
        try:
            deed()
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            problems.append(problem)

    threads = [threading.Thread(target=guarded, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def test_concurrent_writers_and_sequencers_number_everything_once(world: World) -> None:
    def write() -> None:
        for _ in range(15):
            note(world)

    def sequence() -> None:
        sequencer = world.installation.sequencer
        for _ in range(12):
            Sequencer(world.register, world.installation.checkpoints, sequencer._ledger_size).run(world.campaign)  # noqa: SLF001

    run_together(write, write, write, sequence, sequence, sequence)
    sequenced(world)
    with raw(world.url, world.campaign) as database:
        numbers = [row[0] for row in database.run("SELECT number FROM sequence ORDER BY number")]
    assert numbers == list(range(count(world, "entry")))
    assert verified(world).problems == []


def test_verifying_while_the_sequencer_runs_accuses_nobody(world: World) -> None:
    problems: list[str] = []

    def write() -> None:
        for _ in range(25):
            note(world)
            sequenced(world)

    def verify() -> None:
        for _ in range(15):
            problems.extend(verified(world).problems)

    run_together(write, verify, verify)
    assert problems == []


def test_an_erasure_while_sequencers_wait_does_not_turn_the_log_against_itself(world: World) -> None:
    persons = recorded(world, *[marie(world, f"m{number}@example.org") for number in range(8)])

    def erase() -> None:
        for person in persons:
            world.installation.eraser.erase(world.actor, "rights_request", [person])

    def sequence() -> None:
        for _ in range(20):
            sequenced(world)

    run_together(erase, sequence, sequence)
    sequenced(world)
    assert verified(world).problems == []


def test_a_sequencer_overtaken_before_it_wrote_the_file_harms_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(world)
    file = world.installation.checkpoints
    honest, overtaken = type(file).append, threading.Event()

    def overtake() -> None:
        note(world)
        sequenced(world)

    def slow(self: object, *given: object) -> object:
        if not overtaken.is_set():
            overtaken.set()
            other.start()
            other.join(0.3)  # It waits for our lock, if there is one.
        return honest(self, *given)  # type: ignore[arg-type]

    other = threading.Thread(target=overtake)
    monkeypatch.setattr(type(file), "append", slow)
    sequenced(world)
    other.join()
    sequenced(world)
    assert verified(world).problems == []


def test_an_erasure_between_counting_the_ledger_and_signing_harms_nothing(world: World) -> None:
    ledger = world.installation.eraser.ledger
    honest, asked = ledger.size, threading.Event()

    def overtake() -> None:
        ledger.mean(world.campaign, ["0" * 64])
        note(world)
        sequenced(world)

    def slow(campaign: CampaignId) -> int:
        size = honest(campaign)
        if not asked.is_set():
            asked.set()
            other.start()
            other.join(0.3)
        return size

    other = threading.Thread(target=overtake)
    note(world)
    Sequencer(world.register, world.installation.checkpoints, slow).run(world.campaign)
    other.join()
    sequenced(world)
    assert verified(world).problems == []


PROCESS = """
import sys
from pathlib import Path
from uuid import UUID
from audit.events import Event
from audit.note import Note
from kernel.actor import operator_in
from tests.factories import opened, MANAGING, PURPOSES
with opened(sys.argv[1], Path(sys.argv[2])) as installation:
    campaign = UUID(sys.argv[3])
    for _ in range(20):
        with installation.register.open(operator_in(campaign, PURPOSES), MANAGING) as processing:
            processing.note(Note(event=Event.LOG_READ, counts={}))
        installation.sequencer.run(campaign)
"""


def test_processes_that_write_and_sequence_number_everything_once(world: World, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROCESS, world.url, str(tmp_path), str(world.campaign)]
    others = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for other in others:
        _, told = other.communicate()
        assert other.returncode == 0, told[-2000:]
    sequenced(world)
    assert count(world, "sequence") == count(world, "entry")
    assert verified(world).problems == []


def test_the_file_of_checkpoints_stands_where_its_origin_says(signed: World) -> None:
    origin = origin_of(signed.campaign, "2026-11")
    path = signed.installation.settings.checkpoint_dir / str(signed.campaign) / "2026-11.checkpoints"
    assert path.read_text().startswith(f"{origin}\n")
    assert path.stat().st_mode & 0o077 == 0
