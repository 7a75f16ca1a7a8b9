"""Make sample NationBuilder exports: people, and transactions, of persons who do not exist.

Telephone numbers come from the ranges the regulator keeps for fiction (ARCEP, decision 2018-0881, annex 1), e-mail
addresses from domains nobody can own (RFC 2606).
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

from files.sample import names, once_in, pick, sample_data, write_table

FICTION: Final = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")
DOMAINS: Final = ("example.org", "example.com", "example.net")
_MOBILE: Final = FICTION[5:]
_COMPUTED: Final = frozenset("0123456789+=-@'")
_SHARED: Final = ("last_name", "email1", "primary_address1", "primary_city", "primary_zip", "primary_country")

FORBIDDEN: Final = {
    "religion": ("Catholique", "Musulmane", "Juive"),
    "church": ("Saint-Sulpice", "Temple de l’Étoile"),
    "ethnicity": ("Caucasien", "Maghrébin"),
    "inferred_party": ("PS", "LR"),
    "inferred_support_level": ("1", "4"),
    "support_probability_score": ("0.82", "0.13"),
    "turnout_probability_score": ("0.66", "0.31"),
}
"""Columns that a few people have filled, and no file may bring in."""

_Person = dict[str, str]


def write_nationbuilder_people(path: Path, rows: int, seed: int = 1) -> None:
    """Write a people export: opt-ins, objections, tags, notes, and forbidden columns filled here and there."""
    header = sample_data()["headers"]["people"].split()
    people = _People(Random(seed)).people(rows)  # noqa: S311 - the same each time, nothing secret
    blank = dict.fromkeys(header, "")
    cells = ([*(blank | _for_excel(person)).values()] for person in people)
    write_table(path, header, cells, encoding="utf-8", separator=",", quoted=False)


def write_nationbuilder_financial(path: Path, rows: int, seed: int = 1) -> None:
    """Write a financial export: a donation a row, and the whole person behind it."""
    header = sample_data()["headers"]["financial"].split()
    random = Random(seed)  # noqa: S311 - the same each time, nothing secret
    donors = (_donation(random, person) for person in _People(random).people(rows))
    cells = ([donor.get(column, "") for column in header] for donor in donors)
    write_table(path, header, cells, encoding="utf-8", separator=",", quoted=False)


def _for_excel(person: _Person) -> _Person:
    """Put before figures and signs the apostrophe that keeps a spreadsheet from computing them."""
    return {column: f"'{value}" if value[:1] in _COMPUTED else value for column, value in person.items() if value}


def _donation(random: Random, person: _Person) -> _Person:
    euros = 10 * int(random.random() * 40 + 1)
    donor = {f"signup_{column}": value for column, value in person.items()}
    return donor | {
        "nationbuilder_id": person["nationbuilder_id"],
        "type": "Donation",
        "amount": f"{euros}.00",
        "amount_in_cents": str(euros * 100),
        "payment_type_name": "Credit Card",
        "ip_address": f"192.0.2.{int(random.random() * 254) + 1}",
        "succeeded_at": person["created_at"],
    }


class _People:
    """The lists drawn from, and the people drawn."""

    def __init__(self, random: Random) -> None:
        data = sample_data()
        self.random = random
        self.last = names(data["last_names"]) + names(data["overseas_names"])
        self.first = {"F": names(data["women"]), "M": names(data["men"])}
        self.ways, self.streets = names(data["ways"]), names(data["streets"])
        self.jobs, self.tags = names(data["jobs"]), names(data["tags"])
        self.notes = data["notes"]
        self.communes = data["communes"]

    def people(self, rows: int) -> Iterator[_Person]:
        """Draw people; one in twelve is the other half of a couple, with the same name, home and e-mail address."""
        person: _Person = {}
        for number in range(1, rows + 1):
            couple = bool(person) and once_in(self.random, 12)
            shared = {key: person[key] for key in _SHARED if key in person} if couple else {}
            person = self._person(number) | shared
            yield person

    def _person(self, number: int) -> _Person:
        random = self.random
        sex = "F" if once_in(random, 2) else "M"
        first, last = pick(random, self.first[sex]), pick(random, self.last)
        person = {
            "nationbuilder_id": str(1000 + number),
            "prefix": "Mme" if sex == "F" else "M.",
            "first_name": first,
            "last_name": last,
            "sex": sex,
            "language": "fr",
            "created_at": self._date(2019, 7) + " 09:30 AM",
            "email_opt_in": "false" if once_in(random, 4) else "true",
            "mobile_opt_in": "true",
            "tag_list": ", ".join(random.sample(self.tags, int(random.random() * 4))),
        }
        return person | self._reach(first, last, number) | self._home() | self._rest()

    def _date(self, year: int, years: int) -> str:
        month, day = int(self.random.random() * 12) + 1, int(self.random.random() * 28) + 1
        return f"{month:02}/{day:02}/{year + int(self.random.random() * years)}"

    def _reach(self, first: str, last: str, number: int) -> _Person:
        random = self.random
        reach = {}
        if not once_in(random, 10):
            reach["email1"] = f"{_ascii(first)}.{_ascii(last)}{number}@{pick(random, DOMAINS)}"
            reach["email1_is_bad"] = "true" if once_in(random, 40) else "false"
        if once_in(random, 15):
            reach["email2"] = f"{_ascii(last)}{number}@{pick(random, DOMAINS)}"
        if once_in(random, 2):
            reach["mobile_number"] = self._telephone(_MOBILE)
        if once_in(random, 4):
            reach["phone_number"] = self._telephone(FICTION)
        for refusal, times in {"do_not_contact": 80, "do_not_call": 40, "federal_donotcall": 90}.items():
            reach[refusal] = "true" if once_in(random, times) else "false"
        if once_in(random, 25):
            reach["unsubscribed_at"] = self._date(2022, 3)
        return reach

    def _telephone(self, ranges: tuple[str, ...]) -> str:
        rest = int(self.random.random() * 10_000)
        national = f"{pick(self.random, ranges)} {rest // 100:02} {rest % 100:02}"
        return f"+33 {national[1:]}" if once_in(self.random, 3) else national

    def _home(self) -> _Person:
        random = self.random
        city, _, postcode = self.communes[int(random.random() * len(self.communes))]
        street = f"{int(random.random() * 180) + 1} {pick(random, self.ways).lower()} {pick(random, self.streets)}"
        return {
            "primary_address1": street,
            "primary_city": city,
            "primary_zip": postcode,
            "primary_country": "France",
        }

    def _rest(self) -> _Person:
        random = self.random
        rest = {"is_volunteer": "true" if once_in(random, 6) else "false"}
        if once_in(random, 3):
            rest["born_at"] = self._date(1935, 70)
        if once_in(random, 4):
            rest["occupation"] = pick(random, self.jobs)
        if once_in(random, 5):
            rest["support_level"] = str(int(random.random() * 5) + 1)
        if once_in(random, 4):
            rest["note"] = pick(random, self.notes["forbidden" if once_in(random, 12) else "plain"])
        for column, values in FORBIDDEN.items():
            if once_in(random, 60):
                rest[column] = pick(random, values)
        return rest


@lru_cache(1 << 12)
def _ascii(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe")).encode("ascii", "ignore").decode()
    return "".join(filter(str.isalnum, bare)) or "anonyme"
