"""Retention at the command line: the sweep, its report, legal holds, endings."""

import dataclasses
import sys
from argparse import Namespace

from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from contacts.lasting.archive import PURPOSE as ARCHIVE
from contacts.lasting.archive import open_archive
from contacts.lasting.endings import record_endings
from contacts.lasting.holds import HoldReason, lift_hold, list_holds, place_hold
from installation.sweeping import sweep_campaign
from kernel.identity import PersonId
from retention.report import report_month
from retention.runs import Run

ADMINISTRATION = "administration"


def sweep(given: Namespace) -> Answer:
    """Delete whatever is past its day, or only say what would go."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        done = sweep_campaign(installation, actor, simulated=given.dry_run, tell=_progress)
    rows = [*sorted(done.run.counts.items()), *sorted(done.rest.items())]
    if given.dry_run:
        head = say(f"{done.run.examined} contacts examinés, rien n'est touché.", f"{done.run.examined} examined, only.")
    else:
        head = say(f"{done.run.examined} contacts examinés.", f"{done.run.examined} contacts examined.")
    lines = [head, *table([(name, str(count)) for name, count in rows])]
    if not rows:
        lines.append(say("Rien n'est à échéance.", "Nothing is past its day."))
    data = {"run": dataclasses.asdict(done.run), "rest": done.rest, "chores": done.chores}
    return Answer(data, lines)


def report(given: Namespace) -> Answer:
    """Tell what the sweeps of a month did, and what is held."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = report_month(processing, given.month or processing.today.strftime("%Y-%m"))
    lines = [
        say(f"Conservation, {found.month} : {found.runs} passages", f"Retention, {found.month}: {found.runs} sweeps"),
        *table([(name, str(count)) for name, count in sorted(found.counts.items())]),
        say(f"Gels en vigueur : {found.holds}", f"Holds in force: {found.holds}"),
    ]
    return Answer(dataclasses.asdict(found), lines)


def holds(given: Namespace) -> Answer:
    """List the legal holds in force."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_holds(processing)
    whole = say("toute la campagne", "whole campaign")
    rows = [(str(one.id), str(one.contact or whole), one.reason.value, str(one.expires_on)) for one in found]
    none = [say("Aucun gel.", "No hold.")]
    return Answer({"holds": [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)


def place(given: Namespace) -> Answer:
    """Hold a contact, or the whole campaign, for claims."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        hold = place_hold(
            processing,
            contact=None if given.contact is None else PersonId(given.contact),
            reason=HoldReason(given.reason),
            reference=given.reference,
            expires_on=given.expires_on,
        )
    return Answer({"hold": hold}, [say(f"Gel posé : {hold}", f"Hold placed: {hold}")])


def lift(given: Namespace) -> Answer:
    """End a legal hold."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        lift_hold(processing, given.id)
    return Answer({"lifted": given.id}, [say("Gel levé.", "Hold lifted.")])


def ended(given: Namespace) -> Answer:
    """Record that a membership, a mandate or a life ended."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        record_endings(processing, [PersonId(one) for one in given.ids], given.event, given.on)
    return Answer({"event": given.event, "on": given.on}, [say("Fin enregistrée.", "The ending is recorded.")])


def open_archived(given: Namespace) -> Answer:
    """Open contacts in restricted archive, for a reason that the log keeps."""
    with opened(given) as installation:
        actor = operator_of(installation, given, ARCHIVE)
        with installation.register.open(actor, ARCHIVE) as processing:
            found = open_archive(
                processing, [PersonId(one) for one in given.ids], HoldReason(given.reason), given.reference
            )
    lines = [f"{one.person}  {datum.field}: {datum.value}" for one in found for datum in one.data]
    data = [
        {"id": one.person, "data": [{"field": datum.field, "value": datum.value} for datum in one.data]}
        for one in found
    ]
    return Answer({"contacts": data}, lines)


def _progress(run: Run) -> None:
    print(say(f"… {run.examined} contacts", f"… {run.examined} contacts"), file=sys.stderr)
