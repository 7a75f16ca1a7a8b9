# ruff: noqa: ANN401 - what is patched is passed on
"""A disk that fills, a database that goes away: told plainly, nothing half-written, the same file comes in again."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

import files.course
from attachments.intake import Intake
from audit.register import Register
from cli.problems import answer_to
from files.sealed import AnyForm, NoRoom
from kernel.errors import Unavailable
from tests.factories import World, count, opened_world
from tests.files import importing, uploading
from tests.files.uploading import left, rows, shown, spool, upload


@contextmanager
def full(room: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def breaking(monkeypatch: pytest.MonkeyPatch, owner: Any, step: str, at: int, breaks: Callable[[], object]) -> None:
    """Let something happen before a step is taken for that time, once."""
    honest, left_over = getattr(owner, step), [at]

    def taking(*given: Any, **more: Any) -> Any:
        left_over[0] -= 1
        if left_over[0] == 0:
            breaks()
        return honest(*given, **more)

    monkeypatch.setattr(owner, step, taking)


def cut_off(world: World) -> None:
    """End every connection to the database of PostgreSQL but this one's own."""
    server = make_url(world.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("door", ["command", "api"])
def test_a_server_that_goes_away_in_the_middle_undoes_one_chunk_and_the_rest_comes_in_afterwards(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(rows(12))
    with opened_world(postgresql_url, tmp_path) as world:
        one = upload(world, rows(12)) if door == "api" else None

        def bring_in() -> dict[str, int]:
            if one is None:
                return dict(importing.run(world, path).summary["rows"])
            uploading.run(world, one)
            return dict(shown(world, one).rows)

        breaking(monkeypatch, files.course, "keep_chunk", 2, lambda: cut_off(world))
        with pytest.raises(Unavailable) as caught:
            bring_in()
        assert answer_to(caught.value).lines[0].startswith("isoloir: la base de données ne répond pas")
        assert count(world, "contact") == 4
        assert bring_in() == {"created": 12}
        assert count(world, "contact") == count(world, "keys.person_key") == 12


@pytest.mark.parametrize("how", ["locked", "full"])
def test_a_file_that_is_locked_or_full_undoes_one_chunk_and_the_rest_comes_in_afterwards(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("kernel.connections._SQLITE_PRAGMAS", ("journal_mode=WAL", "busy_timeout=0"))
    path = tmp_path / "list.csv"
    path.write_bytes(rows(12))
    with opened_world(sqlite_url, tmp_path) as world, ExitStack() as trouble:
        other = sqlite3.connect(make_url(world.url).database or "", timeout=0, isolation_level=None)
        with closing(other):
            if how == "locked":
                breaking(monkeypatch, Register, "open", 4, lambda: other.execute("BEGIN IMMEDIATE"))
            else:
                breaking(monkeypatch, files.course, "keep_chunk", 2, lambda: trouble.enter_context(full(0)))
            with pytest.raises(Unavailable):
                importing.run(world, path)
            assert other.in_transaction == (how == "locked")
        trouble.close()
        assert count(world, "contact") == 4
        done = importing.run(world, path)
        assert (done.resumed, done.summary["rows"], count(world, "contact")) == (True, {"created": 12}, 12)


def test_a_report_that_finds_no_room_is_written_when_the_same_file_comes_again(sqlite_url: str, tmp_path: Path) -> None:
    path, told = tmp_path / "list.csv", tmp_path / "report.json"
    path.write_bytes(rows(12))
    told.symlink_to("/dev/full")
    with opened_world(sqlite_url, tmp_path) as world:
        with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is looked at
            importing.run(world, path)
        assert answer_to(caught.value).lines == ["isoloir: le disque est plein : libérez de la place, puis relancez"]
        told.unlink()
        done = importing.run(world, path)
        assert (done.resumed, done.summary["rows"], count(world, "contact")) == (True, {"created": 12}, 12)
        assert told.stat().st_size > 0


def test_an_upload_that_finds_no_room_leaves_nothing_and_can_be_sent_again(sqlite_url: str, tmp_path: Path) -> None:
    content = rows(40_000)
    with opened_world(sqlite_url, tmp_path) as world:
        intake = Intake(world.installation.settings.upload_dir, world.campaign, "text/csv", 1 << 25, AnyForm())
        with intake:
            intake.take(content)
            taken = intake.finish()
            with full(1 << 20), pytest.raises(NoRoom):
                spool(world).keep(taken.id, taken.sealed)
        with full(1 << 20), pytest.raises(NoRoom):
            _taken_in(world, content)
        assert (left(world), count(world, "import_run")) == ([], 0)
        upload(world, content)
        assert len(left(world)) == 2


def _taken_in(world: World, content: bytes) -> None:
    """Take a list in as the API does."""
    with Intake(world.installation.settings.upload_dir, world.campaign, "text/csv", 1 << 25, AnyForm()) as intake:
        try:
            intake.take(content)
        except OSError:
            raise NoRoom from None
