"""Measure the packed record against one column a field and against one sealed blob: ``python -m bench.record [rows]``.

The shapes take turns in every round and each figure is the best of the rounds, so that a busy machine disturbs all
alike. Client stages are CPU time of this process; a COPY is wall time, server included. PostgreSQL is the one at
``ISOLOIR_BENCH_DATABASE_URL``, or a throw-away cluster.
"""

import os
import sqlite3
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.place import DURABLE
from crypto.aead import draw_nonces
from crypto.person_keys import new_person_keys
from crypto.record import Field, frame, open_record, seal_records
from tests.postgres_server import running_cluster

CAMPAIGN = bytes(16)
BUILT_IN = 26
ROLL = [
    Field(1, 1, 9000, b"GARNIER-LEMOINE"),
    Field(3, 1, 9000, "Marie-Hélène, Jeanne".encode()),
    Field(4, 1, 9000, b"F"),
    Field(5, 1, 9000, b"1953-02-11"),
    Field(6, 1, 9000, b'{"number":"12","street":"RUE DES LILAS","postcode":"75011","locality":"PARIS"}'),
    Field(9, 1, 9000, b"000123"),
    Field(20, 1, 9000, b"LP"),
]
DISCLOSED = frozenset({1, 3, 6})
ROUNDS = 15

Key = tuple[bytes, bytes]
Columns = Sequence[bytes | None]

_WIDE_HEADER = struct.Struct(">BBIH")
_PLACE = struct.Struct(">8s16s16s")
_REVISION = b"\0\0\0\1"


@dataclass(frozen=True)
class Shape:
    """One way to keep a person's fields: its columns, how it seals and how it opens three fields."""

    name: str
    columns: int
    seal: Callable[[Sequence[Key]], list[Columns]]
    open_three: Callable[[Key, Columns], list[bytes]]
    best: dict[str, float] = field(default_factory=dict)


def seal_packed(people: Sequence[Key]) -> list[Columns]:
    """Seal as the product does."""
    framed = frame(tuple([field[:3] for field in ROLL]), 1)
    values = [field.value for field in ROLL]
    entries = [(key, person, 1, framed, values) for person, key in people]
    return [[record] for record in seal_records(entries, campaign=CAMPAIGN)]


def open_packed(owner: Key, columns: Columns) -> list[bytes]:
    """Open as the product does."""
    person, key = owner
    record = filled(columns, 0)
    opened = open_record(key, campaign=CAMPAIGN, person=person, revision=1, record=record, codes=DISCLOSED)
    return [each.value for each in opened]


def seal_wide(people: Sequence[Key]) -> list[Columns]:
    """Seal one column a field, the code being the column's, and bind the row in one more column: the same promises."""
    rows: list[Columns] = []
    nonces = iter(draw_nonces(len(people) * (len(ROLL) + 1)))
    for person, key in people:
        encrypt, place = AESGCM(key).encrypt, _PLACE.pack(b"widefld1", CAMPAIGN, person)
        row: list[bytes | None] = [None] * (BUILT_IN + 1)
        for code, origin, obtained, value in ROLL:
            header, nonce = _WIDE_HEADER.pack(1, 1, origin, obtained), next(nonces)
            row[code - 1] = header + nonce + encrypt(nonce, value, place + header + code.to_bytes(2, "big"))
        nonce = next(nonces)
        row[BUILT_IN] = nonce + encrypt(nonce, b"", bound_wide(place, row))
        rows.append(row)
    return rows


def bound_wide(place: bytes, row: Columns) -> bytes:
    """Bind which columns are filled, with which header and tag, at which revision."""
    bound = [place, _REVISION]
    for number, value in enumerate(row[:BUILT_IN], 1):
        if value is not None:
            bound += (number.to_bytes(2, "big"), value[:8], value[-16:])
    return b"".join(bound)


def open_wide(owner: Key, columns: Columns) -> list[bytes]:
    """Open three columns after the row's own seal."""
    person, key = owner
    decrypt, place = AESGCM(key).decrypt, _PLACE.pack(b"widefld1", CAMPAIGN, person)
    seal = filled(columns, BUILT_IN)
    decrypt(seal[:12], seal[12:], bound_wide(place, columns))
    opened = []
    for code in sorted(DISCLOSED):
        value = filled(columns, code - 1)
        opened.append(decrypt(value[8:20], value[20:], place + value[:8] + code.to_bytes(2, "big")))
    return opened


def seal_blob(people: Sequence[Key]) -> list[Columns]:
    """Seal all fields in one message: nothing can be opened without opening all."""
    rows: list[Columns] = []
    for (person, key), nonce in zip(people, draw_nonces(len(people)), strict=True):
        plain = orjson.dumps([[code, origin, obtained, value.decode()] for code, origin, obtained, value in ROLL])
        place = _PLACE.pack(b"oneblob1", CAMPAIGN, person) + _REVISION
        rows.append([b"\1" + nonce + AESGCM(key).encrypt(nonce, plain, place)])
    return rows


def open_blob(owner: Key, columns: Columns) -> list[bytes]:
    """Open everything to show three fields."""
    person, key = owner
    blob = filled(columns, 0)
    place = _PLACE.pack(b"oneblob1", CAMPAIGN, person) + _REVISION
    fields = orjson.loads(AESGCM(key).decrypt(blob[1:13], blob[13:], place))
    return [value.encode() for code, _, _, value in fields if code in DISCLOSED]


def filled(columns: Columns, number: int) -> bytes:
    """Return a column that holds something."""
    value = columns[number]
    assert value is not None
    return value


SHAPES = (
    Shape("packed", 1, seal_packed, open_packed),
    Shape("wide", BUILT_IN + 1, seal_wide, open_wide),
    Shape("blob", 1, seal_blob, open_blob),
)


def encode_for_copy(people: Sequence[Key], rows: Sequence[Columns]) -> bytes:
    """Write PostgreSQL's binary COPY format."""
    size = struct.Struct(">i").pack
    absent, fixed, revision = size(-1), size(16), size(4) + _REVISION
    lines = []
    for (person, _), row in zip(people, rows, strict=True):
        parts = [(len(row) + 3).to_bytes(2, "big"), fixed, CAMPAIGN, fixed, person, revision]
        for value in row:
            parts += (absent,) if value is None else (size(len(value)), value)
        lines.append(b"".join(parts))
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"".join(lines) + b"\xff\xff"


@contextmanager
def stage(shape: Shape, name: str, rows: int, clock: Callable[[], float] = time.process_time) -> Iterator[None]:
    """Keep the best time of a stage, in microseconds a row."""
    start = clock()
    yield
    taken = (clock() - start) / rows * 1e6
    shape.best[name] = min(taken, shape.best.get(name, taken))


def run_client(shape: Shape, people: Sequence[Key]) -> tuple[list[Columns], bytes]:
    """Time the stages of this process."""
    count = len(people)
    with stage(shape, "seal", count):
        rows = shape.seal(people)
    with stage(shape, "open 3 fields", count):
        opened = [shape.open_three(owner, row) for owner, row in zip(people, rows, strict=True)]
    assert opened[-1] == [each.value for each in ROLL if each.code in DISCLOSED]
    with stage(shape, "encode for COPY", count):
        encoded = encode_for_copy(people, rows)
    return rows, encoded


def run_sqlite(shape: Shape, people: Sequence[Key], rows: Sequence[Columns]) -> None:
    """Time one transaction of inserts into a fresh file, and weigh the file."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bench.sqlite", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        names = ", ".join(f"c{number} BLOB" for number in range(shape.columns))
        connection.execute(f"CREATE TABLE t (id BLOB PRIMARY KEY, campaign BLOB, revision INT, {names}) WITHOUT ROWID")
        insert = f"INSERT INTO t VALUES ({', '.join('?' * (shape.columns + 3))})"  # noqa: S608 - only question marks
        ordered = sorted((person, CAMPAIGN, 1, *row) for (person, _), row in zip(people, rows, strict=True))
        with stage(shape, "SQLite insert", len(people)):
            connection.execute("BEGIN")
            connection.executemany(insert, ordered)
            connection.execute("COMMIT")
        pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        shape.best["SQLite bytes"] = pages * size / len(people)
        connection.close()


def run_postgres(shape: Shape, connection: psycopg.Connection, encoded: bytes, count: int) -> None:
    """Time a COPY into a fresh table, and weigh the table."""
    names = ", ".join(f"c{number} bytea" for number in range(shape.columns))
    connection.execute("DROP TABLE IF EXISTS bench_record")
    connection.execute(f"CREATE TABLE bench_record (campaign uuid, id uuid, revision int, {names})".encode())
    with stage(shape, "PostgreSQL COPY", count, time.perf_counter):
        with connection.cursor().copy("COPY bench_record FROM STDIN (FORMAT binary)") as copy:
            copy.write(encoded)
        connection.commit()
    found = connection.execute("SELECT pg_table_size('bench_record')").fetchone()
    assert found is not None
    shape.best["PostgreSQL bytes"] = found[0] / count
    connection.execute("DROP TABLE bench_record")
    connection.commit()


def main() -> None:
    """Run all rounds and print the table, each figure with its ratio to the packed record."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    pool = os.urandom(16 * count)
    people = [(pool[16 * n : 16 * n + 16], key) for n, key in enumerate(new_person_keys(count))]
    with database() as url, psycopg.connect(url) as connection:
        for _ in range(ROUNDS):
            for shape in SHAPES:
                rows, encoded = run_client(shape, people)
                run_sqlite(shape, people, rows)
                run_postgres(shape, connection, encoded, count)
    print(f"{'microseconds, or bytes, a row':30}" + "".join(f"{shape.name:>18}" for shape in SHAPES))
    for name, base in SHAPES[0].best.items():
        print(f"{name:30}" + "".join(f"{s.best[name]:10.1f} (x{s.best[name] / base:4.2f})" for s in SHAPES))


@contextmanager
def database() -> Iterator[str]:
    """Give the server asked for, or a throw-away one."""
    url = os.environ.get("ISOLOIR_BENCH_DATABASE_URL")
    if url:
        yield url
        return
    with running_cluster(DURABLE) as maintenance:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield maintenance.removesuffix("postgres") + "bench"


if __name__ == "__main__":
    main()
