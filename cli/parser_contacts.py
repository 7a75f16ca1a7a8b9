"""The commands about persons: find, show, erase, restrict; attachments, consents, oppositions."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from uuid import UUID

from cli.parser_dossiers import add_certificate
from cli.parser_files import add_purpose
from cli.words import say

Commands = Any
"""What argparse gives to add commands to; its own name for it is private."""
Add = Callable[[Commands, str, str, str, str], ArgumentParser]
Group = Callable[[Commands, str, str, str], Commands]

GROUNDS = ("accuracy_contested", "unlawful_not_erased", "needed_for_claims", "objection_pending")
ATTACHMENTS = ("form", "undertaking", "mandate", "evidence")
ERASURES = ("no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_duty", "child_service")


def add_contacts(commands: Commands, add: Add, group: Group) -> None:
    """Add the commands, in the manner of the others."""
    _contacts(commands, add)
    _attachments(commands, add, group)
    _consent(commands, add, group)


def _contacts(commands: Commands, add: Add) -> None:
    find = add(commands, "find", "contacts:find", "trouver une personne", "find a person")
    find.epilog = say("« - » comme valeur : elle est lue sur l'entrée.", "'-' as a value: it is read from the input.")
    for name in ("email", "phone", "external-id", "last-name", "first-names", "birth-date"):
        find.add_argument(f"--{name}")
    find.add_argument("--commune", help=say("code INSEE", "INSEE code"))
    find.add_argument("--reason", help=say("motif", "reason"))
    add_purpose(find, "contact_management")
    show = add(commands, "show", "contacts:reveal", "lire un contact", "read a contact")
    show.add_argument("ids", nargs="+", type=UUID, metavar="ID")
    add_purpose(show, "contact_management")
    erase = add(commands, "erase", "contacts:erase", "effacer des personnes", "erase persons")
    erase.add_argument("ids", nargs="+", type=_identifier, metavar="ID", help=say("« - » : l'entrée", "'-': the input"))
    erase.add_argument(
        "--ground",
        choices=ERASURES,
        default=ERASURES[0],
        help=say("fondement (RGPD art. 17) : il décide de ce qui reste en archive", "ground (GDPR art. 17)"),
    )
    add_certificate(erase)
    add_purpose(erase, "rights_request")
    for name, french, english in (
        ("restrict", "limiter l'usage de contacts", "restrict contacts"),
        ("release", "lever la limitation", "release contacts"),
    ):
        parser = add(commands, name, f"contacts:{name}", french, english)
        parser.add_argument("ids", nargs="+", type=UUID, metavar="ID")
        add_purpose(parser, "rights_request")
        if name == "restrict":
            parser.add_argument("--ground", required=True, choices=GROUNDS, help=say("motif", "ground"))


def _attachments(commands: Commands, add: Add, group: Group) -> None:
    attachment = group(commands, "attachment", "les pièces jointes", "attachments")
    scan = add(attachment, "add", "attachments:add", "sceller une numérisation", "seal a scan")
    scan.add_argument("file", metavar=say("FICHIER", "FILE"))
    scan.add_argument("--kind", required=True, choices=ATTACHMENTS, help=say("nature", "kind"))
    listing = add(attachment, "list", "attachments:list_all", "lister les pièces jointes", "list attachments")
    listing.add_argument("--limit", type=int, default=50)
    get = add(attachment, "get", "attachments:get", "extraire une pièce jointe", "bring an attachment out")
    get.add_argument("id", type=UUID, metavar="ID")
    get.add_argument("--out", required=True, metavar=say("FICHIER", "FILE"))
    remove = add(attachment, "remove", "attachments:remove", "supprimer des pièces jointes", "remove attachments")
    remove.add_argument("ids", nargs="+", type=UUID, metavar="ID")
    for parser in (scan, listing):
        parser.add_argument("--contact", type=UUID, metavar="ID", help=say("contact concerné", "contact concerned"))
    for parser in (scan, listing, get, remove):
        add_purpose(parser, "contact_management")


def _consent(commands: Commands, add: Add, group: Group) -> None:
    consent = group(commands, "consent", "les consentements", "consents")
    text = "recalculer les situations depuis les preuves", "derive the standings anew from the evidence"
    add_purpose(add(consent, "rebuild", "consents:rebuild", *text), "contact_management")
    opposition = group(commands, "opposition", "les oppositions", "oppositions")
    text = "importer une liste de personnes à ne plus contacter", "import a suppression file"
    bring = add(opposition, "import", "oppositions:bring_in", *text)
    bring.add_argument("file", metavar=say("FICHIER", "FILE"))
    bring.add_argument("--channel", default="all", help=say("canal, ou all", "channel, or all"))
    bring.add_argument("--to", default="*", help=say("finalité refusée, ou *", "purpose objected to, or *"))
    add_purpose(bring, "contact_management")


def _identifier(text: str) -> UUID | None:
    return None if text == "-" else UUID(text)
