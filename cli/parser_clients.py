"""The commands about client programs."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from cli.words import say

Commands = Any
"""What argparse gives to add commands to; its own name for it is private."""
Add = Callable[[Commands, str, str, str, str], ArgumentParser]
Group = Callable[[Commands, str, str, str], Commands]

SCOPES = (
    *("contacts:read", "contacts:list", "contacts:write", "contacts:erase", "policy:screen", "audit:read"),
    *("campaign:read", "campaign:write", "clients:read", "clients:write"),
    *("webhooks:read", "webhooks:write", "jobs:read", "jobs:write"),
    *("attachments:read", "attachments:write", "imports:read", "imports:write", "exports:read", "exports:write"),
    *("consents:read", "consents:write", "eligibility:ask"),
    *("interactions:read", "interactions:write", "sheets:make", "sheets:key"),
    *("messages:read", "messages:write", "targeting:read"),
    *("requests:read", "requests:write", "requests:decide", "dossiers:make"),
    *("retention:read", "retention:write", "breaches:read", "breaches:write"),
)
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def add_clients(commands: Commands, add: Add, group: Group) -> None:
    """Add the commands, in the manner of the others."""
    client = group(commands, "client", "les programmes clients", "client programs")
    make = add(client, "create", "clients:create", "créer un client de l'API", "create a client of the API")
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
    add(client, "list", "clients:list_all", "lister les clients", "list the clients")
    rotate = add(client, "rotate", "clients:rotate", "donner un nouveau secret", "give a new secret")
    rotate.add_argument(
        "--overlap",
        type=_duration,
        default="7d",
        metavar="7d",
        help=say("durée de validité des anciens (7d, 12h, 0d)", "how long the old ones hold (7d, 12h, 0d)"),
    )
    show = add(client, "show", "clients:show", "lire un client", "show a client")
    revoke = add(client, "revoke", "clients:revoke", "révoquer un client sur-le-champ", "revoke a client at once")
    for one in (show, rotate, revoke):
        one.add_argument("id", metavar="ID")


def _duration(text: str) -> timedelta:
    count, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not count.isdigit():
        raise ValueError
    return timedelta(**{_UNITS[unit]: int(count[:6])})


def _day(text: str) -> date:
    return date.fromisoformat(text)
