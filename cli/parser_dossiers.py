"""The commands that answer a person: dossiers, and the tickets of recipients."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from uuid import UUID

from cli.words import LANGUAGES, say

Commands = Any
"""What argparse gives to add commands to; its own name for it is private."""
Add = Callable[[Commands, str, str, str, str], ArgumentParser]
Group = Callable[[Commands, str, str, str], Commands]


def add_dossiers(commands: Commands, add: Add, group: Group) -> None:
    """Add the commands, in the manner of the others."""
    dossier = group(commands, "dossier", "le dossier d'une personne (art. 15)", "a person's dossier (art. 15)")
    make = add(dossier, "make", "dossiers:make", "le préparer et lui écrire", "make it and write to them")
    make.add_argument("id", type=UUID, metavar="ID")
    language = say("langue de la personne", "the person's language")
    make.add_argument("--to", dest="language", choices=LANGUAGES, default="fr", help=language)
    export = add(dossier, "export", "dossiers:export", "l'écrire dans un fichier à remettre", "write it to a file")
    export.add_argument("id", type=UUID, metavar="ID")
    export.add_argument("--out", required=True, metavar=say("FICHIER", "FILE"), help=say("archive ZIP", "ZIP archive"))
    _tickets(group(commands, "ticket", "les avis aux destinataires (art. 19)", "what recipients are told"), add)


def _tickets(ticket: Commands, add: Add) -> None:
    listing = add(ticket, "list", "dossiers:tickets", "lister les avis", "list the tickets")
    listing.add_argument("--waiting", action="store_true", help=say("sans accusé de réception", "not acknowledged"))
    acknowledge = add(ticket, "acknowledge", "dossiers:acknowledge", "noter l'accusé de réception", "acknowledge one")
    acknowledge.add_argument("id", type=UUID, metavar="ID")
    letter = add(ticket, "letter", "dossiers:letter", "écrire la lettre d'un avis", "write the letter of a ticket")
    letter.add_argument("id", type=UUID, metavar="ID")
    letter.add_argument("--out", required=True, metavar=say("FICHIER", "FILE"), help="PDF")


def add_certificate(erase: ArgumentParser) -> None:
    """Add to the erasure what a person's own request asks for."""
    text = say("écrire à la personne ce qui reste et pourquoi", "write to the person what stays and why")
    erase.add_argument("--certificate", action="store_true", help=text)
    text = say("avec --certificate : ne garder aucune empreinte", "with --certificate: keep no fingerprint")
    erase.add_argument("--no-objection", action="store_true", help=text)
