"""The register of targeting, and the transparency notice of each of its lines."""

from argparse import Namespace
from dataclasses import asdict

from audit.events import Event
from audit.note import Note
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import FRENCH, language, say, table
from outreach.targeting import list_targetings
from outreach.transparency import make_notice

ADMINISTRATION = "administration"


def list_all(given: Namespace) -> Answer:
    """List how sendings were narrowed."""
    with opened(given) as installation:
        actor = operator_of(installation, given, ADMINISTRATION)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            found = list_targetings(processing)
            processing.note(Note(event=Event.TARGETING_READ, counts={}))
    rows = [
        (
            *(str(one.id), one.last_use_on.isoformat(), one.channel, one.technique, one.role),
            " ".join(criterion.name for criterion in one.criteria),
            f"{one.counts['allowed']}/{one.counts['considered']}",
        )
        for one in found
    ]
    none = [say("Le registre de ciblage est vide.", "The register of targeting is empty.")]
    return Answer({"targetings": [asdict(one) for one in found]}, table(rows) if rows else none)


def notice(given: Namespace) -> Answer:
    """Show the transparency notice of a line, in the language spoken; ``--json`` holds both."""
    with opened(given) as installation:
        actor = operator_of(installation, given, ADMINISTRATION)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            made = make_notice(processing, given.id)
    french = language() == FRENCH
    colon = say(" :", ":")
    mentions = [f"{one.label}{colon} {one.text}" for one in (made.fr if french else made.en)]
    missing = [f"- {one}" for one in (made.missing_fr if french else made.missing_en)]
    heading = say("À compléter avant de publier :", "To be added before it is published:")
    return Answer(asdict(made), [*mentions, heading, *missing])
