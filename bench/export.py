"""Export of a list: rows a second and CPU a row, beside reading the sealed rows alone, opening alone, and COPY TO.

``python -m bench.export [rows]``. Everything runs in this one process, as an export does. CPU a row says what
a quiet core would make of it, whoever else is at work on this machine.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from audit.events import Event
from audit.note import Note
from bench import yardstick
from bench.place import PURPOSE, Place, fresh_place, servers
from bench.spent import spent
from campaigns.recipients import NewRecipient, add_recipient
from contacts.opening import unwrap
from contacts.reveal import show
from contacts.store.pages import page_of_contacts
from contacts.store.records import CONTACT
from files.export_file import CHUNK, ExportOrder, export_file
from files.import_file import import_file
from files.order import ImportOrder
from files.sample import write_table
from files.writers import Format

ROWS = 100_000
_TO = "Équipe de mesure"
_HEAD = ("nom", "prénom", "email", "téléphone", "date de naissance", "adresse", "code postal", "ville")
_FIELDS = ("last_name", "first_names", "email", "phone", "birth_date", "address")


@dataclass
class Sink:
    """Where a list goes: counted and let go, so that no disk is measured."""

    size: int = 0

    def write(self, content: bytes, /) -> int:
        """Count what comes."""
        self.size += len(content)
        return len(content)


def measure(rows: int) -> None:
    """Print both engines' figures."""
    yardstick.measure()
    with servers() as urls:
        for engine, url in urls.items():
            print(f"\nexport of {rows} contacts of six fields, {engine}; microseconds of CPU a row", flush=True)
            with fresh_place(url) as place:
                _fill(place, rows)
                _measure_place(place, rows, on_postgresql=bool(url))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nmost memory resident: {most} MB, of which {_held[0]} MB before the first export")


_held = [0]


def _fill(place: Place, rows: int) -> None:
    """Bring contacts of six fields in, and register to whom they go."""
    path = place.folder / "people.csv"
    write_table(path, _HEAD, (_person(number) for number in range(rows)), encoding="utf-8", separator=";", quoted=False)
    order = ImportOrder(
        path=path,
        origin=place.newsletter.number,
        report=place.folder / "report",
        profile="generic",
        category="regular",
        processes=min(os.cpu_count() or 1, 4),
    )
    done = import_file(place.installation.register, place.actor, PURPOSE, order, lambda *_: None)
    assert done.summary["rows"] == {"created": rows}, done.summary["rows"]
    clerk = replace(place.actor, purposes=frozenset({"administration"}))
    told = {"hosting": "FR", "control": "FR", "contact": "Service export", "address": "1 rue de la Mesure"}
    with place.installation.register.open(clerk, "administration") as processing:
        add_recipient(processing, NewRecipient(kind="recipient", name=_TO, told_by="letter", **told))


def _person(number: int) -> list[str]:
    name = f"{_letters(number)}"
    day = f"{1 + number % 28:02}/{1 + number % 12:02}/{1940 + number % 60}"
    street = f"{1 + number % 90} rue des Lilas"
    return [name, "Camille", f"{name}@example.org", f"06{number:08}", day, street, "75011", "Paris"]


def _letters(number: int) -> str:
    return "Du" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:08}")


def _measure_place(place: Place, rows: int, *, on_postgresql: bool) -> None:
    _held[0] = max(_held[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    acts: dict[str, Callable[[], None]] = {
        "CSV": lambda: _exported(place, rows, Format.CSV),
        "NDJSON": lambda: _exported(place, rows, Format.NDJSON),
        "XLSX": lambda: _exported(place, rows, Format.XLSX),
        "reading sealed rows": lambda: _read(place, opening=False),
        "reading and opening": lambda: _read(place, opening=True),
    }
    if on_postgresql:
        acts["COPY TO of sealed rows"] = lambda: _copied(place, rows)
    spans = {}
    for name, act in acts.items():
        used, began = spent(), time.perf_counter()
        act()
        took, now_used = time.perf_counter() - began, spent()
        program, server = (1e6 * (now - before) / rows for now, before in zip(now_used, used, strict=True))
        spans[name] = program + server
        ratio = spans[name] / spans["CSV"]
        told = f"{rows / took:10,.0f} rows/s   program {program:6.1f}   server {server:6.1f}   of CSV {ratio:5.2f}"
        print(f"  {name:24} {told}", flush=True)


def _exported(place: Place, rows: int, kind: Format) -> None:
    order = ExportOrder(reason="mesure", recipient=_TO, cap=rows, format=kind)
    done = export_file(place.installation.register, place.actor, PURPOSE, order, Sink())
    assert done.contacts == rows


def _read(place: Place, *, opening: bool) -> None:
    """Read every page as an export does; open what it shows, or nothing."""
    after: UUID | None = None
    while True:
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            page = page_of_contacts(processing, after=after, limit=CHUNK)
            if opening:
                shown = show(processing, unwrap(processing, page))
                assert all(len(one.data) == len(_FIELDS) for one in shown)
            processing.note(Note(event=Event.LOG_READ, counts={"contact.read": len(page)}))
        if len(page) < CHUNK:
            return
        after = page[-1].id


def _copied(place: Place, rows: int) -> None:
    """Copy the table of contacts out, sealed as it is; row-level security shows its owner too one campaign."""
    url = make_url(place.installation.settings.database_url).set(drivername="postgresql")
    statement = f"COPY {CONTACT.name} TO STDOUT (FORMAT binary)".encode()
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('isoloir.campaign', %s, true)", (str(place.actor.campaign),))
        with cursor.copy(statement) as copy:
            for _ in copy:
                pass
        assert cursor.rowcount == rows, cursor.rowcount


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
