"""What is held, at the command line: list it without its words, refuse it, count refusals. Words are the reviewer's."""

from argparse import Namespace
from dataclasses import asdict

from audit.refusals import count_refusals
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from reviews.decide import Decision, Reason, decide_review
from reviews.listing import list_reviews

ADMINISTRATION = "administration"


def list_all(given: Namespace) -> Answer:
    """List what waits for the privacy reviewer, without any words."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_reviews(processing)
    rows = [(str(one.id), one.state, one.field, " ".join(one.rules), f"{one.until:%Y-%m-%d}") for one in found]
    none = [say("Rien n'attend.", "Nothing waits.")]
    return Answer({"reviews": [asdict(one) for one in found]}, table(rows) if rows else none)


def refuse(given: Namespace) -> Answer:
    """Refuse what is held: the words go, and nobody saw them."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        decide_review(processing, given.id, Decision.REFUSE, Reason(given.reason))
    return Answer({"review": given.id, "decision": "refuse"}, [say("Refusé et détruit.", "Refused and destroyed.")])


def refusals(given: Namespace) -> Answer:
    """Count what was refused or held in the last thirty days, by rule, source and client."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found, whole = count_refusals(processing, None)
    rows = [(one.rule, one.source, one.actor_kind, one.actor_id, str(one.count)) for one in found]
    none = [say("Aucun refus.", "No refusal.")]
    return Answer({"refusals": [asdict(one) for one in found], "whole": whole}, table(rows) if rows else none)
