"""The commands and their options, light enough that ``--help`` answers at once."""

import argparse
import re
import sys
from datetime import date, timedelta
from typing import Any, NoReturn
from uuid import UUID

from cli.answer import USAGE
from cli.parser_backups import add_backups
from cli.parser_breaches import add_breaches
from cli.parser_campaigns import add_governance, add_life
from cli.parser_dossiers import add_certificate, add_dossiers
from cli.parser_jobs import add_jobs
from cli.parser_notices import add_notices
from cli.parser_retention import add_retention
from cli.parser_rights import add_rights
from cli.staff_options import add_staff
from cli.words import LANGUAGES, say

SCOPES = (
    *("contacts:read", "contacts:list", "contacts:write", "contacts:erase", "policy:screen", "audit:read"),
    *("campaign:read", "campaign:write", "clients:read", "clients:write"),
    *("webhooks:read", "webhooks:write", "jobs:read", "jobs:write"),
    *("attachments:read", "attachments:write"),
    *("consents:read", "consents:write", "eligibility:ask"),
    *("interactions:read", "interactions:write", "messages:read", "messages:write", "targeting:read"),
    *("requests:read", "requests:write", "requests:decide", "dossiers:make"),
    *("retention:read", "retention:write", "breaches:read", "breaches:write"),
)
CONTROLLERS = ("party", "candidate", "elected", "association")
GROUNDS = ("accuracy_contested", "unlawful_not_erased", "needed_for_claims", "objection_pending")
ATTACHMENTS = ("form", "undertaking", "mandate", "evidence")
ERASURES = ("no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_duty", "child_service")
ROOT = "root"
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_OPTION = re.compile(r"argument ([-\w, /]+):")
_REQUIRED = re.compile(r"required: ([-\w, ]+)$")


class Parser(argparse.ArgumentParser):
    """A parser that says which option is at fault and never repeats what stood in it: that may be a person's."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - handed on to argparse
        super().__init__(add_help=False, allow_abbrev=False, **given)
        self._positionals.title = say("arguments", "arguments")
        self._optionals.title = say("options", "options")
        self.add_argument("-h", "--help", action="help", help=say("afficher cette aide", "show this help"))

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
    for add in (
        _installation,
        _campaigns,
        _people,
        _files,
        _contacts,
        _attachments,
        _consent,
        _targeting,
        _keys,
        _log,
        _law,
    ):
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


def _purpose(parser: Parser, default: str | None = None) -> None:
    text = say("finalité déclarée", "declared purpose")
    parser.add_argument("--purpose", required=default is None, default=default, help=text)


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
    _add_territories(commands)
    add_life(campaign, election, _add)
    add_governance(commands, _add, _group)
    add_notices(commands, _add, _group)
    _clients(commands)
    _words(commands)


def _add_calendar(commands: Commands) -> None:
    calendar = _add(commands, "calendar", "calendar:show", "les dates des scrutins", "the dates of the elections")
    calendar.add_argument("--election", type=UUID, metavar="ID", help=say("un seul scrutin", "one election only"))
    file = say("écrire un fichier iCalendar", "write an iCalendar file")
    calendar.add_argument("--ics", metavar=say("FICHIER", "FILE"), help=file)


def _add_territories(commands: Commands) -> None:
    territory = _group(commands, "territory", "les données ouvertes par territoire", "open data by territory")
    bring = _add(territory, "import", "territories:bring_in", "importer un CSV ouvert", "import an open CSV")
    bring.add_argument("file", metavar=say("FICHIER", "FILE"))
    bring.add_argument("--name", required=True, help=say("nom", "name"))
    bring.add_argument("--kind", choices=("result", "statistic", "score"), default="result", help=say("nature", "kind"))
    bring.add_argument("--source", required=True, help=say("adresse de publication", "where it is published"))
    bring.add_argument("--obtained-on", type=_day, required=True, metavar="AAAA-MM-JJ")
    _add(territory, "list", "territories:list_all", "lister les données ouvertes", "list open data")
    remove = _add(territory, "remove", "territories:remove", "supprimer des données ouvertes", "remove open data")
    remove.add_argument("id", type=UUID, metavar="ID")


def _clients(commands: Commands) -> None:
    client = _group(commands, "client", "les programmes clients", "client programs")
    make = _add(client, "create", "clients:create", "créer un client de l'API", "create a client of the API")
    make.add_argument("--name", required=True, help=say("nom", "name"))
    narrowed = ", ".join(SCOPES)
    make.add_argument(
        "--scope",
        action="append",
        required=True,
        metavar=say("DROIT", "SCOPE"),
        help=say(
            f"{narrowed} ; contacts:read:phone : une seule catégorie de données",
            f"{narrowed}; contacts:read:phone: one data category only",
        ),
    )
    make.add_argument("--purpose", action="append", required=True, help=say("finalité permise", "purpose allowed"))
    make.add_argument(
        "--network",
        action="append",
        default=[],
        metavar="CIDR",
        help=say("réseau d'où il peut appeler (sinon : tous)", "network it may call from (else: any)"),
    )
    make.add_argument("--expires-on", type=_day, metavar="AAAA-MM-JJ", help=say("jour de fin", "day it ends"))
    _add(client, "list", "clients:list_all", "lister les clients", "list the clients")
    rotate = _add(client, "rotate", "clients:rotate", "donner un nouveau secret", "give a new secret")
    rotate.add_argument(
        "--overlap",
        type=_duration,
        default="7d",
        metavar="7d",
        help=say("durée de validité des anciens (7d, 12h, 0d)", "how long the old ones hold (7d, 12h, 0d)"),
    )
    show = _add(client, "show", "clients:show", "lire un client", "show a client")
    revoke = _add(client, "revoke", "clients:revoke", "révoquer un client sur-le-champ", "revoke a client at once")
    for one in (show, rotate, revoke):
        one.add_argument("id", metavar="ID")


def _words(commands: Commands) -> None:
    origin = _group(commands, "origin", "les origines des données", "origins of data")
    declare = _add(origin, "declare", "campaigns:origin", "déclarer une origine", "declare an origin")
    declare.add_argument("--kind", required=True, help=say("genre d'origine", "kind of origin"))
    declare.add_argument("--obtained-on", type=_day, required=True, metavar="AAAA-MM-JJ")
    declare.add_argument("--election", type=UUID, metavar="ID", help=say("scrutin", "election"))
    declare.add_argument("--evidence", action="append", default=[], help=say("preuve détenue", "evidence held"))
    declare.add_argument("--synthetic", action="store_true", help=say("personnes inventées", "invented persons"))
    declare.add_argument("--handover", type=UUID, metavar="ID", help=say("remise reçue", "hand-over received"))
    for name, french, english in (("field", "un champ propre", "a custom field"), ("tag", "une étiquette", "a tag")):
        group = _group(commands, name, french, english)
        register = _add(group, "register", f"campaigns:{name}", f"enregistrer {french}", f"register {english}")
        register.add_argument("name", metavar=say("NOM", "NAME"))


def _people(commands: Commands) -> None:
    add_staff(commands, _add, _group)


def _files(commands: Commands) -> None:
    screen = _add(commands, "screen", "screening:screen", "juger des textes", "screen texts")
    screen.add_argument("file", metavar="IN.jsonl")
    screen.add_argument("--out", required=True, metavar="OUT.jsonl")
    bring = _add(commands, "import", "files:bring_in", "importer un fichier", "import a file")
    bring.add_argument("file", metavar=say("FICHIER", "FILE"))
    bring.add_argument("--origin", type=int, required=True, help=say("numéro d'origine", "number of the origin"))
    _purpose(bring)
    bring.add_argument("--profile", help=say("genre de fichier (sinon reconnu)", "kind of file (else recognised)"))
    bring.add_argument("--category", help=say("catégorie des personnes", "category of the persons"))
    asked = say("demander ce que sont les colonnes d'un fichier inconnu", "ask what the columns of an unknown file are")
    bring.add_argument("--map", action="store_true", help=asked)
    bring.add_argument("--dry-run", action="store_true", help=say("tout dire, ne rien écrire", "store nothing"))
    bring.add_argument("--strict", action="store_true", help=say("tout ou rien", "all or nothing"))
    bring.add_argument("--report", metavar=say("NOM", "NAME"), help=say("rapport NOM.csv et NOM.json", "its report"))
    bring.add_argument("--processes", type=int, help=say("processus qui scellent", "processes that seal"))
    send = _add(commands, "export", "files:send_out", "exporter une liste", "export a list")
    _purpose(send)
    send.add_argument("--reason", required=True, help=say("motif", "reason"))
    send.add_argument("--recipient", required=True, help=say("destinataire", "recipient"))
    send.add_argument("--cap", type=int, default=10_000, help=say("plafond de contacts", "most contacts"))
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


def _contacts(commands: Commands) -> None:
    find = _add(commands, "find", "contacts:find", "trouver une personne", "find a person")
    find.epilog = say("« - » comme valeur : elle est lue sur l'entrée.", "'-' as a value: it is read from the input.")
    for name in ("email", "phone", "external-id", "last-name", "first-names", "birth-date"):
        find.add_argument(f"--{name}")
    find.add_argument("--commune", help=say("code INSEE", "INSEE code"))
    find.add_argument("--reason", help=say("motif", "reason"))
    _purpose(find, "contact_management")
    show = _add(commands, "show", "contacts:reveal", "lire un contact", "read a contact")
    show.add_argument("ids", nargs="+", type=UUID, metavar="ID")
    _purpose(show, "contact_management")
    erase = _add(commands, "erase", "contacts:erase", "effacer des personnes", "erase persons")
    erase.add_argument("ids", nargs="+", type=_identifier, metavar="ID", help=say("« - » : l'entrée", "'-': the input"))
    erase.add_argument(
        "--ground",
        choices=ERASURES,
        default=ERASURES[0],
        help=say("fondement (RGPD art. 17) : il décide de ce qui reste en archive", "ground (GDPR art. 17)"),
    )
    add_certificate(erase)
    _purpose(erase, "rights_request")
    for name, french, english in (
        ("restrict", "limiter l'usage de contacts", "restrict contacts"),
        ("release", "lever la limitation", "release contacts"),
    ):
        parser = _add(commands, name, f"contacts:{name}", french, english)
        parser.add_argument("ids", nargs="+", type=UUID, metavar="ID")
        _purpose(parser, "rights_request")
        if name == "restrict":
            parser.add_argument("--ground", required=True, choices=GROUNDS, help=say("motif", "ground"))


def _attachments(commands: Commands) -> None:
    attachment = _group(commands, "attachment", "les pièces jointes", "attachments")
    add = _add(attachment, "add", "attachments:add", "sceller une numérisation", "seal a scan")
    add.add_argument("file", metavar=say("FICHIER", "FILE"))
    add.add_argument("--kind", required=True, choices=ATTACHMENTS, help=say("nature", "kind"))
    listing = _add(attachment, "list", "attachments:list_all", "lister les pièces jointes", "list attachments")
    listing.add_argument("--limit", type=int, default=50)
    get = _add(attachment, "get", "attachments:get", "extraire une pièce jointe", "bring an attachment out")
    get.add_argument("id", type=UUID, metavar="ID")
    get.add_argument("--out", required=True, metavar=say("FICHIER", "FILE"))
    remove = _add(attachment, "remove", "attachments:remove", "supprimer des pièces jointes", "remove attachments")
    remove.add_argument("ids", nargs="+", type=UUID, metavar="ID")
    for parser in (add, listing):
        parser.add_argument("--contact", type=UUID, metavar="ID", help=say("contact concerné", "contact concerned"))
    for parser in (add, listing, get, remove):
        _purpose(parser, "contact_management")


def _consent(commands: Commands) -> None:
    consent = _group(commands, "consent", "les consentements", "consents")
    text = "recalculer les situations depuis les preuves", "derive the standings anew from the evidence"
    _purpose(_add(consent, "rebuild", "consents:rebuild", *text), "contact_management")
    opposition = _group(commands, "opposition", "les oppositions", "oppositions")
    text = "importer une liste de personnes à ne plus contacter", "import a suppression file"
    bring = _add(opposition, "import", "oppositions:bring_in", *text)
    bring.add_argument("file", metavar=say("FICHIER", "FILE"))
    bring.add_argument("--channel", default="all", help=say("canal, ou all", "channel, or all"))
    bring.add_argument("--to", default="*", help=say("finalité refusée, ou *", "purpose objected to, or *"))
    _purpose(bring, "contact_management")


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
    trace = _add(audit, "trace", "log:trace", "trouver de quel export vient un fichier", "find a file's export")
    trace.add_argument("file", metavar=say("FICHIER", "FILE"))
    checkpoint = _add(audit, "checkpoint", "log:checkpoint", "signer l'état du journal", "sign the log's state")
    checkpoint.add_argument("--out", metavar="FILE", help=say("fichier à garder ailleurs", "file to keep elsewhere"))


def _law(commands: Commands) -> None:
    law = _group(commands, "law", "la loi", "the law")
    show = _add(law, "show", "law:show", "dire les règles et leurs articles", "tell the rules and their articles")
    show.add_argument("rule", nargs="?", metavar=say("RÈGLE", "RULE"))
    show.add_argument("--country", default="france")
    show.add_argument("--on", type=_day, metavar="AAAA-MM-JJ", help=say("jour", "day"))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _duration(text: str) -> timedelta:
    count, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not count.isdigit():
        raise ValueError
    return timedelta(**{_UNITS[unit]: int(count[:6])})


def _identifier(text: str) -> UUID | None:
    return None if text == "-" else UUID(text)
