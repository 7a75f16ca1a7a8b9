"""Attack the clear columns: ``python -m bench.small_cells [rows]``. The figures stand in docs/threat-model.md.

The attacker holds the database file and no key, and the electoral roll, which any voter may ask for (code électoral,
art. L37). A sample roll goes through the real import into SQLite, a few of its voters are recorded as members, and
the attacker names rows by what stands in clear: cells of few people, sizes, lengths of fields, order of rows. A guess
counts as right when the opened record holds that voter's roll data; two rows of one voter are told apart by category.
"""

import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from random import Random
from uuid import UUID

from audit.events import Event
from audit.note import Note
from bench.place import PURPOSE, Place, fresh_place
from contacts.declare import NewOrigin, declare_origin
from contacts.opening import data_of, disclose, unwrap
from contacts.record import record_contacts
from contacts.store.records import read_contacts
from contacts.vocabulary import vocabulary_of
from crypto.aead import OVERHEAD
from crypto.layout import HEADER, headers, padding
from files.import_file import import_file
from files.order import ImportOrder
from files.plan import make_plan
from files.profiles import load_profile
from files.reading import open_table
from files.rows import RowData
from files.sample import write_roll
from kernel.identity import PersonId
from policy.draft import Datum, Draft

ROWS = 20_000
MEMBERS = 400
BUCKET = 64
"""Bytes that one bucket of record sizes is wide."""
OF_A_FIELD = HEADER.size + OVERHEAD
_NAMES = ("last_name", "usage_name", "first_names")

Data = tuple[Datum, ...]
Lengths = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Stolen:
    """A row as the thief sees it, in the order of the file."""

    person: UUID
    cell: tuple[str, str, str]
    """Commune, polling station, category."""
    at: str
    lengths: Lengths
    """Code and length of each field, from the record's headers."""
    size: int


@dataclass(frozen=True)
class Voter:
    """A line of the public roll, as the open program would store it."""

    place: tuple[str, str]
    data: Data

    def lengths(self, codes: dict[str, int], fields: Iterable[str] | None = None) -> Lengths:
        """Return the lengths that the record of this voter would show."""
        wanted = None if fields is None else set(fields)
        return tuple(
            (codes[name], _padded(value.encode())) for name, value in self.data if wanted is None or name in wanted
        )


def _padded(value: bytes) -> int:
    return len(value) + len(padding(len(value)))


def measure(rows: int) -> None:
    """Import, steal, name, and print how often the names are right."""
    with fresh_place("") as place:
        roll = _import(place, rows)
        members = _record_members(place, roll)
        codes, truth = _open(place)
        stolen = _steal(place)
    for what, chosen, lines in (
        (f"{rows} rows of the roll", [one for one in stolen if one.cell[2] == "roll"], None),
        (f"{len(members)} members", [one for one in stolen if one.cell[2] == "member"], _NAMES),
    ):
        print(f"\n{what}")
        _print(chosen, roll, codes, truth, lines)


def _print(
    stolen: Sequence[Stolen],
    roll: Sequence[Voter],
    codes: dict[str, int],
    truth: dict[UUID, Data],
    fields: Sequence[str] | None,
) -> None:
    shown = set(codes.values()) if fields is None else {codes[name] for name in fields}
    ways: list[tuple[str, int]] = [
        ("alone in (commune, station, category)", _alone(stolen, lambda one: one.cell)),
        ("  and day created", _alone(stolen, lambda one: (one.cell, one.at[:10]))),
        (
            f"  and size in steps of {BUCKET} bytes",
            _alone(stolen, lambda one: (one.cell, one.at[:10], one.size // BUCKET)),
        ),
        ("  and padded lengths of fields", _alone(stolen, lambda one: (one.cell, one.at[:10], one.lengths))),
    ]
    guesses = {"named by padded lengths of fields": _by_lengths(stolen, roll, codes, shown, fields)}
    if fields is None:
        guesses["named by rank of size in the station"] = _by_size(stolen, roll, codes)
        guesses["named by lengths, and order among equals"] = _by_lengths_and_order(stolen, roll, codes)
    ways += [(way, _right(guessed, truth, fields)) for way, guessed in guesses.items()]
    for way, count in ways:
        print(f"  {way:45}{count:8}  {count / len(stolen):6.1%}")


def _alone(stolen: Sequence[Stolen], cell: Callable[[Stolen], Hashable]) -> int:
    sizes = Counter(map(cell, stolen))
    return sum(1 for one in stolen if sizes[cell(one)] == 1)


def _by_lengths(
    stolen: Sequence[Stolen],
    roll: Sequence[Voter],
    codes: dict[str, int],
    shown: set[int],
    fields: Sequence[str] | None,
) -> dict[UUID, Voter]:
    """Guess the one voter of the station whose fields have these lengths; where there are several, none."""
    voters: dict[Hashable, list[Voter]] = defaultdict(list)
    for voter in roll:
        voters[voter.place, voter.lengths(codes, fields)].append(voter)
    found = {}
    for one in stolen:
        lengths = tuple(pair for pair in one.lengths if pair[0] in shown)
        fitting = voters[one.cell[:2], lengths]
        if len(fitting) == 1:
            found[one.person] = fitting[0]
    return found


def _by_size(stolen: Sequence[Stolen], roll: Sequence[Voter], codes: dict[str, int]) -> dict[UUID, Voter]:
    """Guess that the n-th longest record of a station is the n-th longest line of its roll; equals by lot.

    Two lines that the import held for one voter shift the guesses after them, as they would for a thief.
    """
    lot = Random(2)  # noqa: S311 - the same each time, nothing secret
    rows = sorted(stolen, key=lambda one: (one.cell[:2], one.size, lot.random()))
    lines = sorted(
        roll, key=lambda one: (one.place, sum(OF_A_FIELD + length for _, length in one.lengths(codes)), lot.random())
    )
    return {row.person: line for row, line in zip(rows, lines, strict=False)}


def _by_lengths_and_order(stolen: Sequence[Stolen], roll: Sequence[Voter], codes: dict[str, int]) -> dict[UUID, Voter]:
    """Guess that among equal lengths the rows stand in the order of the file they came from: by time, then by id."""
    rows: dict[Hashable, list[Stolen]] = defaultdict(list)
    voters: dict[Hashable, list[Voter]] = defaultdict(list)
    for one in sorted(stolen, key=lambda one: (one.at, one.person)):
        rows[one.cell[:2], one.lengths].append(one)
    for voter in roll:
        voters[voter.place, voter.lengths(codes)].append(voter)
    fitting = [(found, voters[key]) for key, found in rows.items() if len(found) == len(voters[key])]
    return {row.person: line for found, lines in fitting for row, line in zip(found, lines, strict=True)}


def _right(guessed: dict[UUID, Voter], truth: dict[UUID, Data], fields: Sequence[str] | None) -> int:
    def told(data: Data) -> Data:
        return tuple(sorted(datum for datum in data if fields is None or datum[0] in fields))

    return sum(1 for person, voter in guessed.items() if told(truth[person]) == told(voter.data))


def _import(place: Place, rows: int) -> list[Voter]:
    path = place.folder / "roll.csv"
    write_roll(path, rows)
    order = ImportOrder(path=path, origin=place.roll.number, report=place.folder / "report")
    done = import_file(place.installation.register, place.actor, PURPOSE, order, lambda *_: None)
    assert sum(done.summary["rows"].get(name, 0) for name in ("created", "flagged", "updated", "unchanged")) == rows
    table = open_table(path)
    plan = make_plan(load_profile("electoral-roll"), table.header)
    return [_voter(plan.row_data(values)) for _, values in table.rows(lambda *_: None)]


def _voter(row: RowData) -> Voter:
    external = () if row.external is None else (("external_id", "\x1f".join(row.external)),)
    return Voter((row.commune or "", row.polling_station or ""), (*row.data, *external))


def _record_members(place: Place, roll: Sequence[Voter]) -> list[Voter]:
    """Record some voters as members too, each with an address of her own, as their forms would bring them."""
    with place.installation.register.open(place.actor, PURPOSE) as processing:
        new = NewOrigin(kind="membership_form", obtained_on=place.roll.obtained_on)
        origin = declare_origin(processing, new)
    chosen = Random(1).sample(roll, MEMBERS)  # noqa: S311 - the same each time, nothing secret
    drafts = [
        Draft(
            category="member",
            origin=origin,
            data=(*[datum for datum in voter.data if datum[0] in _NAMES], ("email", f"membre{number}@example.org")),
            commune=voter.place[0],
            polling_station=voter.place[1],
        )
        for number, voter in enumerate(chosen)
    ]
    with place.installation.register.open(place.actor, PURPOSE) as processing:
        recorded = record_contacts(processing, drafts)
    assert all(one.person for one in recorded)
    return chosen


def _steal(place: Place) -> list[Stolen]:
    question = "SELECT id, commune, polling_station, category, created_at, record FROM contact ORDER BY rowid"
    with closing(sqlite3.connect(f"file:{place.installation.database.path}?mode=ro", uri=True)) as file:
        return [
            Stolen(
                person=UUID(bytes=person),
                cell=(commune, station, category),
                at=at,
                lengths=tuple((header.code, header.length) for header in headers(record)),
                size=len(record),
            )
            for person, commune, station, category, at, record in file.execute(question)
        ]


def _open(place: Place) -> tuple[dict[str, int], dict[UUID, Data]]:
    """Open every record with the keys, to know which guesses are right."""
    persons = [PersonId(one.person) for one in _steal(place)]
    with place.installation.register.open(place.actor, PURPOSE) as processing:
        words = vocabulary_of(processing)
        contacts = unwrap(processing, read_contacts(processing, persons))
        truth = {UUID(int=one.person.int): data_of(disclose(processing, one, words.names, None)) for one in contacts}
        processing.note(Note(event=Event.CONTACT_REVEALED, counts={"contact.read": len(contacts)}))
    return dict(words.codes), truth


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
