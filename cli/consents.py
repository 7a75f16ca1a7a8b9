"""Consents: derive the standings anew from the evidence."""

from argparse import Namespace

from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say
from consent.standings import rebuild_standings


def rebuild(given: Namespace) -> Answer:
    """Derive the standings of a campaign anew, page by page; safe at any time."""
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        persons = rebuild_standings(installation.register, actor, given.purpose)
    text = say(f"Situations recalculées pour {persons} personnes.", f"Standings derived anew for {persons} persons.")
    return Answer({"rebuilt": persons}, [text])
