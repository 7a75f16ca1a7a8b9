"""Exports as jobs at the command line: order one and work on it, list them, collect a file, write its link, cancel."""

import os
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from audit.register import Register
from cli.answer import DONE, FAILED, Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from files.exports.at_once import fail_at_once, order_at_once
from files.exports.collect import PURPOSE, Leaving, collect_export, collector_in, download_export, link_export
from files.exports.order import LINK, Ordered, Wanted, left_today, order_export
from files.exports.parts import Room, room_of
from files.exports.run import Exporter
from files.exports.show import ExportView, cancel_export, list_exports, show_export
from files.exports.states import FINISHED, QUEUED, RUNNING, WAITING
from installation.open import Installation
from kernel.actor import Actor
from kernel.errors import Conflict

_TURN = 3600.0
_PAUSE = 0.5
_SHOWN = 50


def order(installation: Installation, actor: Actor, given: Namespace, wanted: Wanted) -> Answer:
    """Order an export, write it here and now, and hand its file out; a large one waits for an approval first."""
    settings = installation.settings
    delay = timedelta(hours=settings.approval_delay_hours)
    with installation.register.open(actor, given.purpose) as processing:
        made = order_export(processing, wanted, alone=settings.export_alone, delay=delay)
    if made.state == WAITING:
        told = {"export": made.id, "state": WAITING, "approval": made.approval, "alone_from": made.alone_from}
        return Answer(told, _waiting(made, settings.export_alone, given), FAILED)
    shown = _worked_on(installation, actor, given.purpose, made.id)
    return _handed_out(installation, actor, given, shown)


def _waiting(made: Ordered, alone: int, given: Namespace) -> list[str]:
    """Say why an export waits, for whom, and how it goes on: a second list of one day is soon one too many."""
    since = made.alone_from
    fr, en = (
        ("", "") if since is None else (f" (à défaut, dès {since:%d/%m %H:%M %Z})", f" (or {since:%d/%m %H:%M %Z})")
    )
    then = f"isoloir exports collect {made.id}" + ("" if given.out is None else f" --out {given.out}")
    return [
        say(
            f"Vos exports du jour et ce plafond (--cap) dépassent ensemble {alone} contacts (ISOLOIR_EXPORT_ALONE).",
            f"Your exports of the day and this cap (--cap) exceed {alone} contacts together (ISOLOIR_EXPORT_ALONE).",
        ),
        say(
            f"L'export {made.id} attend l'accord {made.approval}{fr}. Ensuite : {then}",
            f"The export {made.id} waits for the approval {made.approval}{en}. Then: {then}",
        ),
    ]


def left(installation: Installation, actor: Actor, purpose: str) -> int:
    """Return how many more contacts the actor may let leave alone today."""
    with installation.register.open(actor, purpose) as processing:
        return left_today(processing, installation.settings.export_alone)


def begin_at_once(installation: Installation, actor: Actor, purpose: str, wanted: Wanted) -> UUID | None:
    """Keep that a list is written at once; None where somebody else must approve of it first."""
    with installation.register.open(actor, purpose) as processing:
        return order_at_once(processing, wanted, alone=installation.settings.export_alone)


@contextmanager
def told_if_it_fails(register: Register, actor: Actor, purpose: str, one: UUID, *, left: bool) -> Iterator[None]:
    """Keep why a list could not be written at once, also where somebody broke it off; ``left``, lines were on disk."""
    try:
        yield
    except BaseException as error:
        with register.open(actor, purpose) as processing:
            fail_at_once(processing, one, error, left=left)
        raise


def list_all(given: Namespace) -> Answer:
    """List the newest exports."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, PURPOSE) as processing:
            found = list_exports(processing, None, _SHOWN)
    rows = [
        (str(one.id), one.state, str(one.contacts), one.created_at.isoformat(timespec="minutes"), one.recipient_name)
        for one in found
    ]
    none = [say("Aucun export.", "No export.")]
    return Answer({"exports": [asdict(one) for one in found]}, table(rows) if rows else none)


def collect(given: Namespace) -> Answer:
    """Write a finished file to the disk, or tell why there is none yet."""
    with opened(given) as installation:
        shown = _worked_on(installation, operator_of(installation, given), PURPOSE, given.id)
        return _handed_out(installation, operator_of(installation, given, shown.purpose), given, shown)


def link(given: Namespace) -> Answer:
    """Write the link from which a finished file is downloaded once."""
    with opened(given) as installation:
        shown = _worked_on(installation, operator_of(installation, given), PURPOSE, given.id)
        return _linked(installation, operator_of(installation, given, shown.purpose), shown)


def cancel(given: Namespace) -> Answer:
    """End an export, or withdraw its file."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, PURPOSE) as processing:
            cancel_export(processing, given.id)
        room_of(installation.settings, actor.campaign).spool.drop(given.id)
    return Answer({"export": given.id, "state": "cancelled"}, [say("Export arrêté.", "Export cancelled.")])


def _worked_on(installation: Installation, actor: Actor, purpose: str, one: UUID) -> ExportView:
    """Write an export to its end, unless a worker of the server is at it: then wait for that."""
    exporter = Exporter(installation.register, room_of(installation.settings, actor.campaign), _TURN)
    while True:
        while exporter.run(actor.campaign, one):
            continue
        with installation.register.open(actor, purpose) as processing:
            shown = show_export(processing, one)
        if shown.state not in {QUEUED, RUNNING}:
            return shown
        time.sleep(_PAUSE)


def _handed_out(installation: Installation, actor: Actor, given: Namespace, shown: ExportView) -> Answer:
    told = {"export": shown.id, "state": shown.state, "contacts": shown.contacts, "withheld": shown.withheld}
    if shown.state != FINISHED:
        why = "" if shown.failure is None else f" : {shown.failure['message']}"
        return Answer(told | {"failure": shown.failure}, [f"{shown.state}{why}"], FAILED)
    if given.out is None:
        return _linked(installation, actor, shown)
    room = room_of(installation.settings, actor.campaign)
    written = _written(Path(given.out), _leaving(installation, actor, room, shown))
    if shown.secured == LINK:
        room.spool.drop(shown.id)
    text = say(
        f"{shown.contacts} contacts exportés dans {given.out}, {shown.withheld} retenus.",
        f"{shown.contacts} contacts exported to {given.out}, {shown.withheld} withheld.",
    )
    refused = table(sorted((str(count), rule) for rule, count in shown.refused.items()))
    return Answer(told | {"out": given.out, "bytes": written, "refused": dict(shown.refused)}, [text, *refused], DONE)


def _leaving(installation: Installation, actor: Actor, room: Room, shown: ExportView) -> Iterator[Leaving]:
    """Yield the file once there is a place for it: what goes by a link goes once."""
    if shown.secured != LINK:
        with installation.register.open(actor, shown.purpose) as processing:
            leaving = download_export(processing, room, shown.id)
        yield leaving
        return
    with installation.register.open(actor, shown.purpose) as processing:
        written, _ = link_export(processing, shown.id)
    with installation.register.open(collector_in(actor.campaign), PURPOSE) as processing:
        collected = collect_export(processing, room, written)
    if collected is None:
        raise Conflict("the file has been collected meanwhile, or its time is over")
    yield collected


def _written(out: Path, leaving: Iterator[Leaving]) -> int:
    """Write a file that only its owner can read; nothing is left of it if that fails."""
    opened_once = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    size = 0
    try:
        with os.fdopen(opened_once, "wb") as file:
            for one in leaving:
                for piece in one.pieces():
                    size += file.write(piece)
    except BaseException:
        out.unlink()
        raise
    return size


def _linked(installation: Installation, actor: Actor, shown: ExportView) -> Answer:
    with installation.register.open(actor, shown.purpose) as processing:
        written, until = link_export(processing, shown.id)
    address = f"{installation.settings.public_url.rstrip('/')}/exports/{actor.campaign}/{written}"
    day = until.isoformat(timespec="minutes")
    text = say(f"À télécharger une fois, jusqu'au {day} : {address}", f"To download once, until {day}: {address}")
    return Answer({"export": shown.id, "link": address, "until": until}, [text])
