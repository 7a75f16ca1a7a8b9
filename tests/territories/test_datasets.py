"""Open data by territory: kept with the area, and never with a person."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import select

from api.app import ROUTERS
from api.requests import SHAPES
from contacts.store.records import CONTACT
from kernel.columns import tells_of_persons
from kernel.errors import Conflict, Invalid, NotFound, SilentWrite
from migrations.models import METADATA
from territories import datasets
from territories.areas import area_of
from territories.datasets import Figure, NewDataset
from territories.store import FIGURE
from tests.factories import World, opened_world
from tests.project.places import ROOT

NEW = NewDataset(name="Législatives", kind="result", source="https://example.org", obtained_on=date(2026, 11, 1))
STATION = "station/75056_0012"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_figures_are_kept_replaced_read_in_order_and_removed(world: World) -> None:
    with world.register.open(world.actor, "administration") as processing:
        dataset = datasets.add_dataset(processing, NEW)
        first = [Figure(STATION, "B", 4), Figure(STATION, "A", 3.5), Figure("commune/75056", "A", 9)]
        assert datasets.add_figures(processing, dataset, first) == 3
        assert datasets.add_figures(processing, dataset, [Figure(STATION, "A", 5)]) == 1
        every = datasets.read_figures(processing, dataset, None, None, 10)
        assert [(one.area, one.measure, one.figure) for one in every] == [
            ("commune/75056", "A", 9),
            (STATION, "A", 5),
            (STATION, "B", 4),
        ]
        assert datasets.read_figures(processing, dataset, STATION, (STATION, "A"), 10) == [Figure(STATION, "B", 4)]
        assert [one.name for one in datasets.list_datasets(processing)] == ["Législatives"]
    with world.register.open(world.actor, "administration") as processing:
        datasets.remove_dataset(processing, dataset)
        with pytest.raises(NotFound):
            datasets.read_figures(processing, dataset, None, None, 10)


def test_what_is_no_open_data_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[Any] = [replace(NEW, kind="person"), replace(NEW, name=" "), replace(NEW, obtained_on=date(2099, 1, 1))]
    one = Figure(STATION, "A", 1)
    with world.register.open(world.actor, "administration") as processing:
        dataset = datasets.add_dataset(processing, NEW)
        for new in wrong:
            with pytest.raises(Invalid):
                datasets.add_dataset(processing, new)
        for figures in ([], [one, one], [replace(one, figure=float("nan"))], [replace(one, measure=" ")], [one] * 1001):
            with pytest.raises(Invalid):
                datasets.add_figures(processing, dataset, figures)
        with pytest.raises(NotFound):
            datasets.add_figures(processing, uuid4(), [one])
        monkeypatch.setattr(datasets, "MOST_FIGURES", 0)
        monkeypatch.setattr(datasets, "MOST_DATASETS", 1)
        with pytest.raises(Conflict):
            datasets.add_figures(processing, dataset, [one])
        with pytest.raises(Conflict):
            datasets.add_dataset(processing, NEW)


def test_an_area_is_a_commune_a_polling_station_or_an_iris_and_nothing_smaller() -> None:
    assert area_of("75056") == "commune/75056"
    assert area_of("2A004", "12") == "station/2A004_0012"
    assert area_of(iris="751010101") == "iris/751010101"
    for parts in (("",), ("75",), ("75056", "rue des Lilas"), ("75056", "", "12"), ("", "12")):
        with pytest.raises(Invalid):
            area_of(*parts)


def names_of_territories() -> set[str]:
    own = {
        column.name
        for table in METADATA.sorted_tables
        if table.name.startswith("territory_")
        for column in table.columns
    }
    return own - {"campaign_id", "id", "name", "kind", "source", "obtained_on", "recorded_at"}


def test_no_column_of_a_territory_stands_on_a_person_and_no_key_leads_to_one() -> None:
    assert names_of_territories() == {"dataset_id", "area", "measure", "figure"}
    for table in METADATA.sorted_tables:
        if table.name.startswith("territory_"):
            assert not table.foreign_keys
            assert not tells_of_persons(table)
        else:
            assert names_of_territories().isdisjoint(table.columns.keys()), table.name
            assert not [key for key in table.foreign_keys if key.column.table.name.startswith("territory_")]


def test_the_reading_of_open_data_refuses_a_statement_that_joins_a_person(world: World) -> None:
    joined = select(CONTACT.c.id).join(FIGURE, FIGURE.c.area == CONTACT.c.polling_station)
    with world.register.open(world.actor, "administration") as processing:
        datasets.list_datasets(processing)
        with pytest.raises(SilentWrite):
            processing.look_up(FIGURE, joined)


def test_the_tables_of_territories_are_named_in_their_room_alone() -> None:
    named = [
        path.relative_to(ROOT)
        for path in ROOT.glob("*/**/*.py")
        if path.parts[len(ROOT.parts)] not in {"tests", "territories", "migrations"} and ".venv" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Constant) and re.search(r"\bterritory_(?:figure|dataset)\b", str(node.value)))
        or (isinstance(node, ast.ImportFrom) and node.module in {"territories.store", "territories.tables"})
    ]
    # The campaign's end names them once, to say why they are not handed back.
    assert set(map(str, named)) == {"holdings/destroy.py"}


def test_no_route_that_gives_persons_takes_a_figure_or_a_score() -> None:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    paths = json.loads(json.dumps(app.openapi()))["paths"]
    forbidden = names_of_territories() | {"score", "grain", "dataset"}
    for path, operations in paths.items():
        if path.startswith(("/v1/datasets", "/v1/cells", "/v1/visits/cells")):
            continue
        for operation in operations.values():
            assert forbidden.isdisjoint(one.get("name") for one in operation.get("parameters", ())), path
    for module in SHAPES:
        if module.__name__ == "api.wire_territory":
            continue
        for shape in vars(module).values():
            if isinstance(shape, type) and issubclass(shape, BaseModel):
                assert forbidden.isdisjoint(shape.model_fields), shape
