"""The commands of the register of breaches."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cli.words import say

KINDS = ("initial", "complementary", "complete")
Commands = Any


def add_breaches(commands: Commands, add: Callable[..., Any], group: Callable[..., Any]) -> None:
    """Add the register of breaches: its clock, its form, whom each reached."""
    breach = group(commands, "breach", "les violations de données", "data breaches")
    when = say("instant, avec son décalage", "instant, with its offset")
    form = say("champs du formulaire (JSON)", "fields of the form (JSON)")
    opening = add(breach, "open", "breaches:begin", "ouvrir une violation", "open a breach")
    opening.add_argument("--aware-at", required=True, type=_instant, metavar="AAAA-MM-JJTHH:MM+01:00", help=when)
    opening.add_argument("--form", metavar="FILE.json", help=form)
    add(breach, "list", "breaches:listing", "lister le registre", "list the register")
    complete = add(breach, "complete", "breaches:complete", "compléter une violation", "tell more of a breach")
    complete.add_argument("--form", required=True, metavar="FILE.json", help=form)
    notify = add(breach, "notify", "breaches:notify", "enregistrer la notification", "record the notification")
    notify.add_argument("--at", required=True, type=_instant, help=when)
    notify.add_argument("--kind", choices=KINDS, default=KINDS[0], help=say("nature", "kind"))
    export = add(breach, "export", "breaches:export", "remplir le formulaire de la CNIL", "fill in the CNIL's form")
    close = add(breach, "close", "breaches:close", "clore une violation", "close a breach")
    reach = add(breach, "reach", "breaches:reach", "qui est touché, d'après le journal", "whom it reached, by the log")
    for parser in (complete, notify, export, close, reach):
        parser.add_argument("id", type=UUID, metavar="ID")
    for name in ("--since", "--until"):
        reach.add_argument(name, required=True, type=_instant, help=when)
    reach.add_argument("--client", metavar="ID", help=say("client ou personne du compte fuité", "client or staff"))
    reach.add_argument("--export", type=UUID, metavar="ID", help=say("un export", "an export"))
    reach.add_argument("--tell", action="store_true", help=say("écrire aux personnes touchées", "write to them"))


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)
