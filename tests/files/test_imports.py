# ruff: noqa: ANN401 - orders are passed on
"""Imports over the API: sealed while they wait, run in turns, resumed wherever they stopped, cancelled, swept."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

import files.course
import files.import_file
import files.reading
import jobs.run
from attachments.intake import Intake
from files.awaited import decide_mapping
from files.imports import RUN, Declared, ImportView, cancel_import, list_imports, request_import, show_import
from files.run_import import Importer, report_import
from files.sample import write_roll
from files.sealed import AnyForm, NoRoom, SealedSource, Spool, spool_of
from installation.chores import Chores
from jobs.message import DELIVER
from jobs.task import Ending, Taken
from kernel.errors import Conflict, Invalid, NotFound, Unopenable
from policy.findings import Refusal
from tests.factories import MANAGING, World, count, later, opened_world, raw
from tests.files.test_workbook import made
from tests.jobs.story import endpoint, tasks

CANARY = b"Zebulonnette"
HEADER = b"nationbuilder_id,first_name,last_name,email,religion\n"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a turn of no time hold one chunk, however long the file took to open."""
    monkeypatch.setattr("files.turn._READING", 0)


class _Killed(BaseException):
    """A power cut."""


def rows(number: int) -> bytes:
    lines = (b"%d,Marie,%s%d,m%d@example.org,none\n" % (one, CANARY, one, one) for one in range(number))
    return HEADER + b"".join(lines)


def spool(world: World) -> Spool:
    return spool_of(world.installation.settings, world.campaign)


def upload(world: World, content: bytes, **more: Any) -> UUID:
    settings = world.installation.settings
    told: dict[str, Any] = {"origin": world.newsletter.number, "category": "regular"} | more
    declared = Declared(**told)
    with Intake(settings.upload_dir, world.campaign, "text/csv", 1 << 24, AnyForm()) as intake:
        intake.take(content)
        taken = intake.finish()
        spool(world).keep(taken.id, taken.sealed)
        with world.register.open(world.actor, MANAGING) as processing:
            return request_import(processing, spool(world), taken, declared)


def importer(world: World, seconds: float = 60) -> Importer:
    return Importer(world.register, spool(world), seconds, chunk=4)


def run(world: World, one: UUID, seconds: float = 60) -> bool:
    return importer(world, seconds).run(world.campaign, one)


def shown(world: World, one: UUID) -> ImportView:
    with world.register.open(world.actor, MANAGING) as processing:
        return show_import(processing, one)


def report(world: World, one: UUID) -> list[dict[str, str]]:
    text = b"".join(report_import(world.register, world.actor, MANAGING, one)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def left(world: World) -> list[Path]:
    return [path for path in spool(world).folder.rglob("*") if path.is_file()]


def task(world: World, one: UUID, attempt: int = 1) -> Taken:
    payload = f'{{"import":"{one}"}}'
    return Taken(world.campaign, uuid4(), RUN, None, payload, attempt, world.clock.at, uuid4())


def test_an_upload_stays_sealed_until_it_is_imported_and_goes_then(world: World) -> None:
    one = upload(world, rows(10))
    assert (shown(world, one).state, shown(world, one).percent) == ("queued", 0)
    stored = [path.read_bytes() for path in left(world)]
    assert len(stored) == 2
    assert not any(CANARY in each or b"example" in each or b"religion" in each for each in stored)
    assert not run(world, one)
    ended = shown(world, one)
    assert (ended.state, ended.percent, ended.seconds_left) == ("finished", 100, None)
    assert ended.rows == {"created": 10}
    assert ended.cells["refused"] == 10
    fates = {column["column"]: column for column in ended.columns}
    assert fates["email"]["field"] == "email"
    assert fates["religion"]["decision"] == "refused"
    assert fates["religion"]["articles"]
    assert left(world) == []
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT state FROM job") == [("finished",)]


def test_the_report_names_rows_columns_rules_and_articles_and_no_value(world: World) -> None:
    one = upload(world, rows(3) + b"9,only,three\n")
    run(world, one)
    lines = report(world, one)
    assert [line["column"] for line in lines if line["row"] == "2"] == ["religion"]
    assert any(line["decision"] == "unreadable" and line["row"] == "5" for line in lines)
    assert all(line["articles"] for line in lines if line["rule"].startswith("attribute."))
    assert CANARY.decode() not in str(lines)
    assert shown(world, one).rows == {"created": 3, "unreadable": 1}


@pytest.mark.parametrize("inside", [False, True])
def test_an_import_killed_at_any_chunk_goes_on_without_loss_or_double(
    inside: bool,  # noqa: FBT001 - a parameter of the test
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_roll(tmp_path / "roll.csv", 18, seed=5)
    one = upload(world, (tmp_path / "roll.csv").read_bytes(), origin=world.roll.number, category=None)
    honest, kills, at, calls = jobs.run.keep_chunk, 0, 1, 0

    def dying(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and not inside:
            raise _Killed
        kept = honest(*given)
        if calls == at:
            raise _Killed
        return kept

    monkeypatch.setattr(files.course, "keep_chunk", dying)
    while shown(world, one).state != "finished":
        try:
            run(world, one)
        except _Killed:
            kills, calls, at = kills + 1, 0, 2  # Each further try stores one chunk, and dies in the next.
    assert kills >= 4
    assert count(world, "contact") == 18
    assert shown(world, one).rows == {"created": 18}
    assert left(world) == []


def test_a_killed_end_is_ended_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = upload(world, rows(3))

    def dying(*_: Any) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(Importer, "_finish", dying)
        with pytest.raises(_Killed):
            run(world, one)
    assert not run(world, one)
    assert (shown(world, one).state, count(world, "contact")) == ("finished", 3)


def test_turns_leave_room_for_others_and_a_cancelled_import_keeps_what_was_stored(world: World) -> None:
    first, second = upload(world, rows(12)), upload(world, rows(12))
    assert run(world, first, seconds=0)
    assert run(world, second, seconds=0)
    state = shown(world, first)
    assert (state.state, state.rows, state.percent) == ("running", {"created": 4}, 99)
    with world.register.open(world.actor, MANAGING) as processing:
        cancel_import(processing, first)
    spool(world).drop(first)
    assert not run(world, first)
    cancelled = shown(world, first)
    assert (cancelled.state, cancelled.rows) == ("cancelled", {"created": 4})
    while run(world, second, seconds=0):
        pass
    assert shown(world, second).rows["created"] + shown(world, second).rows.get("unchanged", 0) == 12
    with world.register.open(world.actor, MANAGING) as processing:
        cancel_import(processing, first)
    with pytest.raises(Conflict), world.register.open(world.actor, MANAGING) as processing:
        cancel_import(processing, second)
    with pytest.raises(NotFound), world.register.open(world.actor, MANAGING) as processing:
        cancel_import(processing, uuid4())


def test_a_chunk_that_meets_a_cancellation_is_undone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = upload(world, rows(8))
    assert run(world, one, seconds=0)
    honest = files.reading.open_table

    def cancelling(*given: Any) -> Any:
        with world.register.open(world.actor, MANAGING) as processing:
            cancel_import(processing, one)
        return honest(*given)

    monkeypatch.setattr(files.import_file, "open_table", cancelling)
    assert not run(world, one)
    assert (shown(world, one).state, count(world, "contact")) == ("cancelled", 4)
    assert left(world) == []


def test_a_dry_run_stores_no_contact_and_reports_all_the_same(world: World) -> None:
    one = upload(world, rows(9), dry_run=True)
    while run(world, one, seconds=0):
        pass
    ended = shown(world, one)
    assert (ended.state, ended.rows, ended.dry_run) == ("finished", {"accepted": 9}, True)
    assert count(world, "contact") == 0
    assert sum(line["row"] != "*" for line in report(world, one)) == 9


def test_whoever_asked_is_told_of_the_end_by_the_imports_id(world: World) -> None:
    endpoint(world, "https://hooks.example.org/", "import.finished")
    one = upload(world, rows(3))
    run(world, one)
    told = [row.payload["data"] for row in tasks(world) if row.kind == DELIVER]
    assert told == [{"campaign": str(world.campaign), "imports": [str(one)]}]


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.csv", content)
    return packed.getvalue()


def test_packed_lists_and_workbooks_are_read_as_they_stand_sealed(world: World, tmp_path: Path) -> None:
    cells = [line.decode().split(",") for line in rows(3).splitlines()]
    for content in (zipped(rows(3)), gzip.compress(rows(3)), made(tmp_path / "list.xlsx", cells).read_bytes()):
        one = upload(world, content)
        run(world, one)
        assert sum(shown(world, one).rows.values()) == 3, shown(world, one).failure
    assert count(world, "contact") == 3


def bomb() -> bytes:
    return gzip.compress(HEADER + b"1,a,b,c,d\n" * (1 << 22))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(rows(2000))[:-900], "cut"),
        (bomb(), "unfolds"),
        (b"Durand,75011\nMartin,63000\n", "no names of columns"),
        (HEADER + b'1,"a,b,c,d\n', "never closed"),
        (b"PK\x03\x04 nothing", "damaged"),
    ],
    ids=["cut", "bomb", "unknown", "quote", "zip"],
)
def test_a_list_that_cannot_be_read_fails_with_its_reason_and_leaves_nothing(
    world: World, content: bytes, message: str
) -> None:
    one = upload(world, content)
    assert not run(world, one)
    failed = shown(world, one)
    assert failed.state == "failed"
    assert failed.failure is not None
    assert message in failed.failure["message"]
    assert (left(world), count(world, "contact")) == ([], 0)


UNKNOWN = b"Patronyme,Petit nom,Joindre,Culte,Ne pas appeler\n" + b"".join(
    b"%s%d,Marie,m%d@example.org,none,\n" % (CANARY, one, one) for one in range(3)
)


def decide(world: World, one: UUID, decided: dict[int, str | None]) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        decide_mapping(processing, one, decided)


def test_a_list_that_nobody_knows_waits_until_its_columns_are_told_and_the_next_does_not(world: World) -> None:
    one = upload(world, UNKNOWN)
    for _ in range(2):
        assert not run(world, one)
    waiting = shown(world, one)
    assert (waiting.state, count(world, "contact"), waiting.columns) == ("awaiting_mapping", 0, [])
    told = {
        each["column"]: (each["decision"], each["field"] or each["rule"], each["asked"]) for each in waiting.proposals
    }
    assert told == {
        "Patronyme": ("dropped", "field.unknown", True),
        "Petit nom": ("dropped", "field.unknown", True),
        "Joindre": ("kept", "email", False),
        "Culte": ("refused", "forbidden.religion", False),
        "Ne pas appeler": ("objection", "call", False),
    }
    assert waiting.proposals[3]["articles"]
    assert not any(word in str(waiting.proposals) for word in (CANARY.decode(), "example.org", "Marie"))
    with pytest.raises(Refusal):
        decide(world, one, {1: "last_name", 2: "first_names", 4: "note"})
    with pytest.raises(Invalid):
        decide(world, one, {1: "last_name"})
    decide(world, one, {1: "last_name", 2: "first_names"})
    assert shown(world, one).proposals == []
    with pytest.raises(Conflict):
        decide(world, one, {1: "last_name", 2: "first_names"})
    assert not run(world, one)
    assert (shown(world, one).state, shown(world, one).rows, left(world)) == ("finished", {"created": 3}, [])
    again = upload(world, UNKNOWN)
    run(world, again)
    assert (shown(world, again).state, shown(world, again).rows) == ("finished", {"unchanged": 3})
    with pytest.raises(NotFound):
        decide(world, uuid4(), {})


def test_a_list_may_ask_though_a_profile_knows_it_and_is_cancelled_or_let_go_while_it_waits(world: World) -> None:
    cancelled, forgotten = (upload(world, rows(3), ask=True) for _ in range(2))
    for one in (cancelled, forgotten):
        assert not run(world, one)
        assert shown(world, one).state == "awaiting_mapping"
    with world.register.open(world.actor, MANAGING) as processing:
        cancel_import(processing, cancelled)
    with pytest.raises(Conflict):
        decide(world, cancelled, {1: None})
    later(world, days=8)
    Chores(world.installation).let_go(task(world, forgotten))
    assert (shown(world, forgotten).state, count(world, "contact")) == ("failed", 0)


def test_names_that_may_be_a_persons_are_not_kept_while_a_list_waits(world: World) -> None:
    one = upload(world, b"Martin,Lucienne\n" + b"Durand,Marie\n" * 3)
    run(world, one)
    assert [each["column"] for each in shown(world, one).proposals] == [None, None]
    with raw(world.url, world.campaign) as database:
        assert "Lucienne" not in str(database.run("SELECT plan, declared FROM import_run"))


def test_a_list_with_only_a_header_is_imported_and_brings_nobody(world: World) -> None:
    one = upload(world, HEADER)
    assert not run(world, one)
    assert (shown(world, one).state, shown(world, one).rows) == ("finished", {})


def test_what_is_declared_wrongly_is_refused_before_anything_is_kept(world: World) -> None:
    for wrong in ({"origin": 99}, {"profile": "nothing"}, {"category": "nobody"}, {"mapping": {"religion": "Dupont"}}):
        with pytest.raises(Invalid):
            upload(world, rows(1), **wrong)
    assert count(world, "import_run") == 0


def test_a_spoilt_or_lost_upload_fails(world: World) -> None:
    spoilt, lost = upload(world, rows(9)), upload(world, rows(9))
    chunks = spool(world).folder / str(spoilt) / "chunks"
    sealed = chunks.read_bytes()
    chunks.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    spool(world).drop(lost)
    for one in (spoilt, lost):
        assert not run(world, one)
        assert shown(world, one).state == "failed"
    assert count(world, "contact") == 0


def test_a_full_disk_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("files.sealed.os.fsync", full)
    with pytest.raises(NoRoom):
        upload(world, rows(9))
    assert left(world) == []
    assert count(world, "import_run") == 0


def test_the_last_failure_of_a_row_fails_the_import(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = upload(world, rows(3))

    def breaking(*_: Any) -> None:
        raise RuntimeError("unexpected")

    monkeypatch.setattr(files.import_file, "open_table", breaking)
    chores = Chores(world.installation)
    for attempt, state in ((1, "queued"), (10, "failed")):
        with pytest.raises(RuntimeError):
            chores.bring_in(task(world, one, attempt))
        assert shown(world, one).state == state
    assert left(world) == []


def test_the_worker_takes_an_import_to_its_end(world: World) -> None:
    one = upload(world, rows(3))
    assert Chores(world.installation).bring_in(task(world, one)).ending is Ending.DONE
    assert shown(world, one).state == "finished"


def test_after_seven_days_uploads_and_reports_are_let_go(world: World) -> None:
    ended, waiting = upload(world, rows(3)), upload(world, rows(3))
    run(world, ended)
    (spool(world).folder / str(uuid4())).mkdir()
    chores = Chores(world.installation)
    chores.let_go(task(world, ended))
    assert shown(world, ended).has_report
    later(world, days=7, hours=2)
    chores.let_go(task(world, ended))
    assert (shown(world, waiting).state, left(world)) == ("failed", [])
    assert list(spool(world).folder.iterdir()) == []
    assert not shown(world, ended).has_report
    with pytest.raises(Conflict):
        report(world, ended)
    with pytest.raises(NotFound):
        report(world, uuid4())
    with raw(world.url, world.campaign) as database:
        assert {row[0] for row in database.run("SELECT result FROM job_chunk")} == {"{}"}


def test_imports_are_listed_the_newest_first(world: World) -> None:
    made = []
    for _ in range(3):
        made.append(upload(world, rows(1)))
        later(world, seconds=1)
    with world.register.open(world.actor, MANAGING) as processing:
        first = list_imports(processing, None, 2)
        rest = list_imports(processing, (first[-1].created_at, first[-1].id), 2)
    assert [one.id for one in [*first, *rest]] == made[::-1]


def test_a_sealed_list_is_read_from_any_place_and_never_when_it_was_cut(world: World) -> None:
    content = bytes(range(256)) * 700
    with Intake(world.installation.settings.upload_dir, world.campaign, "text/csv", 1 << 24, AnyForm()) as intake:
        intake.take(content)
        taken = intake.finish()
        spool(world).keep(taken.id, taken.sealed)
    source = spool(world).source(world.campaign, taken.id, taken.key)
    with source.open() as file:
        assert file.read() == content
        for at in (0, 65_535, 65_536, 131_072, len(content) - 1, len(content), len(content) + 9):
            assert file.seek(at) == at
            assert file.read(70_000) == content[at : at + 70_000]
        assert (file.seek(-3, 2), file.read()) == (len(content) - 3, content[-3:])
    path = source.path
    path.write_bytes(path.read_bytes()[: 2 * (65_536 + 16)])
    cut = SealedSource(path, source.campaign, source.file, source.key)
    with pytest.raises(Unopenable), cut.open() as file:
        file.read()
    spool(world).drop(taken.id)
