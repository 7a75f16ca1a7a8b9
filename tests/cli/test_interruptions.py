"""Imports, rotations and erasures are killed at each of their steps; the same command again loses and doubles nothing.

Nothing here waits for a time: a command is killed when the database, or a file, shows the step, and is stopped before
its next one by a lock that the test holds.
"""

import csv
import fcntl
import json
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from files.order import CHUNK
from files.sample_people import write_nationbuilder_people
from holdings.erase import BATCH
from tests.cli.console import (
    PATIENCE,
    Begun,
    Console,
    begin,
    bring_in,
    external_ids,
    file_held,
    new_campaign,
    persons,
    wait_for,
)

CHUNKS = 3
PEOPLE = (CHUNKS - 1) * CHUNK + 500
FEW = 8_500
"""Of which a rotation moves two thousand at a time: it is met between the first of them and its end."""
STRANGERS = CHUNKS * CHUNK
ALONE = {"ISOLOIR_EXPORT_ALONE": str(PEOPLE + STRANGERS)}
"""Lets somebody export all of them, which tells what came in."""
MOVED = "keys.person_key WHERE kek_version = 2"
REINDEXED = "contact WHERE index_version = 2"


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "people.csv"
    write_nationbuilder_people(path, PEOPLE, seed=11)
    return path


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("few") / "few.csv"
    write_strangers(path, FEW)
    return path


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("strangers") / "strangers.csv"
    write_strangers(path, STRANGERS)
    return path


def write_strangers(path: Path, count: int) -> None:
    """Write people who share nothing, so that no order of the rows changes what becomes of them."""
    rows = (f"{one},Prénom{one},Nom{one},{one}@example.org\n" for one in range(1000, 1000 + count))
    path.write_text("nationbuilder_id,first_name,last_name,email\n" + "".join(rows), encoding="utf-8")


@dataclass(frozen=True)
class Clean:
    """What an import leaves that nothing interrupted."""

    external_ids: list[str]
    rows: dict[str, int]
    reports: list[bytes]


@pytest.fixture(scope="session")
def clean(people: Path, tmp_path_factory: pytest.TempPathFactory) -> Clean:
    console = Console(tmp_path_factory.mktemp("clean"), more=ALONE)
    begin(console)
    rows = console.json(*bring_in(people, "--report", str(console.folder / "report"), "--processes", "1"))["rows"]
    return Clean(external_ids(console), rows, reports(console))


def reports(console: Console) -> list[bytes]:
    return [console.folder.joinpath(f"report.{kind}").read_bytes() for kind in ("csv", "json")]


@pytest.fixture
def console(tmp_path: Path, database_url: str) -> Console:
    console = Console(tmp_path, database_url, more=ALONE)
    begin(console)
    return console


@pytest.fixture
def filled(tmp_path: Path, database_url: str, few: Path) -> Generator[Console]:
    """Yield a campaign with some thousand contacts; afterwards its log must hold."""
    console = Console(tmp_path, database_url)
    imported = _imported.get(console.on_postgresql)
    if imported is None or not console.bring_back(imported):
        begin(console)
        console.json(*bring_in(few, "--report", str(console.folder / "report")))
        _imported[console.on_postgresql] = console.kept()
    yield console
    assert console.json("audit", "verify")["holds"]


_imported: dict[bool, Begun] = {}


def ids_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return sorted(f"nationbuilder:{row['nationbuilder_id']}" for row in csv.DictReader(lines))


def test_an_import_killed_after_each_chunk_loses_and_doubles_nothing_and_reports_like_a_clean_one(
    console: Console, people: Path, clean: Clean
) -> None:
    command = bring_in(people, "--report", str(console.folder / "report"), "--processes", "1")
    console.kill_when(command, lambda: console.count("job") == 1)
    for chunks in range(1, CHUNKS):
        console.kill_when(command, lambda least=chunks: console.count("job_chunk") >= least)  # type: ignore[misc]
    assert 0 < console.count("contact") < PEOPLE
    done = console.json(*command)
    assert done["resumed"]
    assert done["rows"] == clean.rows
    assert external_ids(console) == clean.external_ids
    assert console.count("contact") == console.count("keys.person_key") == clean.rows["created"] + clean.rows["flagged"]
    assert console.json("audit", "verify")["holds"]
    assert reports(console) == clean.reports


def test_an_import_by_several_processes_killed_at_once_loses_and_doubles_nothing(
    console: Console, strangers: Path
) -> None:
    command = bring_in(strangers, "--report", str(console.folder / "report"), "--processes", "2")
    console.kill_when(command, lambda: console.count("job_chunk") >= 1)
    done = console.json(*command)
    assert done["resumed"]
    assert done["rows"] == {"created": STRANGERS}
    assert external_ids(console) == ids_of(strangers)
    assert console.count("contact") == console.count("keys.person_key") == STRANGERS


def roots(console: Console) -> set[int]:
    """Return the versions in the root key file."""
    return {int(version) for version in json.loads((console.data / "root.key").read_text())["versions"]}


def wrapped_by(console: Console, version: int) -> int:
    return console.count(f"keys.campaign_key WHERE root_version = {version}")


def test_a_root_rotation_killed_at_each_step_is_finished_by_the_next(console: Console) -> None:
    command = ("keys", "rotate", "root")
    keys = wrapped_by(console, 1)
    with ExitStack() as held:
        if console.on_postgresql:
            held.enter_context(console.rows_held("SELECT 1 FROM keys.campaign_key"))
        else:
            held.enter_context(console.gate_held())
        console.kill_when(command, lambda: roots(console) == {1, 2})
    assert wrapped_by(console, 1) == keys
    # Only a shared lock on the file of the root key: reading it goes on, destroying a version waits.
    with file_held(console.data / "root.key.lock", fcntl.LOCK_SH):
        console.kill_when(command, lambda: wrapped_by(console, 2) == keys)
    assert roots(console) == {1, 2}
    assert console.json(*command)["version"] == 2
    assert roots(console) == {2}
    assert wrapped_by(console, 2) == keys
    assert console.json("audit", "verify")["holds"]


def test_a_root_rotation_killed_between_two_campaigns_is_finished_by_the_next(
    tmp_path: Path, postgresql_url: str
) -> None:
    console = Console(tmp_path, postgresql_url)
    begin(console)
    new_campaign(console, "candidate")
    keys = wrapped_by(console, 1)
    with console.rows_held("SELECT 1 FROM keys.campaign_key"):
        console.kill_when(("keys", "rotate", "root"), lambda: wrapped_by(console, 2) > 0)
    assert wrapped_by(console, 2) == wrapped_by(console, 1) == keys // 2
    console.json("keys", "rotate", "root")
    assert (wrapped_by(console, 2), roots(console)) == (keys, {2})


@pytest.mark.parametrize(
    ("which", "purpose", "moved", "all_of"),
    [("kek", "kek", MOVED, "keys.person_key"), ("index", "index:email", REINDEXED, "contact")],
    ids=["kek", "index"],
)
def test_a_rotation_killed_at_each_step_is_finished_by_the_next(
    filled: Console, few: Path, which: str, purpose: str, moved: str, all_of: str
) -> None:
    command = ("keys", "rotate", which)
    state = f"keys.campaign_key WHERE purpose = '{purpose}' AND version = 2 AND state = "
    filled.kill_when(command, lambda: filled.count(f"{state}'pending'") == 1)
    filled.kill_when(command, lambda: filled.count(f"{state}'active'") == 1)
    assert filled.count(moved) == 0
    filled.kill_when(command, lambda: filled.count(moved) > 0)
    if filled.on_postgresql:
        retiring = f"SELECT 1 FROM keys.campaign_key WHERE purpose = '{purpose}' AND version = 1"  # noqa: S608
        with filled.rows_held(retiring):
            filled.kill_when(command, lambda: filled.count(moved) == FEW)
        assert filled.count("keys.campaign_key WHERE state = 'retiring'") > 0
    filled.json(*command)
    assert filled.count(moved) == filled.count(all_of) == FEW
    assert filled.count("keys.campaign_key WHERE state IN ('pending', 'retiring')") == 0
    assert filled.count(f"keys.campaign_key WHERE purpose = '{purpose}' AND wrapped IS NOT NULL") == 1
    assert external_ids(filled) == ids_of(few)
    one = ids_of(few)[FEW // 2]
    assert len(filled.json("find", "--external-id", one, "--reason", "essai")["contacts"]) == 1


def meant(console: Console, state: str = "meant") -> int:
    ledgers = list((console.data / "erasures").glob("*.ledger"))
    return sum(path.read_text().count(f"{state} ") for path in ledgers)


def kill_when_meant(filled: Console, going: list[str]) -> None:
    """Kill an erasure that stands in the ledger and has not touched the database: no two locks are held at once."""
    with ExitStack() as held:
        ledger = held.enter_context(ExitStack())
        ledger.enter_context(file_held(filled.data / "erasures" / "ledger.gate", fcntl.LOCK_EX))
        process = filled.start("erase", *going)
        wait_for(lambda: waits(process.pid), process)
        held.enter_context(filled.rows_held("SELECT 1 FROM contact") if filled.on_postgresql else filled.gate_held())
        ledger.close()
        wait_for(lambda: meant(filled) == len(going), process)
        process.kill()
        process.wait(PATIENCE)


def waits(process: int) -> bool:
    """Tell whether a program waits for the lock of a file, as the kernel sees it."""
    return any(
        words[1] == "->" and int(words[5]) == process
        for words in map(str.split, Path("/proc/locks").read_text(encoding="ascii").splitlines())
    )


def test_an_erasure_of_many_killed_at_each_step_is_completed(filled: Console) -> None:
    everybody = persons(filled)
    going, staying = everybody[: BATCH + 300], everybody[BATCH + 300 :]
    command = ("erase", *going)
    last = f"SELECT 1 FROM contact WHERE id = '{going[-1]}'"  # noqa: S608 - an id of ours
    kill_when_meant(filled, going)
    assert filled.count("contact") == FEW
    if filled.on_postgresql:
        with filled.rows_held(last):
            filled.kill_when(command, lambda: filled.count("contact") < FEW)
        assert filled.count("contact") > FEW - len(going)
    with file_held(filled.data / "erasures" / "ledger.gate", fcntl.LOCK_EX):
        filled.kill_when(command, lambda: filled.count("contact") == FEW - len(going))
    assert meant(filled, "done") == 0
    assert filled.json(*command)["completed"] == 0
    assert meant(filled, "done") >= len(going)
    assert filled.count("contact") == filled.count("keys.person_key") == FEW - len(going)
    assert filled.json("show", *staying[:2])["missing"] == []
    assert filled.run("show", going[0]).returncode == 1


def test_an_erasure_that_was_meant_is_completed_when_the_server_starts(filled: Console) -> None:
    going = persons(filled)[: BATCH - 500]
    kill_when_meant(filled, going)
    server = filled.start("serve", "--port", "0")
    try:
        wait_for(lambda: meant(filled, "done") == len(going), server)
    finally:
        server.terminate()
        server.wait(PATIENCE)
    assert filled.count("contact") == filled.count("keys.person_key") == FEW - len(going)
