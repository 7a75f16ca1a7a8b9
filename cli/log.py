"""Read the log, verify it, and take a signed checkpoint away to where nobody here can change it."""

import os
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from audit.events import Event
from audit.listing import latest_checkpoint, list_entries
from audit.verify import verify_log
from cli.answer import DONE, FAILED, Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from files.leaked import read_leaked
from files.trace import Verdict, trace_export
from kernel.errors import Invalid

ADMINISTRATION = "administration"
ACCOUNTABILITY = "accountability"
"""The only purpose for which the log tells who of the staff did what."""
_SHOWN = 20


def entries(given: Namespace) -> Answer:
    """List the newest entries."""
    event = _event(given.event)
    purpose = ADMINISTRATION if given.actor is None else ACCOUNTABILITY
    with opened(given) as installation:
        actor = operator_of(installation, given, purpose)
        with installation.register.open(actor, purpose) as processing:
            page = list_entries(processing, event=event, before=None, limit=given.limit, actor=given.actor)
    found = page.entries
    rows = [
        (
            one.at.isoformat(timespec="seconds"),
            one.event,
            one.outcome,
            one.actor_kind,
            one.purpose,
            " ".join(f"{name}={count}" for name, count in one.counts.items()),
        )
        for one in found
    ]
    return Answer({"entries": [asdict(one) for one in found]}, table(rows) if rows else [])


def verify(given: Namespace) -> Answer:
    """Sign what is new in the log, then check everything, also against a checkpoint kept elsewhere."""
    earlier = Path(given.checkpoint).read_text("utf-8") if given.checkpoint else None
    with opened(given) as installation:
        actor = operator_of(installation, given)
        installation.sequencer.run(actor.campaign)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            found = verify_log(processing, installation.checkpoints, earlier)
    data = {
        "holds": found.holds,
        "entries": found.entries,
        "checkpoints": found.checkpoints,
        "problems": found.problems,
    }
    checked = say(
        f"{found.entries} inscriptions et {found.checkpoints} points de contrôle vérifiés : ",
        f"{found.entries} entries and {found.checkpoints} checkpoints verified: ",
    )
    verdict = (
        say("le journal tient.", "the log holds.") if found.holds else say("IL NE TIENT PAS.", "IT DOES NOT HOLD.")
    )
    lines = [checked + verdict, *(f"  {problem}" for problem in found.problems)]
    return Answer(data, lines, DONE if found.holds else FAILED)


def checkpoint(given: Namespace) -> Answer:
    """Sign the log's present state and show the note, or put it in a file."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        installation.sequencer.run(actor.campaign)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            note = latest_checkpoint(processing) or ""
    if given.out is None:
        return Answer({"checkpoint": note}, note.splitlines())
    with os.fdopen(os.open(given.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(note)
    text = say(f"Point de contrôle gardé dans {given.out}", f"Checkpoint kept in {given.out}")
    return Answer({"checkpoint": note, "out": given.out}, [text])


def trace(given: Namespace) -> Answer:
    """Tell which export a leaked file most likely is, or that nothing proves it."""
    leaked = read_leaked(Path(given.file))
    with opened(given) as installation:
        actor = operator_of(installation, given, ACCOUNTABILITY)
        with installation.register.open(actor, ACCOUNTABILITY) as processing:
            found = trace_export(processing, leaked)
    said = {
        Verdict.NAMED: say("l'ordre des lignes est celui de l'export ", "the rows stand in the order of the export "),
        Verdict.TOO_SHORT: say("trop peu de lignes pour le dire.", "too few rows to tell."),
        Verdict.UNMARKED: say("les lignes ne sont dans l'ordre d'aucun export.", "the rows are in no export's order."),
    }[found.verdict]
    named = found.candidates[0].export if found.verdict is Verdict.NAMED else ""
    rows = [
        (
            str(one.export),
            one.at.isoformat(timespec="seconds"),
            one.purpose,
            one.recipient or "-",
            f"{one.held}/{found.known}",
            f"{one.risen}/{max(one.compared - 1, 0)}",
            f"{one.chance:.1e}",
        )
        for one in found.candidates[:_SHOWN]
    ]
    head = ("export", say("le", "on"), say("finalité", "purpose"), say("destinataire", "recipient"))
    more = (say("présents", "held"), say("en ordre", "in order"), say("hasard", "chance"))
    data = asdict(found) | {"export": str(named) or None}
    return Answer(data, [f"{found.persons} : {said}{named}", *(table([(*head, *more), *rows]) if rows else [])])


def _event(name: str | None) -> Event | None:
    if name is None:
        return None
    try:
        return Event(name)
    except ValueError:
        message = f"unknown event; there are {', '.join(Event)}"
        raise Invalid(message) from None
