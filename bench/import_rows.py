"""Import of an electoral roll: rows a second, each stage's cost, and the ratio to the engine's bare bulk path.

``python -m bench.import_rows [rows]``. The stages are timed by running each over the same rows once more, by itself, so
that no stop-watch disturbs the import. The bare paths store rows of the same columns and sizes, ready made, with no
law, no sealing and no index to compute: the floor that this database has on this machine. Between them stands sealing
without governance: the same rows sealed, indexed and stored by one process, with no law, no match, no note.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg

from audit.events import Event
from audit.note import Note
from bench import yardstick
from bench.place import PURPOSE, Place, fresh_place, servers
from bench.spent import spent
from contacts.record import ask_the_law
from contacts.seal import seal
from contacts.store.index import INDEX, INDEX_COLUMNS
from contacts.store.records import CONTACT, CONTACT_COLUMNS
from contacts.vocabulary import vocabulary_for
from files.import_file import import_file
from files.order import ImportOrder
from files.plan import make_plan
from files.profiles import load_profile
from files.reading import open_table
from files.sample import write_roll
from jobs.memory import collecting_rarely
from kernel.identity import PersonId, random_uuids
from kernel.prepared import postgresql_type
from policy.draft import Draft

ROWS = 100_000
CHUNK = 4_000


@dataclass(frozen=True)
class Run:
    """One import: rows a second, and microseconds of CPU a row of the program and of the server."""

    rate: float
    program: float
    server: float


def measure(rows: int) -> None:
    """Print both engines' figures."""
    cores = os.cpu_count() or 1
    yardstick.measure()
    with servers() as urls:
        for engine, url in urls.items():
            print(f"\nimport of {rows} roll rows, {engine}; microseconds of CPU a row")
            runs = {count: _import(url, rows, count) for count in sorted({1, min(cores, 4)})}
            for count, run in runs.items():
                told = f"  {count} process{'es' if count > 1 else '  '} {run.rate:10,.0f} rows/s"
                print(f"{told}   program {run.program:6.1f}   server {run.server:6.1f}")
            _bare(url, rows, max(run.rate for run in runs.values()))
            _print_bare("sealing alone", rows / _ungoverned(url, rows), runs[1].rate)
    _stages(min(rows, 20_000))
    own, child = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"\nmost memory resident: {own} MB in this process with its measurements, {child} MB in a process of an import"
    )


def _import(url: str, rows: int, processes: int) -> Run:
    with fresh_place(url) as place:
        path = place.folder / "roll.csv"
        write_roll(path, rows)
        order = ImportOrder(path=path, origin=place.roll.number, report=place.folder / "report", processes=processes)
        used, began = spent(), time.perf_counter()
        done = import_file(place.installation.register, place.actor, PURPOSE, order, lambda *_: None)
        took, now_used = time.perf_counter() - began, spent()
        assert sum(done.summary["rows"].values()) == rows
        program, server = (1e6 * (now - before) / rows for now, before in zip(now_used, used, strict=True))
        return Run(rows / took, program, server)


def _bare(url: str, rows: int, imported: float) -> None:
    with fresh_place(url) as place:
        contacts, entries = _ready_rows(place, rows)
        began = time.perf_counter()
        with place.installation.database.transaction(place.actor.campaign) as transaction:
            transaction.copy(CONTACT, CONTACT_COLUMNS, contacts)
            transaction.copy(INDEX, INDEX_COLUMNS, entries)
            transaction.settle()
        _print_bare("our bulk path", rows / (time.perf_counter() - began), imported)
        if url:
            _print_bare("bare COPY", rows / _copied(place, contacts, entries), imported)


def _ungoverned(url: str, rows: int) -> float:
    """Return the seconds in which one process seals, indexes and stores rows that the law has already let pass."""
    with fresh_place(url) as place:
        drafts = _drafts(place, rows)
        took = 0.0
        for start in range(0, rows, CHUNK):
            with place.installation.register.open(place.actor, PURPOSE) as processing:
                grounds = ask_the_law(processing, drafts[start : start + CHUNK])
                words = vocabulary_for(processing, drafts[start : start + CHUNK])
                processing.note(Note(event=Event.IMPORT_PREPARED, counts={}))
            began = time.perf_counter()
            made = seal(processing, grounds, words).rows(range(len(grounds.items)), flagged=(), restricted=())
            with place.installation.database.transaction(place.actor.campaign) as transaction:
                transaction.copy(CONTACT, CONTACT_COLUMNS, made.contacts)
                transaction.copy(INDEX, INDEX_COLUMNS, made.entries)
                transaction.settle()
            took += time.perf_counter() - began
        return took


def _print_bare(name: str, bare: float, imported: float) -> None:
    print(f"  {name:14s} {bare:10,.0f} rows/s: the import is {bare / imported:.1f} times slower")


def _copied(place: Place, contacts: Sequence[tuple[Any, ...]], entries: Sequence[tuple[Any, ...]]) -> float:
    """Return the seconds of COPY into like tables without row-level security, which bars COPY."""
    url = place.installation.settings.url.replace("+psycopg", "")
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table in (CONTACT, INDEX):
            cursor.execute(f"CREATE TABLE bare_{table.name} (LIKE {table.name} INCLUDING ALL)".encode())
        began = time.perf_counter()
        for table, rows in ((CONTACT, contacts), (INDEX, entries)):
            with cursor.copy(f"COPY bare_{table.name} FROM STDIN (FORMAT BINARY)".encode()) as copy:
                copy.set_types([postgresql_type(column).lower() for column in table.columns])
                for row in rows:
                    copy.write_row(row)
        connection.commit()
        return time.perf_counter() - began


def _ready_rows(place: Place, rows: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return as many rows as the import stores, sealed once and given fresh ids."""
    drafts = _drafts(place, 2_000)
    contacts, entries = _sealed_rows(place, drafts)
    ids = [PersonId(one) for one in random_uuids(rows)]
    many = [(row[0], ids[number], *row[2:]) for number, row in enumerate(_repeated(contacts, rows))]
    each = len(entries) / len(contacts)
    indexed = [
        (row[0], number * 7_919, ids[number % rows])
        for number, row in enumerate(_repeated(entries, round(rows * each)))
    ]
    return many, indexed


def _repeated(rows: Sequence[tuple[Any, ...]], count: int) -> list[tuple[Any, ...]]:
    return [rows[number % len(rows)] for number in range(count)]


def _sealed_rows(place: Place, drafts: Sequence[Draft]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    with place.installation.register.open(place.actor, PURPOSE) as processing:
        processing.note(Note(event=Event.IMPORT_PREPARED, counts={}))
        grounds = ask_the_law(processing, drafts)
        sealed = seal(processing, grounds, vocabulary_for(processing, drafts))
        made = sealed.rows(range(len(drafts)), flagged=(), restricted=())
        return list(made.contacts), list(made.entries)


def _drafts(place: Place, rows: int) -> list[Draft]:
    path = place.folder / "few.csv"
    write_roll(path, rows)
    table = open_table(path)
    plan = make_plan(load_profile("electoral-roll"), table.header)
    found = plan.read_rows([values for _, values in table.rows(lambda *_: None)])
    return [
        Draft(
            category="roll",
            origin=place.roll,
            data=(*row.data, ("external_id", "\x1f".join(row.external or ("roll", str(number))))),
            commune=row.commune,
            polling_station=row.polling_station,
        )
        for number, row in enumerate(found)
    ]


def _stages(rows: int) -> None:
    """Print what each stage costs by itself, in microseconds of this process a row."""
    with fresh_place("") as place:
        path = place.folder / "roll.csv"
        write_roll(path, rows)
        table = open_table(path)
        plan = make_plan(load_profile("electoral-roll"), table.header)
        cells = [values for _, values in table.rows(lambda *_: None)]
        drafts = _drafts(place, rows)
        told = Note(event=Event.IMPORT_PREPARED, counts={})
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            processing.note(told)
            ask_the_law(processing, drafts[:CHUNK])
            grounds = ask_the_law(processing, drafts)
            words = vocabulary_for(processing, drafts)
            sealed = seal(processing, grounds, words)
            stages: dict[str, Callable[[], object]] = {
                "read the cells": lambda: list(islice(table.rows(lambda *_: None), rows)),
                "understand the rows": lambda: plan.read_rows(cells),
                "screen and ground": lambda: ask_the_law(processing, drafts),
                "seal and index": lambda: seal(processing, grounds, words),
                "rows and references": lambda: sealed.rows(range(rows), flagged=(), restricted=()),
            }
            print(f"\nstages, each by itself, best of 3 ({rows} rows): microseconds of CPU a row")
            costs = {name: _cost(stage) / rows * 1e6 for name, stage in stages.items()}
    for name, cost in costs.items():
        print(f"  {name:26s} {cost:7.2f}")
    print(f"  {'sum, without the database':26s} {sum(costs.values()):7.2f}")


def _cost(stage: Callable[[], object]) -> float:
    costs = []
    with collecting_rarely():
        for _ in range(3):
            began = time.process_time()
            stage()
            costs.append(time.process_time() - began)
    return min(costs)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
