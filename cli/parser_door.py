"""The commands of the door: sheets made, printed, keyed in, removed."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, time
from typing import Any
from uuid import UUID

from cli.words import say

Commands = Any
"""What argparse gives to add commands to; its own name for it is private."""
Add = Callable[[Commands, str, str, str, str], ArgumentParser]
Group = Callable[[Commands, str, str, str], Commands]
CANVASSING = "canvassing"


def add_door(commands: Commands, add: Add, group: Group) -> None:
    """Add the commands, in the manner of the others."""
    door = group(commands, "door", "le porte-à-porte", "door to door")
    make = add(door, "make", "door:make", "préparer des feuilles", "make sheets")
    make.add_argument("--commune", required=True, metavar="INSEE", help=say("code INSEE", "INSEE code"))
    make.add_argument("--station", help=say("bureau de vote", "polling station"))
    text = say("une rue, sans numéro ; plusieurs fois", "a street without number; more than once")
    make.add_argument("--street", action="append", default=[], help=text)
    make.add_argument("--lines", type=int, default=40, help=say("lignes par feuille", "lines to a sheet"))
    make.add_argument("--days", type=int, default=14, help=say("durée, en jours", "days to live"))
    add(door, "list", "door:list_all", "lister les feuilles", "list the sheets")
    paper = add(door, "print", "door:print_one", "écrire une feuille en PDF", "write a sheet as a PDF")
    paper.add_argument("--out", required=True, metavar=say("FICHIER", "FILE"), help="PDF")
    remove = add(door, "remove", "door:remove", "supprimer une feuille rendue", "delete a sheet that is back")
    key_in = add(door, "key-in", "door:key_in", "saisir une feuille", "key in a sheet")
    for parser in (paper, remove, key_in):
        parser.add_argument("sheet", metavar=say("FEUILLE", "SHEET"), help=say("son numéro", "its mark"))
    _add_key_in(key_in)


def _add_key_in(key_in: ArgumentParser) -> None:
    key_in.epilog = say(
        "Une ligne : numéro, lettre (a absent, r à revoir, n non merci, x ne plus venir), puis heure et note si besoin "
        "(« 12 r 18:40 préfère le samedi »). Nouveau contact : « + prénom; nom; courriel ou mobile; cases ».",
        "A line: number, letter (a absent, r come again, n not interested, x do not come back), then hour and note if "
        "any: '12 r 18:40 prefers Saturdays'. A newcomer: '+ first names; name; e-mail or mobile; boxes'.",
    )
    key_in.add_argument("file", nargs="?", default="-", metavar=say("FICHIER", "FILE"))
    key_in.add_argument("--on", type=date.fromisoformat, metavar="AAAA-MM-JJ", help=say("jour des visites", "day"))
    key_in.add_argument("--at", type=time.fromisoformat, metavar="HH:MM", help=say("heure des visites", "hour"))
    text = say("qui a frappé, pour les nouveaux contacts", "who knocked, for newcomers")
    key_in.add_argument("--canvasser", type=UUID, metavar="ID", help=text)
