# ruff: noqa: ANN401 - orders are passed on
"""Imports run in turns, sealed as they stand: resumed wherever they stopped, cancelled between two chunks."""

import gzip
import io
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import files.import_file
import files.reading
from files.imports import cancel_import
from files.run_import import Importer
from files.sample import write_roll
from kernel.errors import Conflict, NotFound
from tests.factories import MANAGING, World, count
from tests.files.killing import Killed, dying
from tests.files.test_workbook import made
from tests.files.uploading import CANARY, left, report, rows, run, shown, spool, upload


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a turn of no time hold one chunk, however long the file took to open."""
    monkeypatch.setattr("files.turn._READING", 0)


def test_the_report_names_rows_columns_rules_and_articles_and_no_value(world: World) -> None:
    one = upload(world, rows(3) + b"9,only,three\n")
    run(world, one)
    lines = report(world, one)
    assert [line["column"] for line in lines if line["row"] == "2"] == ["religion"]
    assert any(line["decision"] == "unreadable" and line["row"] == "5" for line in lines)
    assert all(line["articles"] for line in lines if line["rule"].startswith("attribute."))
    assert CANARY.decode() not in str(lines)
    assert shown(world, one).rows == {"created": 3, "unreadable": 1}


@pytest.mark.parametrize("kept", [False, True])
def test_an_import_killed_at_any_chunk_goes_on_without_loss_or_double(
    kept: bool,  # noqa: FBT001 - a parameter of the test
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_roll(tmp_path / "roll.csv", 18, seed=5)
    one = upload(world, (tmp_path / "roll.csv").read_bytes(), origin=world.roll.number, category=None)
    death = dying(monkeypatch, kept=kept)
    while shown(world, one).state != "finished":
        with suppress(Killed):
            run(world, one)
    assert death.kills >= 4
    assert count(world, "contact") == 18
    assert shown(world, one).rows == {"created": 18}
    assert left(world) == []


def test_a_killed_end_is_ended_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = upload(world, rows(3))

    def dying(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Importer, "_finish", dying)
        with pytest.raises(Killed):
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
