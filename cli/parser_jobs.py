"""The commands of the outbox: work, jobs and dead letters, webhooks."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from uuid import UUID

from cli.words import say

Commands = Any
"""What argparse gives to add commands to; its own name for it is private."""
Add = Callable[[Commands, str, str, str, str], ArgumentParser]
Group = Callable[[Commands, str, str, str], Commands]


def add_jobs(commands: Commands, add: Add, group: Group) -> None:
    """Add the commands, in the manner of the others."""
    work = add(commands, "work", "jobs:work", "faire les tâches en attente", "do the tasks that wait")
    work.add_argument("--once", action="store_true", help=say("puis s'arrêter", "then stop"))
    work.add_argument("--threads", type=int, help=say("fils d'exécution", "threads"))
    job = group(commands, "job", "les tâches et les envois abandonnés", "jobs and dead letters")
    listing = add(job, "list", "jobs:list_all", "lister les tâches", "list jobs")
    listing.add_argument("--dead", action="store_true", help=say("seulement les abandonnées", "dead letters only"))
    listing.add_argument("--limit", type=int, default=50)
    replay = add(job, "replay", "jobs:replay", "reprendre des envois abandonnés", "replay dead letters")
    replay.add_argument("ids", nargs="*", type=UUID, metavar="ID")
    replay.add_argument("--all", action="store_true", help=say("tous", "all of them"))
    _exports(commands, add, group)
    _webhooks(commands, add, group)


def _exports(commands: Commands, add: Add, group: Group) -> None:
    exports = group(commands, "exports", "les exports commandés", "exports that were ordered")
    add(exports, "list", "exports:list_all", "lister les exports", "list the exports")
    taking = add(exports, "collect", "exports:collect", "retirer le fichier d'un export", "collect an export's file")
    taking.add_argument("id", type=UUID, metavar="ID")
    taking.add_argument("--out", required=True, metavar=say("FICHIER", "FILE"))
    for name, french, english in (
        ("link", "écrire le lien qui sert une fois", "write the link that serves once"),
        ("cancel", "arrêter un export, retirer son fichier", "cancel an export, withdraw its file"),
    ):
        add(exports, name, f"exports:{name}", french, english).add_argument("id", type=UUID, metavar="ID")


def _webhooks(commands: Commands, add: Add, group: Group) -> None:
    webhook = group(commands, "webhook", "les adresses prévenues des événements", "addresses told of events")
    new = add(webhook, "add", "webhooks:add", "ajouter une adresse", "add an address")
    new.add_argument("url", metavar="URL")
    new.add_argument("--event", action="append", help=say("événement (sinon tous)", "event (else all)"))
    add(webhook, "list", "webhooks:list_all", "lister les adresses", "list the addresses")
    for name, french, english in (
        ("remove", "retirer une adresse", "remove an address"),
        ("enable", "remettre en service une adresse", "enable an address again"),
        ("disable", "suspendre une adresse", "disable an address"),
        ("test", "envoyer un message d'essai", "send a message to try it"),
    ):
        add(webhook, name, f"webhooks:{name}", french, english).add_argument("id", type=UUID, metavar="ID")
    rotate = add(webhook, "rotate", "webhooks:rotate", "changer le secret", "rotate the secret")
    rotate.add_argument("id", type=UUID, metavar="ID")
    rotate.add_argument("--overlap-hours", type=int, default=24, help=say("recouvrement", "both sign for so long"))
