"""The commands of backups."""

from collections.abc import Callable
from typing import Any

from cli.words import say

Commands = Any


def add_backups(commands: Commands, add: Callable[..., Any]) -> None:
    """Add the backup with its rehearsal, and the restoration."""
    backup = add(commands, "backup", "backups:make", "sauvegarder, données et clés à part", "back up data and keys")
    backup.add_argument("--out", metavar=say("DOSSIER", "FOLDER"), help=say("dossier des sauvegardes", "the folder"))
    for name, french, english in (
        ("--data-recipient", "destinataire age des données", "age recipient of the data"),
        ("--keys-recipient", "destinataire age des clés", "age recipient of the keys"),
    ):
        backup.add_argument(name, action="append", default=[], metavar="age1…", help=say(french, english))
    text = say("jours de conservation des clés (7)", "days for which keys are kept (7)")
    backup.add_argument("--keys-days", type=int, default=7, metavar="N", help=text)
    inner = backup.add_subparsers(metavar=say("ACTION", "ACTION"))
    french, english = "prouver sur une base d'essai qu'on peut restaurer", "prove the restoration on a scratch database"
    add(inner, "rehearse", "backups:rehearse", french, english)
    restore = add(commands, "restore", "backups:restore", "restaurer dans un lieu vide", "restore into an empty place")
    restore.add_argument("folder", metavar=say("DOSSIER", "FOLDER"))
    restore.add_argument("--name", help=say("une sauvegarde (sinon la dernière)", "one backup (else the newest)"))
    restore.add_argument(
        "--identity",
        action="append",
        required=True,
        metavar=say("FICHIER", "FILE"),
        help=say("identité age", "age identity"),
    )
    restore.add_argument("--checkpoint", metavar="FILE", help=say("gardé ailleurs", "kept elsewhere"))
