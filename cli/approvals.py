"""Requests for approval at the command line: ask, list them, approve or refuse another's."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

from accounts.approvals.actions import Action
from accounts.approvals.decide import decide_approval, list_approvals
from accounts.approvals.request import Requested, request_approval
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table

ADMINISTRATION = "administration"


def ask(given: Namespace, action: Action, parameters: Mapping[str, str]) -> Answer:
    """Ask for the approval of an action with these exact parameters."""
    with opened(given) as installation:
        delay = timedelta(hours=installation.settings.approval_delay_hours)
        with installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing:
            made = request_approval(processing, action, parameters, delay=delay)
    return Answer({"approval": made.id, "alone_from": made.alone_from}, [_asked(made)])


def list_all(given: Namespace) -> Answer:
    """List the newest requests, and where each stands."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_approvals(processing)
    rows = [
        (
            str(one.id),
            one.standing.value,
            one.action,
            " ".join(f"{name}={value}" for name, value in one.parameters.items()),
            "" if one.alone_from is None else one.alone_from.isoformat(timespec="minutes"),
        )
        for one in found
    ]
    none = [say("Aucune demande.", "No request.")]
    return Answer({"approvals": [asdict(one) for one in found]}, table(rows) if rows else none)


def approve(given: Namespace) -> Answer:
    """Approve another's request."""
    return _decide(given, approve=True)


def refuse(given: Namespace) -> Answer:
    """Refuse another's request."""
    return _decide(given, approve=False)


def _decide(given: Namespace, *, approve: bool) -> Answer:
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        decide_approval(processing, given.id, approve=approve)
    told = say("Demande approuvée.", "Request approved.") if approve else say("Demande refusée.", "Request refused.")
    return Answer({"approval": given.id, "approved": approve}, [told])


def _asked(made: Requested) -> str:
    if made.alone_from is None:
        text = f"Demande {made.id} : une autre personne doit l'approuver, puis relancez sans --ask."
        return say(text, f"Request {made.id}: another person must approve it, then run again without --ask.")
    when = made.alone_from.isoformat(timespec="minutes")
    return say(
        f"Demande {made.id} : personne d'autre ne peut l'approuver. Relancez sans --ask après {when}, sauf opposition "
        "du délégué à la protection des données, qui en est averti.",
        f"Request {made.id}: nobody else can approve it. Run again without --ask after {when}, unless the data "
        "protection officer, who is told, objects.",
    )
