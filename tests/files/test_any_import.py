"""Whatever a file holds, however it is cut and wherever its import dies: each row is told once and kept once.

Every example imports the same rows twice under names of their own: once dying at commits, and once in peace.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count as numbers
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contacts.reveal import reveal_contacts
from kernel.identity import PersonId
from tests.factories import World, opened_world, raw
from tests.files import importing, uploading
from tests.files.killing import Killed, dying_at_commit
from tests.files.test_workbook import made

HEADER: Final = "nationbuilder_id first_name last_name email phone_number note religion do_not_contact born_at".split()
KINDS: Final[dict[str, Callable[[str, str], list[str]]]] = {
    "person": lambda n, mark: [n, "Zoé", f"Martin{mark}{n}", f"{mark}{n}@example.org", "", "", "", "", ""],
    "note": lambda n, mark: [n, "Zoé", f"Martin{mark}{n}", f"{mark}{n}@example.org", "", "elle est juive", "x", "", ""],
    "held": lambda n, mark: [n, "Zoé", f"Martin{mark}{n}", "", "", "son mari est à la paroisse", "", "", ""],
    "objects": lambda n, mark: [n, "Zoé", f"Martin{mark}{n}", f"{mark}{n}@example.org", "", "", "", "true", ""],
    "couple": lambda n, mark: [n, "Ève", f"Petit{mark}{n}", f"{mark}0@example.org", "", "", "", "", ""],
    "meaningless": lambda n, mark: [n, "Zoé", f"Martin{mark}{n}", "no address", "12", "", "", "", ""],
    "nobody": lambda _n, _mark: ["", "", "", "", "", "", "x", "", ""],
    "child": lambda n, mark: [n, "Zoé", f"Martin{mark}{n}", f"{mark}{n}@example.org", "", "", "", "", "12/31/2019"],
    "ragged": lambda n, _mark: [n, "Zoé"],
    "lone": lambda n, mark: [n, '"Zo"é', f"Martin{mark}{n}", "", "", "", "", "", ""],
    "blank": lambda _n, _mark: [],
}
TOLD: Final = {"created", "updated", "unchanged", "restricted", "refused", "flagged", "unreadable"}
"""What may become of a row: a partition."""
LEFT: Final = (
    *("contact", "contact_index", "contact_tag", "keys.person_key", "consent_evidence", "consent_standing"),
    *("opposition", "review", "job", "job WHERE state = 'finished'"),
)
_seen = numbers(1)


@dataclass(frozen=True)
class Example:
    """Rows by kind and number, how they are cut, and the commits at which the import dies, before or after each."""

    rows: list[tuple[str, int]]
    chunk: int
    crashes: list[tuple[int, bool]]
    door: str

    def content(self, mark: str, folder: Path) -> bytes:
        """Write the file: its people are called by the mark."""
        rows = [KINDS[kind](f"{number}{mark}", mark) for kind, number in self.rows]
        if self.door == "workbook":
            return made(folder / "list.xlsx", [HEADER, *rows]).read_bytes()
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        lines.writerows([HEADER, *rows])
        return text.getvalue().encode()

    @property
    def told(self) -> int:
        """Count the rows: in a workbook none is ragged."""
        return sum(kind != "blank" for kind, _ in self.rows)


EVERY_SORT = Example(
    rows=[(kind, 1) for kind in KINDS]
    + [("objects", 2), ("objects", 2), ("couple", 2), ("person", 3), ("meaningless", 3)],
    chunk=3,
    crashes=[(4, True), (5, False)],
    door="api",
)
EXAMPLES = st.builds(
    Example,
    rows=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 5)), max_size=14),
    chunk=st.integers(1, 9),
    crashes=st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=3),
    door=st.sampled_from(["command", "api", "workbook"]),
)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_row_is_told_and_kept_once_wherever_an_import_is_cut_and_dies(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seen: set[str] = set()
    with opened_world(request.getfixturevalue(f"{engine}_url"), tmp_path) as world:

        @settings(max_examples=12, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(EXAMPLES)
        @example(EVERY_SORT)
        def holds(one: Example) -> None:
            dead, alive = (brought_in(world, tmp_path, one, crashes) for crashes in (one.crashes, []))
            assert dead == alive
            assert dead.rows.keys() <= TOLD
            assert sum(dead.rows.values()) == one.told
            seen.update(dead.rows)

        holds()
    assert seen == TOLD, "the examples are of every sort"


@dataclass(frozen=True)
class Left:
    """What an import told, and what it left: contacts as they open, and rows by table."""

    rows: dict[str, int]
    lines: list[dict[str, str]]
    contacts: Counter[str]
    tables: dict[str, int]


def brought_in(world: World, folder: Path, cut: Example, crashes: list[tuple[int, bool]]) -> Left:
    """Import the example's rows to the end, dying at each of the crashes."""
    mark = f"x{next(_seen)}x"
    content = cut.content(mark, folder)
    (folder / "list").write_bytes(content)
    before, known = sizes(world), ids(world)
    one = None if cut.door == "command" else uploading.upload(world, content)
    going = Going(world, folder, cut.chunk, one, finished(world))
    for number, done in crashes:
        with pytest.MonkeyPatch.context() as patched, suppress(Killed):
            dying_at_commit(patched, number, done=done)
            going.on()
    rows, lines = going.on()
    contacts = Counter(opened(world, ids(world) - known, mark))
    return Left(rows, lines, contacts, {table: size - before[table] for table, size in sizes(world).items()})


@dataclass(frozen=True)
class Going:
    """One import on its way."""

    world: World
    folder: Path
    chunk: int
    upload: UUID | None
    finished_before: int

    def on(self) -> tuple[dict[str, int], list[dict[str, str]]]:
        """Take it on to its end; who died at the very last commit has a report, and begins nothing anew."""
        if self.upload is None:
            if finished(self.world) == self.finished_before:
                importing.run(self.world, self.folder / "list", chunk=self.chunk)
            with (self.folder / "report.csv").open(encoding="utf-8", newline="") as lines:
                return json.loads((self.folder / "report.json").read_text("utf-8"))["rows"], list(csv.DictReader(lines))
        while uploading.run(self.world, self.upload, seconds=0, chunk=self.chunk):
            pass
        shown = uploading.shown(self.world, self.upload)
        assert (shown.state, uploading.left(self.world)) == ("finished", [])
        return dict(shown.rows), uploading.report(self.world, self.upload)


def finished(world: World) -> int:
    return sizes(world)["job WHERE state = 'finished'"]


def sizes(world: World) -> dict[str, int]:
    with raw(world.url, world.campaign) as database:
        return {table: int(database.run(f"SELECT count(*) FROM {table}")[0][0]) for table in LEFT}  # noqa: S608


def ids(world: World) -> set[PersonId]:
    with raw(world.url, world.campaign) as database:
        rows = database.run("SELECT id FROM contact")
        return {PersonId(row[0] if database.on_postgresql else UUID(bytes=row[0])) for row in rows}


def opened(world: World, persons: set[PersonId], mark: str) -> list[str]:
    """Return each contact as a person's own request shows it, with the mark taken out."""
    with world.register.open(world.actor, "rights_request") as processing:
        found = reveal_contacts(processing, sorted(persons))
    told = []
    for one in found:
        assert one is not None
        data = [(datum.field, datum.value.replace(mark, ""), datum.obtained_on) for datum in one.data]
        told.append(repr((one.category, one.restricted, one.flagged, one.revision, one.tags, sorted(data))))
    return told
