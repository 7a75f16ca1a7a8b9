"""The commands of rights requests."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from cli.words import say

KINDS = (
    *("access", "rectification", "erasure", "restriction", "portability"),
    *("objection", "consent_withdrawal", "post_mortem"),
)
STATES = (
    *("received", "awaiting_identity", "awaiting_details", "in_progress", "extended", "decided"),
    *("answered", "refused", "withdrawn", "linked", "closed"),
)
ACTS = ("confirm", "doubt", "ask", "complete", "extend", "withdraw", "link", "close")
_DAY = "AAAA-MM-JJ"
Commands = Any


def add_rights(commands: Commands, add: Callable[..., Any], group: Callable[..., Any]) -> None:
    """Add the board, the intake, the steps and the answer."""
    rights = group(commands, "rights", "les demandes de droits", "rights requests")
    _receive(add(rights, "receive", "rights:receive", "saisir une demande", "key in a request"))
    board = add(rights, "list", "rights:list_all", "le tableau des délais", "the board of deadlines")
    board.add_argument("--state", choices=STATES, help=say("un seul état (sinon : ouvertes)", "one state (else: open)"))
    board.add_argument("--limit", type=int, default=200, help=say("au plus", "at most"))
    show = add(rights, "show", "rights:show", "lire une demande", "show a request")
    step = add(rights, "step", "rights:step", "instruire une demande", "take a step")
    answer = add(rights, "answer", "rights:answer", "décider, puis répondre", "decide, then answer")
    letter = add(
        rights, "letter", "rights:letter", "une lettre à poster, avec un code", "a letter to post, with a code"
    )
    last = say("la lettre de la dernière étape, sans code", "the letter of the latest step, without a code")
    letter.add_argument("--last", action="store_true", help=last)
    whose = say("la fiche dont l'adresse reçoit le code", "the contact to whose address the code goes")
    letter.add_argument("--contact", type=UUID, metavar="ID", help=whose)
    document = add(rights, "document", "rights:document", "la pièce demandée", "the document asked for")
    either = document.add_mutually_exclusive_group(required=True)
    out = say("la lire : nouveau fichier, pour vous seul", "look at it: a new file, for you only")
    either.add_argument("--out", metavar=say("FICHIER", "FILE"), help=out)
    take = say("l'enregistrer, arrivée par la poste", "take it in, if it came by post")
    either.add_argument("--take", metavar=say("FICHIER", "FILE"), help=take)
    for one in (show, step, answer, letter, document):
        one.add_argument("id", metavar=say("DEMANDE", "REQUEST"), help=say("référence ou ID", "reference or id"))
    _step(step)
    answer.add_argument(
        "--refuse", metavar=say("MOTIF", "REASON"), help=say("refuser : motif de la liste fermée", "refuse")
    )
    answer.add_argument("--reason", metavar=say("MOTIF", "REASON"), help=say("accepter en partie", "grant in part"))
    answer.add_argument("--ground", help=say("motif de l'art. 17 ou 18", "ground of art. 17 or 18"))
    answer.add_argument("--words", help=say("ce que la personne lira", "what the person will read"))
    _change(answer)


def _receive(parser: Any) -> None:  # noqa: ANN401 - argparse's
    parser.add_argument("kind", choices=KINDS, help=say("ce qui est demandé", "what is asked"))
    ways = ("letter", "email", "phone", "in_person", "tool", "page")
    parser.add_argument("--way", choices=ways, required=True, help=say("par quelle voie", "how it came"))
    day = say("jour réel de réception", "the day it truly arrived")
    parser.add_argument("--received-on", type=date.fromisoformat, metavar=_DAY, help=day)
    parser.add_argument("--language", choices=("fr", "en"), default="fr", help=say("langue", "language"))
    parser.add_argument(
        "--contact", type=UUID, metavar="ID", help=say("fiche, si elle est connue", "the contact, if known")
    )
    names = ("first-names", "last-name", "birth-date", "email", "phone", "street", "postcode", "city")
    for name in (*names, "asker-first-names", "asker-last-name", "asker-email"):
        parser.add_argument(f"--{name}")
    asker = say("qui demande", "who asks")
    parser.add_argument("--asker", choices=("self", "mandate", "parent", "heir"), default="self", help=asker)
    parser.add_argument("--minor", action="store_true", help=say("données d'un mineur", "data of a minor"))
    parser.add_argument("--details", help=say("précisions", "details"))
    parser.add_argument("--channel", default="all", help=say("canal refusé (all : tous)", "channel objected to"))
    _change(parser)


def _change(parser: Any) -> None:  # noqa: ANN401 - argparse's
    field = say("champ=valeur à corriger", "field=value to correct")
    parser.add_argument("--change", action="append", default=[], metavar="CHAMP=VALEUR", help=field)


def _step(parser: Any) -> None:  # noqa: ANN401 - argparse's
    parser.add_argument("act", choices=ACTS)
    parser.add_argument("--words", help=say("en quelques mots", "in a few words"))
    parser.add_argument("--question", help=say("la seule question posée", "the one question asked"))
    parser.add_argument("--means", choices=("code", "link", "post", "staff"), default="staff")
    parser.add_argument("--contact", type=UUID, metavar="ID")
    parser.add_argument("--reason", help=say("motif de prolongation : complexity, high_volume", "reason to put it off"))
    document = say("le doute demande une pièce", "the doubt asks for a document")
    parser.add_argument("--document", action="store_true", help=document)
    parser.add_argument("--first", metavar=say("RÉFÉRENCE", "REFERENCE"), help=say("la première demande", "the first"))
