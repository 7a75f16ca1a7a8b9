# ruff: noqa: ANN401 - orders are passed on
"""What tests of imports over the API begin with: a list taken in, and a worker that takes it on."""

import csv
import io
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from attachments.intake import Intake
from files.imports import RUN, Declared, ImportView, request_import, show_import
from files.run_import import Importer, report_import
from files.sealed import AnyForm, Spool, spool_of
from jobs.task import Taken
from tests.factories import MANAGING, World

CANARY = b"Zebulonnette"
HEADER = b"nationbuilder_id,first_name,last_name,email,religion\n"


def rows(number: int) -> bytes:
    lines = (b"%d,Marie,%s%d,m%d@example.org,none\n" % (one, CANARY, one, one) for one in range(number))
    return HEADER + b"".join(lines)


def spool(world: World) -> Spool:
    return spool_of(world.installation.settings, world.campaign)


def upload(world: World, content: bytes, **more: Any) -> UUID:
    settings = world.installation.settings
    told: dict[str, Any] = {"origin": world.newsletter.number, "category": "regular"} | more
    declared = Declared(**told)
    with Intake(settings.upload_dir, world.campaign, "text/csv", 1 << 25, AnyForm()) as intake:
        intake.take(content)
        taken = intake.finish()
        spool(world).keep(taken.id, taken.sealed)
        with world.register.open(world.actor, MANAGING) as processing:
            return request_import(processing, spool(world), taken, declared)


def run(world: World, one: UUID, seconds: float = 60, chunk: int = 4) -> bool:
    return Importer(world.register, spool(world), seconds, chunk=chunk).run(world.campaign, one)


def shown(world: World, one: UUID) -> ImportView:
    with world.register.open(world.actor, MANAGING) as processing:
        return show_import(processing, one)


def report(world: World, one: UUID) -> list[dict[str, str]]:
    text = b"".join(report_import(world.register, world.actor, MANAGING, one)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def left(world: World) -> list[Path]:
    return [path for path in spool(world).folder.rglob("*") if path.is_file()]


def task(world: World, one: UUID, attempt: int = 1) -> Taken:
    payload = f'{{"import":"{one}"}}'
    return Taken(world.campaign, uuid4(), RUN, None, payload, attempt, world.clock.at, uuid4())
