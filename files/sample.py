"""Make a sample electoral roll, the same for the same seed, of persons who do not exist.

Streets, order numbers and pairs of names come from nowhere. `files.sample_people` makes NationBuilder's exports.
"""

import csv
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

_STATION: Final = 900
"""Entries a polling station has at most."""
_OVERSEAS: Final = ("97", "98")
_UNION_LISTS: Final = ("Liste complémentaire municipale", "Liste complémentaire européenne")


@cache
def sample_data() -> dict[str, Any]:
    """Return what samples are drawn from."""
    return tomllib.loads((Path(__file__).parent / "sample.toml").read_text("utf-8"))


def names(text: str, encoding: str = "utf-8") -> list[str]:
    """Return the names of a list that the encoding can write, in capitals too."""
    written = (writable(name.replace("_", " "), encoding) for name in text.split())
    return [name for name in written if name]


def writable(name: str, encoding: str) -> str | None:
    """Return a name as the encoding can write it, with a typewriter's apostrophe if need be."""
    for form in (name, name.replace("’", "'")):
        both = form + form.upper()
        if both.encode(encoding, "ignore").decode(encoding) == both:
            return form
    return None


def pick(random: Random, among: Sequence[str]) -> str:
    """Draw one; faster than `choice`, which a file of a million rows would feel."""
    return among[int(random.random() * len(among))]


def once_in(random: Random, times: float) -> bool:
    """Say yes once in so many times."""
    return random.random() * times < 1


def write_table(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, encoding: str, separator: str, quoted: bool
) -> None:
    """Write a delimited file as its rows come."""
    quoting: Final = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator, quoting=quoting, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_roll(path: Path, rows: int, seed: int = 1, *, encoding: str = "utf-8", separator: str = ";") -> None:
    """Write a roll in the 27 columns candidates receive."""
    header = sample_data()["headers"]["roll"].strip().replace("\n", ";").split(";")
    entries = islice(_Roll(Random(seed), encoding).entries(), rows)  # noqa: S311 - the same each time, nothing secret
    write_table(path, header, entries, encoding=encoding, separator=separator, quoted=True)


class _Roll:
    """The lists drawn from, and the entries drawn."""

    def __init__(self, random: Random, encoding: str) -> None:
        data = sample_data()
        self.random = random
        self.last = names(data["last_names"], encoding)
        self.overseas = names(data["overseas_names"], encoding)
        self.first = {"F": names(data["women"], encoding), "M": names(data["men"], encoding)}
        self.ways = names(data["ways"], encoding)
        self.streets = names(data["streets"], encoding)
        self.places = names(data["places"], encoding)
        self.communes = [[writable(city, encoding), *codes] for city, *codes in data["communes"]]
        self.union = data["union"]
        self.encoding = encoding

    def entries(self) -> Iterator[list[str]]:
        """Draw polling stations without end, commune after commune, in the order of each list."""
        station = 0
        while True:
            station += 1
            for city, insee, postcode in self.communes:
                code = f"{station:04}"
                where = [insee, city, postcode, code]
                size = int(_STATION * (0.5 + self.random.random() / 2))
                yield from self._list("Liste principale", where, size)
                for title in _UNION_LISTS:
                    yield from self._list(title, where, size // 60)

    def _list(self, title: str, where: list[str], size: int) -> Iterator[list[str]]:
        number = 0
        person = self._person(title, where[0])
        for _ in range(size):
            # An order number may be printed twice, and two voters may bear the same names.
            number += not once_in(self.random, 2000) or not number
            before = person
            person = self._person(title, where[0])
            if once_in(self.random, 400):
                person[:4] = before[:4]
            yield self._entry(title, where, person, str(number))

    def _person(self, title: str, insee: str) -> list[str]:
        """Draw names, sex, birth and nationality, in the order of the columns."""
        random = self.random
        sex = "F" if once_in(random, 1.92) else "M"
        day = f"{int(random.random() * 28) + 1:02}/{int(random.random() * 12) + 1:02}"
        date = f"{'00/00' if once_in(random, 300) else day}/{1928 + int(random.random() * 80)}"
        if title in _UNION_LISTS:
            return self._from_the_union(sex, date)
        last = pick(random, self.overseas if insee.startswith(_OVERSEAS) and once_in(random, 1.4) else self.last)
        first = pick(random, self.first[sex])
        if once_in(random, 2):
            first += " " + pick(random, self.first[sex])
        usage = pick(random, self.last).upper() if sex == "F" and once_in(random, 2.5) else ""
        city, code, _ = self.communes[int(random.random() * len(self.communes))]
        department = code[: 3 if code.startswith(_OVERSEAS) else 2]
        return [last.upper(), usage, first, sex, date, code, city, department, "FRANCE", "Française"]

    def _from_the_union(self, sex: str, date: str) -> list[str]:
        country = self.union[int(self.random.random() * len(self.union))]
        last = pick(self.random, names(country["last_names"], self.encoding))
        first = pick(self.random, names(country["first_names"], self.encoding))
        return [last.upper(), "", first, sex, date, "99000", "", "99", country["country"], country["nationality"]]

    def _entry(self, title: str, where: list[str], person: list[str], number: str) -> list[str]:
        random = self.random
        insee, city, postcode, code = where
        house = str(int(random.random() * 180) + 1) + (" BIS" if once_in(random, 30) else "")
        street = f"{pick(random, self.ways)} {pick(random, self.streets)}".upper()
        flat = f"APPARTEMENT {int(random.random() * 60) + 1}" if once_in(random, 8) else ""
        care_of = "CHEZ LA GARDIENNE" if once_in(random, 100) else ""
        place = pick(random, self.places) if once_in(random, 20) else ""
        station = [code, f"École n° {int(code)}", "1", f"Canton de {city}", "", number]
        return [insee, city, title, *person, house, street, flat, care_of, place, postcode, city, "FRANCE", *station]
