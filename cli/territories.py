"""Open data at the command line: a CSV of results or statistics by commune, polling station or IRIS comes in."""

import dataclasses
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from uuid import UUID

from audit.processing import Processing
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from files.reading import Table, open_table
from installation.open import Installation
from kernel.actor import Actor
from kernel.errors import Invalid
from territories.areas import area_of
from territories.datasets import CHUNK, Figure, NewDataset, add_dataset, add_figures, list_datasets, remove_dataset

ADMINISTRATION = "administration"
COLUMNS = {
    "commune": ("commune", "code_commune", "code commune", "codecommune"),
    "station": ("station", "polling_station", "code_bv", "code b.vote", "code bv", "bureau"),
    "iris": ("iris", "code_iris"),
    "measure": ("measure", "choice", "liste", "candidat", "nom", "nuance", "mesure"),
    "figure": ("figure", "votes", "voix", "valeur", "value"),
}
"""What each column may be called, in small letters."""


def bring_in(given: Namespace) -> Answer:
    """Bring a CSV file of open data in."""
    read = open_table(Path(given.file))
    places = _places(read)
    new = NewDataset(name=given.name, kind=given.kind, source=given.source, obtained_on=given.obtained_on)
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            dataset = add_dataset(processing, new)
        try:
            kept = _import(installation, actor, dataset, _figures(read, places))
        except BaseException:
            # Half a dataset would be taken for the whole.
            with installation.register.open(actor, ADMINISTRATION) as processing:
                remove_dataset(processing, dataset)
            raise
    told = say(f"{kept} valeurs : {dataset}", f"{kept} figures: {dataset}")
    return Answer({"dataset": dataset, "figures": kept}, [told])


def list_all(given: Namespace) -> Answer:
    """List the datasets."""
    with opened(given) as installation, _processing(installation, given) as processing:
        found = list_datasets(processing)
    rows = [(str(one.id), one.kind, str(one.obtained_on), one.name) for one in found]
    none = [say("Aucune donnée ouverte.", "No open data.")]
    return Answer({"datasets": [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)


def remove(given: Namespace) -> Answer:
    """Remove a dataset."""
    with opened(given) as installation, _processing(installation, given) as processing:
        remove_dataset(processing, given.id)
    return Answer({"removed": given.id}, [say("Données supprimées.", "Data removed.")])


def _processing(installation: Installation, given: Namespace) -> AbstractContextManager[Processing]:
    return installation.register.open(operator_of(installation, given), ADMINISTRATION)


def _import(installation: Installation, actor: Actor, dataset: UUID, figures: Iterator[Figure]) -> int:
    kept = 0
    while chunk := list(islice(figures, CHUNK)):
        with installation.register.open(actor, ADMINISTRATION) as processing:
            kept += add_figures(processing, dataset, chunk)
    return kept


def _places(read: Table) -> Mapping[str, int]:
    """Find the columns by their names. Raises Invalid where a measure, a figure or an area has none."""
    named = [name.strip().lower() for name in read.header]
    found = {part: named.index(name) for part, names in COLUMNS.items() for name in names if name in named}
    if not {"measure", "figure"} <= set(found) or not {"commune", "iris"} & set(found):
        message = "the first row names an area (commune, code_bv, iris), a choice (liste, candidat) and a figure (voix)"
        raise Invalid(message)
    return found


def _figures(read: Table, places: Mapping[str, int]) -> Iterator[Figure]:
    for number, cells in read.rows(_refuse_row):
        told = {part: cells[place].strip() for part, place in places.items()}
        try:
            area = area_of(told.get("commune", ""), told.get("station", ""), told.get("iris", ""))
            yield Figure(area, told["measure"], float(told["figure"].replace(",", ".").replace(" ", "")))
        except (Invalid, ValueError):
            _refuse_row(number, "")


def _refuse_row(number: int, _rule: str) -> None:
    message = f"row {number}: no area, or no figure, that can be read; nothing was kept"
    raise Invalid(message) from None
