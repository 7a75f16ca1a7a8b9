# ruff: noqa: ANN401 - orders are passed on
"""What tests of exports begin with: people, a list ordered, a worker that writes it, and the file that comes of it."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyrage  # type: ignore[import-untyped]
import pytest

import files.export_file
import files.exports.run
import files.hand_over
from campaigns.recipients import add_recipient
from files.export_file import ExportOrder
from files.exports.collect import download_export, link_export
from files.exports.order import Ordered, Wanted, order_export
from files.exports.parts import room_of
from files.exports.run import Exporter
from files.exports.show import ExportView, show_export
from files.hand_over import Handover
from installation.exporting import ExportChores
from jobs.task import Taken
from kernel.actor import Actor
from kernel.identity import PersonId
from tests.factories import MANAGING, World, recorded, supporter, supporters

ADMIN = "administration"
DELAY = timedelta(hours=24)
CANARY = "Zebulonnette"
IDENTITY = pyrage.x25519.Identity.generate()


def chunks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.export_file, "CHUNK", 3)
    monkeypatch.setattr(files.hand_over, "CHUNK", 3)


def keyed(world: World, name: str = "imprimerie") -> UUID:
    with world.register.open(world.actor, ADMIN) as processing:
        return add_recipient(processing, replace(supporters(name), public_key=str(IDENTITY.to_public())))


def people(world: World, number: int) -> list[PersonId]:
    drafts = [
        supporter(world, ("last_name", f"{CANARY}{one}"), ("email", f"m{one}@example.org")) for one in range(number)
    ]
    return recorded(world, *drafts)


def wanted(*, secured: str = "age", reach: Handover | None = None, hours: int = 72, **order: Any) -> Wanted:
    told: dict[str, Any] = {"reason": "lettre de novembre", "recipient": "imprimerie"} | order
    return Wanted(order=ExportOrder(**told), secured=secured, reach=reach, hours=hours)


def order(
    world: World, asked: Wanted, *, alone: int = 10**9, purpose: str = MANAGING, by: Actor | None = None
) -> Ordered:
    with world.register.open(by or world.actor, purpose) as processing:
        return order_export(processing, asked, alone=alone, delay=DELAY)


def run(world: World, one: UUID, seconds: float = 60) -> bool:
    room = room_of(world.installation.settings, world.campaign)
    return Exporter(world.register, room, seconds).run(world.campaign, one)


def shown(world: World, one: UUID) -> ExportView:
    with world.register.open(world.actor, MANAGING) as processing:
        return show_export(processing, one)


def downloaded(world: World, one: UUID, *, purpose: str = MANAGING, by: Actor | None = None) -> bytes:
    with world.register.open(by or world.actor, purpose) as processing:
        leaving = download_export(processing, room_of(world.installation.settings, world.campaign), one)
    content = b"".join(leaving.pieces())
    assert len(content) == leaving.size
    return content


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def link_of(world: World, one: UUID) -> str:
    with world.register.open(world.actor, MANAGING) as processing:
        return link_export(processing, one)[0]


def left(world: World) -> list[Path]:
    return [path for path in world.installation.settings.export_dir.rglob("*") if path.is_file()]


def chores(world: World) -> ExportChores:
    return ExportChores(world.installation)


def task(world: World, kind: str, payload: str = "{}", attempt: int = 1) -> Taken:
    return Taken(world.campaign, uuid4(), kind, None, payload, attempt, world.clock.at, uuid4())
