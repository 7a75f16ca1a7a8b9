"""The commands that take files in and give them out."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from cli.words import say

Commands = Any
"""What argparse gives to add commands to; its own name for it is private."""
Add = Callable[[Commands, str, str, str, str], ArgumentParser]
Verb = Callable[[Any, str, str, str, str], ArgumentParser]
"""What makes another command of a word after a command's name; it takes the command's own parser."""
Group = Callable[[Commands, str, str, str], Commands]


def add_files(commands: Commands, add: Add, verb: Verb) -> None:
    """Add what judges, imports and exports files."""
    screen = add(commands, "screen", "screening:screen", "juger des textes", "screen texts")
    screen.add_argument("file", metavar="IN.jsonl")
    screen.add_argument("--out", required=True, metavar="OUT.jsonl")
    bring = add(commands, "import", "files:bring_in", "importer un fichier", "import a file")
    bring.add_argument("file", metavar=say("FICHIER", "FILE"))
    bring.add_argument("--origin", type=int, required=True, help=say("numéro d'origine", "number of the origin"))
    add_purpose(bring)
    bring.add_argument("--profile", help=say("genre de fichier (sinon reconnu)", "kind of file (else recognised)"))
    bring.add_argument("--category", help=say("catégorie des personnes", "category of the persons"))
    joined = say("cohorte dont font partie ses accords", "cohort that its opt-ins belong to")
    bring.add_argument("--cohort", type=int, metavar="N", help=joined)
    asked = say("demander ce que sont les colonnes d'un fichier inconnu", "ask what the columns of an unknown file are")
    bring.add_argument("--map", action="store_true", help=asked)
    bring.add_argument("--dry-run", action="store_true", help=say("tout dire, ne rien écrire", "store nothing"))
    bring.add_argument("--strict", action="store_true", help=say("tout ou rien", "all or nothing"))
    bring.add_argument("--report", metavar=say("NOM", "NAME"), help=say("rapport NOM.csv et NOM.json", "its report"))
    bring.add_argument("--processes", type=int, help=say("processus qui scellent", "processes that seal"))
    text = "défaire un import terminé, pendant sept jours", "undo an import that has ended, for seven days"
    add_purpose(verb(bring, "undo", "files:undo", *text), "contact_management")
    add_purpose(verb(bring, "cancel", "files:cancel", "arrêter un import", "cancel an import"), "contact_management")
    _export(commands, add)


def _export(commands: Commands, add: Add) -> None:
    send = add(commands, "export", "files:send_out", "exporter une liste", "export a list")
    add_purpose(send)
    send.add_argument("--reason", required=True, help=say("motif", "reason"))
    send.add_argument("--recipient", required=True, help=say("destinataire", "recipient"))
    send.add_argument(
        "--cap",
        type=int,
        help=say("plafond de contacts ; sinon ce qui reste du jour", "most contacts; else what is left of the day"),
    )
    send.add_argument("--out", metavar=say("FICHIER", "FILE"))
    by_link = say("donner un lien qui sert une fois, au lieu d'un fichier", "give a link that serves once, and no file")
    send.add_argument("--link", action="store_true", help=by_link)
    encrypted = say("chiffrer à la clé publique du destinataire", "encrypt to the recipient's public key")
    send.add_argument("--encrypted", action="store_true", help=encrypted)
    send.add_argument("--hours", type=int, default=72, help=say("durée de garde du fichier", "how long a file waits"))
    send.add_argument("--field", action="append", help=say("seulement cette donnée", "this field alone"))
    send.add_argument("--format", choices=("csv", "xlsx", "ndjson"), default="csv", help=say("format", "its format"))
    for name in ("--category", "--commune", "--polling-station"):
        send.add_argument(name)
    send.add_argument(
        "--selection", type=UUID, metavar="ID", help=say("une sélection enregistrée", "a saved selection")
    )
    sent = say("pour l'envoi : seules les personnes joignables par ce canal", "to send: only who may be reached by it")
    send.add_argument("--channel", help=sent)
    send.add_argument("--kind", default="propaganda", help=say("nature du message", "kind of message"))
    send.add_argument("--message", type=UUID, metavar="ID", help=say("le message envoyé", "the message that is sent"))
    chosen = say("donnée qui a choisi les personnes", "field that chose the persons")
    send.add_argument("--criterion", action="append", help=chosen)


def add_territories(commands: Commands, add: Add, group: Group) -> None:
    """Add what keeps open data by territory."""
    territory = group(commands, "territory", "les données ouvertes par territoire", "open data by territory")
    bring = add(territory, "import", "territories:bring_in", "importer un CSV ouvert", "import an open CSV")
    bring.add_argument("file", metavar=say("FICHIER", "FILE"))
    bring.add_argument("--name", required=True, help=say("nom", "name"))
    bring.add_argument("--kind", choices=("result", "statistic", "score"), default="result", help=say("nature", "kind"))
    bring.add_argument("--source", required=True, help=say("adresse de publication", "where it is published"))
    bring.add_argument("--obtained-on", type=_day, required=True, metavar="AAAA-MM-JJ")
    add(territory, "list", "territories:list_all", "lister les données ouvertes", "list open data")
    remove = add(territory, "remove", "territories:remove", "supprimer des données ouvertes", "remove open data")
    remove.add_argument("id", type=UUID, metavar="ID")


def add_purpose(parser: ArgumentParser, default: str | None = None) -> None:
    """Add the purpose that a command declares."""
    text = say("finalité déclarée", "declared purpose")
    parser.add_argument("--purpose", required=default is None, default=default, help=text)


def _day(text: str) -> date:
    return date.fromisoformat(text)
