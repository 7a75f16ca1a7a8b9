"""The commands of a campaign's life and of who answers for it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from cli.words import say

CONTROLLERS = ("party", "candidate", "elected", "association")
STATES = ("round_1", "round_2", "decided", "contested", "annulled")
DUTIES = ("own", "joint", "both")
OPPOSITIONS = ("email", "phone", "post", "door", "all")
Commands = Any
Add = Callable[..., Any]
Group = Callable[..., Any]


def add_life(campaign: Commands, election: Commands, add: Add) -> None:
    """Add what a campaign and its elections go through."""
    add(campaign, "show", "life:show", "lire la campagne", "show the campaign")
    activate = add(campaign, "activate", "life:activate", "activer la campagne", "activate the campaign")
    activate.add_argument("dossier", nargs="?", metavar="DOSSIER.toml", help=say("la déclaration", "the declaration"))
    activate.add_argument("--template", action="store_true", help=say("donner un modèle", "print a template"))
    text = say("effacer d'abord les contacts fictifs", "erase synthetic contacts first")
    activate.add_argument("--erase-synthetic", action="store_true", help=text)
    close = add(campaign, "close", "life:close", "restituer et détruire la campagne", "hand back and destroy")
    close.add_argument("--return", dest="folder", metavar=say("DOSSIER", "FOLDER"))
    close.add_argument("--destroy", action="store_true", help=say("détruire après restitution", "destroy afterwards"))
    close.add_argument("--yes", metavar=say("NOM", "NAME"), help=say("nom exact de la campagne", "its exact name"))
    close.add_argument("--ask", action="store_true", help=say("demander l'approbation", "ask for the approval"))
    add(election, "list", "life:elections", "lister les scrutins", "list the elections")
    change = add(election, "change", "life:change", "dire où en est un scrutin", "take an election to its next state")
    change.add_argument("election", type=UUID, metavar="ID")
    change.add_argument("state", choices=STATES)
    change.add_argument("--on", type=_day, required=True, metavar="AAAA-MM-JJ", help=say("jour", "day"))


def add_governance(commands: Commands, add: Add, group: Group) -> None:
    """Add controllers, arrangements, hand-overs, the operator, recipients."""
    _controllers(group(commands, "controller", "les responsables de traitement", "controllers"), add)
    _arrangements(group(commands, "arrangement", "les accords entre conjoints (art. 26)", "arrangements"), add)
    _handovers(group(commands, "handover", "les remises entre responsables", "hand-overs"), add)
    operator = group(commands, "operator", "l'exploitant", "the operator")
    describe = add(operator, "describe", "governance:operator", "dire qui héberge", "say who hosts")
    describe.add_argument("--name", required=True, help=say("nom", "name"))
    describe.add_argument("--role", required=True, choices=("controller", "processor"))
    describe.add_argument("--contract", default="", help=say("contrat de sous-traitance", "processing contract"))
    _seeds(group(commands, "seed", "les adresses témoins", "seed mailboxes"), add)
    _recipients(group(commands, "recipient", "destinataires et sous-traitants", "recipients and processors"), add)


def _controllers(controller: Commands, add: Add) -> None:
    describe = add(controller, "describe", "governance:describe", "dire comment le joindre", "say how it is reached")
    joint = add(controller, "add", "governance:joint", "ajouter un responsable conjoint", "add a joint controller")
    joint.add_argument("--name", required=True, help=say("nom", "name"))
    joint.add_argument("--kind", required=True, choices=CONTROLLERS)
    for parser in (describe, joint):
        text = say("adresse ou courriel de l'organisation", "address or e-mail of the organisation")
        parser.add_argument("--rights-contact", required=True, help=text)
        parser.add_argument("--dpo", default="", help=say("contact du délégué", "the officer's contact"))
        parser.add_argument("--no-dpo", default="", help=say("pourquoi il n'en faut pas", "why none is required"))
    add(controller, "list", "governance:controllers", "lister les responsables", "list the controllers")
    _end(add(controller, "end", "governance:end_controller", "mettre fin à un conjoint", "end a joint controller"))


def _arrangements(arrangement: Commands, add: Add) -> None:
    record = add(arrangement, "record", "governance:arrangement", "enregistrer un accord", "record an arrangement")
    record.add_argument("--controller", type=UUID, required=True, metavar="ID")
    record.add_argument("--reference", required=True, help=say("référence", "reference"))
    record.add_argument("--informs", required=True, choices=DUTIES, help=say("qui informe", "who informs"))
    record.add_argument("--answers", required=True, choices=DUTIES, help=say("qui répond", "who answers"))
    text = say("opposition valable pour les deux", "opposition that holds for both")
    record.add_argument("--opposition", action="append", default=[], choices=OPPOSITIONS, help=text)
    for language in ("fr", "en"):
        record.add_argument(f"--essence-{language}", required=True, help=say("grandes lignes", "essence"))
    record.add_argument("--from", dest="starts_on", type=_day, required=True, metavar="AAAA-MM-JJ")
    record.add_argument("--until", dest="ends_on", type=_day, metavar="AAAA-MM-JJ")
    add(arrangement, "list", "governance:arrangements", "lister les accords", "list the arrangements")
    _end(add(arrangement, "end", "governance:end_arrangement", "mettre fin à un accord", "end an arrangement"))


def _handovers(handover: Commands, add: Add) -> None:
    record = add(handover, "record", "governance:handover", "enregistrer une remise", "record a hand-over")
    record.add_argument("direction", choices=("given", "received"))
    record.add_argument("--controller", required=True, help=say("l'autre responsable", "the other controller"))
    record.add_argument("--kind", required=True, choices=CONTROLLERS)
    record.add_argument("--ground", required=True, help=say("fondement (isoloir law show)", "ground"))
    record.add_argument("--on", type=_day, required=True, metavar="AAAA-MM-JJ", help=say("jour", "day"))
    record.add_argument("--evidence", default="", help=say("où est la preuve", "where the proof is kept"))
    record.add_argument("--arrangement", type=UUID, metavar="ID", help=say("accord", "arrangement"))
    add(handover, "list", "governance:handovers", "lister les remises", "list the hand-overs")


def _seeds(seed: Commands, add: Add) -> None:
    new = add(seed, "add", "governance:seed", "inscrire une adresse témoin", "register a seed mailbox")
    new.add_argument("address", metavar=say("ADRESSE", "ADDRESS"))
    add(seed, "list", "governance:seeds", "lister les adresses témoins", "list the seed mailboxes")
    end = add(seed, "end", "governance:end_seed", "n'en plus exporter une", "let one leave no more")
    end.add_argument("id", type=UUID, metavar="ID")


def _recipients(recipient: Commands, add: Add) -> None:
    new = add(recipient, "add", "governance:recipient", "inscrire un destinataire", "register a recipient")
    new.add_argument("--kind", choices=("recipient", "processor"), default="recipient", help=say("nature", "kind"))
    new.add_argument("--name", required=True, help=say("nom", "name"))
    new.add_argument("--hosting", default="FR", help=say("pays d'hébergement", "country of hosting"))
    new.add_argument("--control", default="FR", help=say("pays de contrôle", "country of control"))
    new.add_argument("--transfer-basis", help=say("fondement hors EEE", "basis of transfer"))
    new.add_argument("--contact", required=True, help=say("contact", "contact"))
    new.add_argument("--webhook", help=say("adresse https où l'avertir", "https address to tell it"))
    new.add_argument("--letter", help=say("adresse postale où l'avertir", "postal address to tell it"))
    new.add_argument("--contract", default="", help=say("référence du contrat", "reference of the contract"))
    new.add_argument("--key", metavar="age1…", help=say("clé publique pour les exports", "public key for exports"))
    key = add(recipient, "key", "governance:recipient_key", "dire la clé publique", "say the public key")
    key.add_argument("id", type=UUID, metavar="ID")
    key.add_argument("key", nargs="?", metavar="age1…", help=say("aucune : la retirer", "none: take it away"))
    add(recipient, "list", "governance:recipients", "lister les destinataires", "list the recipients")
    _end(add(recipient, "end", "governance:end_recipient", "mettre fin à un destinataire", "end a recipient"))


def _end(parser: Any) -> None:  # noqa: ANN401 - a parser
    parser.add_argument("id", type=UUID, metavar="ID")
    parser.add_argument("--on", type=_day, required=True, metavar="AAAA-MM-JJ", help=say("jour", "day"))


def _day(text: str) -> date:
    return date.fromisoformat(text)
