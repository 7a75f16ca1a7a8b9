from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.events import Event
from audit.note import Note
from jobs.run import finish, keep_chunk, start_or_resume
from kernel.errors import Conflict
from tests.factories import MANAGING, World, count, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def begun(world: World, fingerprint: bytes = b"f") -> tuple[object, bool, set[int]]:
    with world.register.open(world.actor, MANAGING) as processing:
        job, counts = start_or_resume(processing, "import", fingerprint, {})
        processing.note(Note(event=Event.IMPORT_STARTED, counts=counts))
    return job.id, job.resumed, set(job.done)


def keep(world: World, job: object, chunk: int) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        counts = keep_chunk(processing, job, chunk, {"rows": {}})  # type: ignore[arg-type]  # a UUID
        processing.note(Note(event=Event.IMPORT_CHUNK_STORED, counts=counts))


def test_an_unfinished_job_is_resumed_with_the_chunks_it_has(world: World) -> None:
    job, resumed, done = begun(world)
    assert (resumed, done) == (False, set())
    keep(world, job, 0)
    keep(world, job, 2)
    assert begun(world) == (job, True, {0, 2})
    assert begun(world, b"other")[1] is False


def test_a_chunk_is_kept_once(world: World) -> None:
    job, *_ = begun(world)
    keep(world, job, 0)
    with pytest.raises(Conflict):
        keep(world, job, 0)
    assert count(world, "job_chunk") == 1


def test_a_finished_job_is_not_resumed(world: World) -> None:
    job, *_ = begun(world)
    with world.register.open(world.actor, MANAGING) as processing:
        processing.note(Note(event=Event.IMPORT_FINISHED, counts=finish(processing, job), announced={}))  # type: ignore[arg-type]
    again, resumed, _ = begun(world)
    assert again != job
    assert not resumed
