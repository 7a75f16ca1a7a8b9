"""A file that leaked is led back to its export by the order of its rows, and by nothing that was altered."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

import files.export_file
from audit.emitted import emitted_chunks
from audit.events import Event
from audit.note import Note
from contacts.erase import erase_contacts
from files.export_file import ExportOrder, export_file
from files.leaked import Leaked, read_leaked
from files.trace import Traced, Verdict, trace_export
from kernel.actor import Actor, ActorKind
from kernel.errors import Forbidden
from kernel.identity import PersonId
from policy.findings import Refusal
from tests.factories import MANAGING, World, later, opened_world, raw, recorded, supporter

PURPOSE = "accountability"
COUNT = 60


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def exported(world: World, folder: Path, number: int) -> tuple[Path, list[str]]:
    out = BytesIO()
    export_file(world.register, world.actor, MANAGING, ExportOrder(reason="tractage", recipient="équipe"), out)
    path = folder / f"{number}.csv"
    path.write_bytes(out.getvalue())
    return path, out.getvalue().decode().splitlines()


def traced(world: World, leaked: Leaked) -> Traced:
    with world.register.open(auditor(world), PURPOSE) as processing:
        return trace_export(processing, leaked)


def auditor(world: World) -> Actor:
    return replace(world.actor, purposes=world.actor.purposes | {PURPOSE})


def of(lines: Sequence[str]) -> Leaked:
    return Leaked("id", tuple(line.partition(",")[0] for line in lines))


def test_a_leaked_file_is_led_back_to_its_export(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.export_file, "CHUNK", 25)
    monkeypatch.setattr("audit.store._CHUNKS", 4)
    assert traced(world, Leaked("id", (str(UUID(int=1)),))).candidates == ()
    people = [supporter(world, ("last_name", f"Nom{one}"), ("email", f"n{one}@example.org")) for one in range(COUNT)]
    persons = recorded(world, *people)
    made = []
    for number in range(4):
        made.append(exported(world, tmp_path, number))
        later(world, minutes=1)
    with world.register.open(auditor(world), PURPOSE) as processing:
        chunks = list(emitted_chunks(processing))
        processing.note(Note(event=Event.LOG_READ, counts={"entry.read": len(chunks)}))
    exports = list(dict.fromkeys(one.export for one in chunks))
    assert sorted(len(one.subjects) for one in chunks) == [10] * 4 + [25] * 8
    assert {(one.recipient, one.purpose) for one in chunks} == {("équipe", MANAGING)}
    assert "last_name" in chunks[0].fields
    # The values are those of everybody's export: only the order differs.
    assert len({tuple(sorted(lines)) for _, lines in made}) == 1
    assert len({tuple(lines) for _, lines in made}) == 4
    chance = random.Random(7)  # noqa: S311 - which rows a leak has lost
    for export, (path, (_, *lines)) in zip(exports, made, strict=True):
        found = traced(world, read_leaked(path))
        assert (found.verdict, found.candidates[0].export) == (Verdict.NAMED, export)
        assert (found.persons, found.known, found.candidates[0].held) == (COUNT, COUNT, COUNT)
        assert found.likelihood > 0.999
        kept = [line for line in lines if chance.random() < 0.6]
        moved = kept[:]
        for _ in range(3):
            moved.insert(chance.randrange(len(moved)), moved.pop(chance.randrange(len(moved))))
        for part in (kept, moved, lines[20:40]):
            found = traced(world, of(part))
            assert (found.verdict, found.candidates[0].export) == (Verdict.NAMED, export)
    by_address = traced(world, read_leaked(_without_ids(made[2][0], tmp_path)))
    assert (by_address.verdict, by_address.candidates[0].export) == (Verdict.NAMED, exports[2])
    short = traced(world, of(made[0][1][1:5]))
    assert (short.verdict, short.persons, len(short.candidates)) == (Verdict.TOO_SHORT, 4, 4)
    assert traced(world, of(sorted(made[0][1][1:]))).verdict is Verdict.UNMARKED
    # Who was erased since has no name in the log any more; the place of the row still counts.
    with world.register.open(world.actor, MANAGING) as processing:
        erase_contacts(processing, persons[:10])
    found = traced(world, of(made[1][1][1:]))
    assert (found.verdict, found.candidates[0].export, found.known) == (Verdict.NAMED, exports[1], COUNT - 10)
    with raw(world.url, world.campaign) as database:
        notes = database.run("SELECT job_id, subject, subjects FROM entry WHERE event = 'export.traced'")
    assert exports[1] in {UUID(bytes=bytes(job)) if isinstance(job, bytes) else job for job, *_ in notes if job}
    assert all(one is None and many is None for _, one, many in notes)


def _without_ids(path: Path, folder: Path) -> Path:
    cut = folder / "cut.csv"
    with path.open(encoding="utf-8") as lines:
        cut.write_text("".join(line.partition(",")[2] for line in lines), "utf-8")
    return cut


def test_only_who_may_read_the_log_for_security_traces_a_file(world: World) -> None:
    nobody = Leaked("id", (str(PersonId(UUID(int=1))),))
    with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
        trace_export(processing, nobody)
    client = Actor(
        id="client",
        kind=ActorKind.CLIENT,
        campaign=world.campaign,
        scopes=frozenset({"contacts:read"}),
        purposes=frozenset({PURPOSE}),
    )
    with pytest.raises(Forbidden), world.register.open(client, PURPOSE) as processing:
        trace_export(processing, nobody)
