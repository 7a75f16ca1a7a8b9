"""The commands and their options, light enough that ``--help`` answers at once."""

import argparse
import re
import sys
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from cli.answer import USAGE
from cli.parser_backups import add_backups
from cli.parser_breaches import add_breaches
from cli.parser_campaigns import add_governance, add_life
from cli.parser_clients import add_clients
from cli.parser_contacts import add_contacts
from cli.parser_door import add_door
from cli.parser_dossiers import add_dossiers
from cli.parser_files import add_files, add_territories
from cli.parser_jobs import add_jobs
from cli.parser_notices import add_notices
from cli.parser_retention import add_retention
from cli.parser_rights import add_rights
from cli.staff_options import add_staff
from cli.words import LANGUAGES, say

CONTROLLERS = ("party", "candidate", "elected", "association")
ROOT = "root"
_OPTION = re.compile(r"argument ([-\w, /]+):")
_REQUIRED = re.compile(r"required: ([-\w, ]+)$")


class Parser(argparse.ArgumentParser):
    """A parser that says which option is at fault and never repeats what stood in it: that may be a person's."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - handed on to argparse
        super().__init__(add_help=False, allow_abbrev=False, **given)
        self.verbs: dict[str, Parser] = {}
        """Words in the place of the first argument that make another command of it: ``import undo``."""
        self._positionals.title = say("arguments", "arguments")
        self._optionals.title = say("options", "options")
        self.add_argument("-h", "--help", action="help", help=say("afficher cette aide", "show this help"))

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - handed on
        """Hand what follows a verb to the verb's own parser."""
        verb = self.verbs.get(args[0]) if self.verbs and args else None
        return super().parse_known_args(args, namespace) if verb is None else verb.parse_known_args(args[1:], namespace)

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong and where help is."""
        option, missing = _OPTION.search(message), _REQUIRED.search(message)
        if missing:
            fault = say(f"il manque : {missing[1]}", f"missing: {missing[1]}")
        elif option:
            fault = say(f"« {option[1]} » n'est pas compris", f"{option[1]!r} is not understood")
        else:
            fault = say("un argument est de trop ou inconnu", "an argument is unknown or one too many")
        print(f"{self.prog}: {fault} ({self.prog} --help)", file=sys.stderr)
        raise SystemExit(USAGE)


Commands = Any
"""What argparse gives to add commands to; its own name for it is private."""


def make_parser() -> Parser:
    """Return the parser of every command."""
    parser = Parser(
        prog="isoloir",
        description=say(
            "Le fichier de contacts d'une campagne, qui interroge d'abord la loi.",
            "A campaign's contact file that asks the law first.",
        ),
        epilog=say(
            "Réglages : ISOLOIR_* ou un fichier TOML nommé par ISOLOIR_CONFIG. Sortie : 0 fait, 1 refusé ou échoué, "
            "2 non compris.",
            "Settings: ISOLOIR_* or a TOML file named by ISOLOIR_CONFIG. Exit: 0 done, 1 refused or failed, 2 usage.",
        ),
    )
    _everywhere(parser, None)
    commands = parser.add_subparsers(metavar=say("COMMANDE", "COMMAND"), required=True)
    _installation(commands)
    _campaigns(commands)
    add_staff(commands, _add, _group)
    add_files(commands, _add, _verb)
    add_contacts(commands, _add, _group)
    add_door(commands, _add, _group)
    for add in (_targeting, _keys, _log, _law):
        add(commands)
    add_retention(commands, _add, _group)
    add_backups(commands, _add)
    add_breaches(commands, _add, _group)
    add_jobs(commands, _add, _group)
    add_rights(commands, _add, _group)
    add_dossiers(commands, _add, _group)
    return parser


def _everywhere(parser: Parser, default: object = argparse.SUPPRESS) -> None:
    """Add the options that every command takes, before its name or after."""
    given: dict[str, Any] = {"default": default}
    everywhere = parser.add_argument_group(say("options de toute commande", "options of every command"))
    everywhere.add_argument("--json", action="store_true", help=say("répondre en JSON", "answer in JSON"), **given)
    everywhere.add_argument("--lang", choices=LANGUAGES, help=say("langue des messages", "language"), **given)
    everywhere.add_argument("--data-dir", help=say("dossier des données", "folder of the data"), **given)
    everywhere.add_argument(
        "--campaign",
        type=UUID,
        metavar="ID",
        help=say("campagne (inutile s'il n'y en a qu'une)", "campaign (not needed if there is only one)"),
        **given,
    )


def _add(commands: Commands, name: str, run: str, french: str, english: str) -> Parser:
    text = say(french, english)
    parser: Parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    _everywhere(parser)
    return parser


def _group(commands: Commands, name: str, french: str, english: str) -> Commands:
    text = say(french, english)
    parser: Parser = commands.add_parser(name, help=text, description=text)
    return parser.add_subparsers(metavar=say("ACTION", "ACTION"), required=True)


def _verb(parser: Parser, name: str, run: str, french: str, english: str) -> Parser:
    text = say(french, english)
    verb = parser.verbs[name] = Parser(prog=f"{parser.prog} {name}", description=text)
    verb.set_defaults(run=run)
    verb.add_argument("id", type=UUID, metavar="ID", help=say("l'import", "the import"))
    parser.epilog = f"{parser.epilog or ''} {parser.prog} {name} ID: {text}.".strip()
    _everywhere(verb)
    return verb


def _installation(commands: Commands) -> None:
    _add(commands, "init", "installation:init", "créer l'installation", "create the installation")
    _add(commands, "migrate", "installation:migrate", "mettre la base à jour", "bring the database up to date")
    _add(commands, "doctor", "doctor:doctor", "examiner l'installation sans rien changer", "look the installation over")
    serve = _add(commands, "serve", "serve:serve", "servir l'API", "serve the API")
    serve.add_argument("--host", default="127.0.0.1", help=say("adresse d'écoute", "address to listen on"))
    serve.add_argument("--port", type=int, default=8000, help=say("port d'écoute", "port to listen on"))
    serve.add_argument("--processes", type=int, help=say("processus (PostgreSQL)", "processes (PostgreSQL)"))
    demo = _add(commands, "demo", "demo:demo", "montrer le parcours complet", "show the whole journey")
    demo.add_argument(
        "--serve",
        action="store_true",
        help=say("préparer et servir une campagne de démonstration", "set up and serve a demonstration campaign"),
    )
    demo.add_argument("--port", type=int, default=8000, help=say("port d'écoute", "port to listen on"))


def _campaigns(commands: Commands) -> None:
    campaign = _group(commands, "campaign", "les campagnes", "campaigns")
    create = _add(campaign, "create", "campaigns:create", "créer une campagne", "create a campaign")
    create.add_argument("--name", required=True, help=say("nom du fichier", "name of the file"))
    whose = create.add_mutually_exclusive_group(required=True)
    whose.add_argument("--controller", help=say("nouveau responsable de traitement", "a new controller"))
    french = "campagne, même close, du même responsable : les oppositions y tiennent"
    same = say(french, "a campaign, even closed, of the same controller: its oppositions hold")
    whose.add_argument("--beside", type=UUID, metavar="ID", help=same)
    create.add_argument("--kind", choices=CONTROLLERS, help=say("nature du nouveau responsable", "kind of the new one"))
    create.add_argument("--country", default="FR", help=say("pays", "country"))
    _add(campaign, "list", "campaigns:list_all", "lister les campagnes", "list the campaigns")
    election = _group(commands, "election", "les scrutins", "elections")
    add = _add(election, "add", "campaigns:add", "ajouter un scrutin", "add an election")
    add.add_argument("--title", required=True, help=say("intitulé", "title"))
    add.add_argument("--first-round", type=_day, required=True, metavar="AAAA-MM-JJ")
    add.add_argument("--second-round", type=_day, metavar="AAAA-MM-JJ")
    add.add_argument("--type", help=say("genre de scrutin, par exemple municipal", "type, such as municipal"))
    where = say("où l'on vote : département, commune (INSEE), abroad", "where people vote: department, commune, abroad")
    add.add_argument("--place", action="append", default=[], metavar="CODE", help=where)
    _add_calendar(commands)
    add_territories(commands, _add, _group)
    add_life(campaign, election, _add)
    add_governance(commands, _add, _group)
    add_notices(commands, _add, _group)
    add_clients(commands, _add, _group)
    _words(commands)


def _add_calendar(commands: Commands) -> None:
    calendar = _add(commands, "calendar", "calendar:show", "les dates des scrutins", "the dates of the elections")
    calendar.add_argument("--election", type=UUID, metavar="ID", help=say("un seul scrutin", "one election only"))
    file = say("écrire un fichier iCalendar", "write an iCalendar file")
    calendar.add_argument("--ics", metavar=say("FICHIER", "FILE"), help=file)


def _words(commands: Commands) -> None:
    origin = _group(commands, "origin", "les origines des données", "origins of data")
    declare = _add(origin, "declare", "campaigns:origin", "déclarer une origine", "declare an origin")
    declare.add_argument("--kind", required=True, help=say("genre d'origine", "kind of origin"))
    declare.add_argument("--obtained-on", type=_day, required=True, metavar="AAAA-MM-JJ")
    declare.add_argument("--election", type=UUID, metavar="ID", help=say("scrutin", "election"))
    declare.add_argument("--evidence", action="append", default=[], help=say("preuve détenue", "evidence held"))
    papers = say("pièce jointe qui prouve un fait", "attachment that proves a fact")
    declare.add_argument("--paper", action="append", type=_paper, default=[], metavar="FACT=ID", help=papers)
    declare.add_argument("--synthetic", action="store_true", help=say("personnes inventées", "invented persons"))
    declare.add_argument("--handover", type=UUID, metavar="ID", help=say("remise reçue", "hand-over received"))
    for name, french, english in (("field", "un champ propre", "a custom field"), ("tag", "une étiquette", "a tag")):
        group = _group(commands, name, french, english)
        register = _add(group, "register", f"campaigns:{name}", f"enregistrer {french}", f"register {english}")
        register.add_argument("name", metavar=say("NOM", "NAME"))


def _targeting(commands: Commands) -> None:
    targeting = _group(commands, "targeting", "le registre de ciblage", "the register of targeting")
    _add(targeting, "list", "targeting:list_all", "lister le registre", "list the register")
    notice = _add(targeting, "notice", "targeting:notice", "montrer un avis de transparence", "show a notice")
    notice.add_argument("id", type=UUID, metavar="ID")


def _keys(commands: Commands) -> None:
    keys = _group(commands, "keys", "les clés", "keys")
    rotate = _add(keys, "rotate", "keys:rotate", "changer des clés", "rotate keys")
    rotate.add_argument("which", nargs="?", choices=(ROOT, "kek", "index"))
    rotate.add_argument("--root", action="store_true", help=say("la clé racine", "the root key"))
    text = say("détruire les versions anciennes de la racine", "destroy the root's older versions")
    rotate.add_argument("--destroy", action="store_true", help=text)
    text = say("ce que l'échéancier demande aujourd'hui", "what the schedule asks for today")
    rotate.add_argument("--due", action="store_true", help=text)


def _log(commands: Commands) -> None:
    audit = _group(commands, "audit", "le journal", "the log")
    listing = _add(audit, "list", "log:entries", "lister les inscriptions", "list entries")
    listing.add_argument("--event", help=say("un seul genre d'événement", "one kind of event only"))
    listing.add_argument("--limit", type=int, default=50)
    listing.add_argument("--actor", metavar="ID", help=say("un seul acteur (sécurité, preuve)", "one actor only"))
    verify = _add(audit, "verify", "log:verify", "vérifier le journal", "verify the log")
    verify.add_argument("--checkpoint", metavar="FILE", help=say("gardé ailleurs", "kept elsewhere"))
    checkpoint = _add(audit, "checkpoint", "log:checkpoint", "signer l'état du journal", "sign the log's state")
    checkpoint.add_argument("--out", metavar="FILE", help=say("fichier à garder ailleurs", "file to keep elsewhere"))
    trace = _add(audit, "trace", "log:trace", "trouver de quel export vient un fichier", "find a file's export")
    trace.add_argument("file", metavar=say("FICHIER", "FILE"))


def _law(commands: Commands) -> None:
    law = _group(commands, "law", "la loi", "the law")
    show = _add(law, "show", "law:show", "dire les règles et leurs articles", "tell the rules and their articles")
    show.add_argument("rule", nargs="?", metavar=say("RÈGLE", "RULE"))
    show.add_argument("--country", default="france")
    show.add_argument("--on", type=_day, metavar="AAAA-MM-JJ", help=say("jour", "day"))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _paper(text: str) -> tuple[str, UUID]:
    fact, _, one = text.partition("=")
    return fact, UUID(one)
