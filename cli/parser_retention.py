"""The commands of retention."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from cli.words import say

REASONS = ("claims", "regulator", "investigation", "election_contest")
ENDINGS = ("death_notice", "end_of_mandate", "end_of_membership")
Commands = Any


def add_retention(commands: Commands, add: Callable[..., Any], group: Callable[..., Any]) -> None:
    """Add the sweep and its report, legal holds, endings."""
    retention = group(commands, "retention", "la conservation des données", "how long data are kept")
    french, english = "supprimer ce qui est à échéance", "delete what is past its day"
    sweep = add(retention, "sweep", "retention:sweep", french, english)
    sweep.add_argument("--dry-run", action="store_true", help=say("dire sans rien toucher", "say, touch nothing"))
    report = add(retention, "report", "retention:report", "le rapport d'un mois", "the report of a month")
    report.add_argument("--month", metavar="AAAA-MM", help=say("mois (sinon celui-ci)", "month (else this one)"))
    ended = add(retention, "ended", "retention:ended", "enregistrer une fin", "record that something ended")
    ended.add_argument("ids", nargs="+", type=UUID, metavar="ID")
    ended.add_argument("--event", required=True, choices=ENDINGS, help=say("ce qui a pris fin", "what ended"))
    ended.add_argument("--on", required=True, type=date.fromisoformat, metavar="AAAA-MM-JJ", help=say("jour", "day"))
    opening = add(retention, "open", "retention:open_archived", "ouvrir ce qui est archivé", "open what is in archive")
    opening.add_argument("ids", nargs="+", type=UUID, metavar="ID")
    opening.add_argument("--reason", required=True, choices=REASONS, help=say("motif", "reason"))
    opening.add_argument("--reference", required=True, help=say("dossier, sans nom", "case, without a name"))
    _holds(group(commands, "hold", "les gels pour contentieux", "legal holds"), add)


def _holds(hold: Commands, add: Callable[..., Any]) -> None:
    add(hold, "list", "retention:holds", "lister les gels", "list the holds")
    place = add(hold, "place", "retention:place", "geler un contact ou la campagne", "hold a contact or the campaign")
    place.add_argument("--contact", type=UUID, metavar="ID", help=say("sinon : toute la campagne", "else: all"))
    place.add_argument("--reason", required=True, choices=REASONS, help=say("motif", "reason"))
    place.add_argument("--reference", required=True, help=say("dossier, sans nom", "case, without a name"))
    place.add_argument("--expires-on", required=True, type=date.fromisoformat, metavar="AAAA-MM-JJ")
    lift = add(hold, "lift", "retention:lift", "lever un gel", "lift a hold")
    lift.add_argument("id", type=UUID, metavar="ID")
