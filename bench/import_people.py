"""Import of a people export in 30 columns, each row with a note of 40 words that the law is asked about.

``python -m bench.import_people [rows]``: rows a second on each engine.
"""

import csv
import os
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random

from bench.place import PURPOSE, fresh_place, servers
from bench.spent import spent
from files.import_file import import_file
from files.order import ImportOrder
from files.sample import sample_data, write_table
from files.sample_people import write_nationbuilder_people

ROWS = 50_000
WORDS = 40
FORBIDDEN = 50
"""One note of so many says something the law forbids."""
COLUMNS = (
    "nationbuilder_id prefix first_name last_name email1 email2 email_opt_in phone_number mobile_number mobile_opt_in "
    "do_not_call do_not_contact federal_donotcall unsubscribed_at primary_address1 primary_city primary_zip "
    "primary_country occupation sex born_at religion ethnicity inferred_party support_level note is_volunteer tag_list "
    "language created_at"
).split()


def measure(rows: int) -> None:
    """Print both engines' figures."""
    processes = min(os.cpu_count() or 1, 4)
    with servers() as urls:
        for engine, url in urls.items():
            print(f"\nimport of {rows} people in {len(COLUMNS)} columns, notes of {WORDS} words, {engine}")
            for count in sorted({1, processes}):
                rate, program = _import(url, rows, count)
                told = f"  {count} process{'es' if count > 1 else '  '} {rate:10,.0f} rows/s"
                print(f"{told}   program {program:6.1f} microseconds of CPU a row", flush=True)


def _import(url: str, rows: int, processes: int) -> tuple[float, float]:
    """Return rows a second, and what a row took of this program's CPU."""
    with fresh_place(url) as place:
        path = place.folder / "people.csv"
        write_people(path, rows)
        order = ImportOrder(
            path=path,
            origin=place.newsletter.number,
            report=place.folder / "report",
            category="regular",
            processes=processes,
        )
        (used, _), began = spent(), time.perf_counter()
        done = import_file(place.installation.register, place.actor, PURPOSE, order, lambda *_: None)
        took = time.perf_counter() - began
        assert sum(done.summary["rows"].values()) == rows
        return rows / took, 1e6 * (spent()[0] - used) / rows


def write_people(path: Path, rows: int) -> None:
    """Write the export as its rows come."""
    whole = path.with_suffix(".whole")
    write_nationbuilder_people(whole, rows)
    with whole.open(encoding="utf-8", newline="") as lines:
        people = ({**person, "note": note} for person, note in zip(csv.DictReader(lines), _notes(), strict=False))
        cells = ([person[column] for column in COLUMNS] for person in people)
        write_table(path, COLUMNS, cells, encoding="utf-8", separator=",", quoted=False)
    whole.unlink()


def _notes() -> Iterator[str]:
    """Yield notes no two of which are alike: their numbers make them so, not a word that is looked at twice."""
    random, told = Random(1), sample_data()["notes"]  # noqa: S311 - the same each time, nothing secret
    for number, forbidden in zip(range(sys.maxsize), cycle(told["forbidden"]), strict=False):
        words = " ".join(random.sample(told["plain"], len(told["plain"]))).split()
        first = forbidden.split() if number % FORBIDDEN == 0 else [f"Rappelée, fiche {number}."]
        yield " ".join(islice([*first, *words], WORDS))


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
