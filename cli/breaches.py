"""The register of breaches at the command line."""

import dataclasses
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from breaches.notification import tell_persons, write_notification
from breaches.reach import Leak, find_reached, persons_of
from breaches.register import (
    Breach,
    close_breach,
    complete_breach,
    list_breaches,
    notify_breach,
    open_breach,
)
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from kernel.errors import Invalid

ADMINISTRATION = "administration"
RIGHTS = "rights_request"


def begin(given: Namespace) -> Answer:
    """Open a breach: the clock runs from the moment it was known."""
    form = _form(given.form)
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        breach = open_breach(processing, given.aware_at, form)
    return Answer({"breach": breach}, [say(f"Violation ouverte : {breach}", f"Breach opened: {breach}")])


def listing(given: Namespace) -> Answer:
    """List the register with what is left of each clock."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_breaches(processing)
    rows = [(str(one.id), one.aware_at.isoformat(timespec="minutes"), _state(one)) for one in found]
    none = [say("Aucune violation.", "No breach.")]
    return Answer({"breaches": [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)


def complete(given: Namespace) -> Answer:
    """Tell more of a breach, from a JSON file with the fields of the form."""
    form = _form(given.form)
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = complete_breach(processing, given.id, form)
    return Answer(dataclasses.asdict(found), [_state(found)])


def notify(given: Namespace) -> Answer:
    """Record that the CNIL was notified."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = notify_breach(processing, given.id, given.at, given.kind)
    return Answer(dataclasses.asdict(found), [_state(found)])


def close(given: Namespace) -> Answer:
    """Close a breach."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = close_breach(processing, given.id)
    return Answer(dataclasses.asdict(found), [_state(found)])


def export(given: Namespace) -> Answer:
    """Write the CNIL's form, filled in from the register."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = write_notification(processing, given.id)
    return Answer(dataclasses.asdict(found), found.text.splitlines())


def reach(given: Namespace) -> Answer:
    """Tell from the log whom a leak reached, and with which fields; write to them if asked."""
    leak = Leak(since=given.since, until=given.until, actor=given.client, job=given.export)
    with opened(given) as installation:
        actor = operator_of(installation, given, RIGHTS)
        with installation.register.open(actor, RIGHTS) as processing:
            found = find_reached(processing, leak)
        data: dict[str, Any] = dataclasses.asdict(found) | {"persons": {str(k): v for k, v in found.persons.items()}}
        lines = [
            say(f"{len(found.persons)} personnes, {found.erased} effacées depuis", f"{len(found.persons)} persons"),
            *table([(name, str(count)) for name, count in found.fields.items()]),
        ]
        if given.tell:
            with installation.register.open(actor, RIGHTS) as processing:
                told = tell_persons(processing, given.id, persons_of(found))
            data |= {"queued": told.queued, "others": [str(one) for one in told.others]}
            lines.append(say(f"{told.queued} courriels en file", f"{told.queued} e-mails queued"))
    return Answer(data, lines)


def _state(one: Breach) -> str:
    if one.closed_at is not None:
        return say("close", "closed")
    if one.notified_at is not None:
        return say("notifiée à la CNIL", "notified to the CNIL")
    if one.deadline.is_over:
        return say("EN RETARD", "OVERDUE")
    hours = int(one.deadline.left.total_seconds() // 3600)
    return say(f"à notifier, reste {hours} h", f"to be notified, {hours} h left")


def _form(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        form = json.loads(Path(path).read_text("utf-8"))
    except (ValueError, UnicodeDecodeError):
        form = None
    if not isinstance(form, dict):
        message = "the form of a breach is a JSON file with its fields"
        raise Invalid(message)
    return form
