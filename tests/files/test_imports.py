"""Imports over the API: asked for, listed, told, refused before anything is kept, let go when their time is over."""

from uuid import uuid4

import pytest

import files.import_file
from files.imports import list_imports
from installation.chores import Chores
from jobs.message import DELIVER
from jobs.task import Ending
from kernel.errors import Conflict, Invalid, NotFound
from tests.factories import MANAGING, World, count, later, raw
from tests.files.uploading import CANARY, HEADER, left, report, rows, run, shown, spool, task, upload
from tests.jobs.story import endpoint, tasks


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


def test_whoever_asked_is_told_of_the_end_by_the_imports_id(world: World) -> None:
    endpoint(world, "https://hooks.example.org/", "import.finished")
    one = upload(world, rows(3))
    run(world, one)
    told = [row.payload["data"] for row in tasks(world) if row.kind == DELIVER]
    assert told == [{"campaign": str(world.campaign), "imports": [str(one)]}]


def test_a_list_with_only_a_header_is_imported_and_brings_nobody(world: World) -> None:
    one = upload(world, HEADER)
    assert not run(world, one)
    assert (shown(world, one).state, shown(world, one).rows) == ("finished", {})


def test_what_is_declared_wrongly_is_refused_before_anything_is_kept(world: World) -> None:
    for wrong in ({"origin": 99}, {"profile": "nothing"}, {"category": "nobody"}, {"mapping": {"religion": "Dupont"}}):
        with pytest.raises(Invalid):
            upload(world, rows(1), **wrong)
    assert count(world, "import_run") == 0


def test_the_last_failure_of_a_row_fails_the_import(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = upload(world, rows(3))

    def breaking(*_: object) -> None:
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
