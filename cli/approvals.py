"""Requests for approval at the command line: list them, approve or refuse another's."""

from argparse import Namespace
from dataclasses import asdict

from accounts.approvals.decide import decide_approval, list_approvals
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table

ADMINISTRATION = "administration"


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
