# ruff: noqa: ANN401 - an order is passed on
"""What tests of imports from the command line begin with: a file of people, and how it is imported."""

import csv
from pathlib import Path
from typing import Any

from audit.register import Register
from files.import_file import import_file
from files.order import Imported, ImportOrder
from tests.factories import MANAGING, World, raw

CANARY = "Zébulonnette"
_HEADER = "nationbuilder_id first_name last_name email phone_number note tag_list religion"


def run(world: World, path: Path, register: Register | None = None, **more: Any) -> Imported:
    told: dict[str, Any] = {"origin": world.newsletter.number, "category": "regular", "chunk": 4} | more
    order = ImportOrder(path=path, report=path.with_name("report"), **told)
    return import_file(register or world.register, world.actor, MANAGING, order, lambda *_: None)


def people(path: Path, *rows: dict[str, str], header: str = _HEADER) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header.split(), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def person(number: int, **more: str) -> dict[str, str]:
    told = {"nationbuilder_id": str(number), "first_name": "Marie", "last_name": f"{CANARY}{number}"}
    return told | {"email": f"{CANARY.lower()}{number}@example.org".replace("é", "e")} | more


def standings(world: World) -> list[tuple[object, ...]]:
    with raw(world.url, world.campaign) as database:
        return sorted(database.run("SELECT purpose, channel, status FROM consent_standing"))
