"""Seed a demonstration campaign once, and serve it with a client that works."""

import json
import os
from argparse import Namespace
from dataclasses import dataclass, field
from pathlib import Path

from accounts.clients import create_client
from accounts.scopes import SCOPES
from campaigns.directory import list_campaigns
from cli.answer import Answer
from cli.demo_chapters import declare, import_the_people, import_the_roll
from cli.demo_story import PURPOSES, Story
from cli.opening import settings_of
from cli.serve import leaving_cleanly, listening, open_for_serving, serve_installation
from cli.words import say
from installation.create import create_installation
from installation.open import Installation
from kernel.errors import Conflict, Misconfigured

HOST = "127.0.0.1"
NAME = "Démonstration Isoloir"
KEPT = "demo-client.json"


@dataclass(frozen=True, slots=True)
class _Client:
    """The client of the demonstration, and the origin its contacts come from."""

    client_id: str
    secret: str = field(repr=False)
    origin: int


def serve_demonstration(given: Namespace) -> Answer:
    """Set up, seed and serve; started again, everything is as it was left."""
    address = f"http://{HOST}:{given.port}"
    settings = settings_of(
        given,
        hosting="FR",
        public_url=address,
        database_url="",
        key_provider="file",
        processes=1,
    )
    with leaving_cleanly(), listening(HOST, given.port) as doors:
        create_installation(settings)
        with open_for_serving(settings) as installation:
            client = _kept_client(installation) or _seed(installation)
            print(*_welcome(address, client, installation), sep="\n", flush=True)
            serve_installation(installation, doors)
    return Answer({"served": True})


def _kept_client(installation: Installation) -> _Client | None:
    path = installation.settings.data_dir / KEPT
    try:
        return _Client(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        message = f"{KEPT} cannot be read: remove it, and a new client is made"
        raise Misconfigured(message) from None


def _seed(installation: Installation) -> _Client:
    """Fill the campaign, or go on where a start that was interrupted stopped; the client's file is written last."""
    campaigns = list_campaigns(installation.database)
    if any(one.name != NAME for one in campaigns):
        message = "this folder holds campaigns that are not the demonstration's: name another with --data-dir"
        raise Conflict(message)
    print(say("Préparation de la campagne de démonstration…", "Setting up the demonstration campaign…"), flush=True)
    story = Story(installation, silent=True)
    if campaigns:
        story.campaign = campaigns[0].id
    else:
        story.create(NAME)
    declare(story)
    for bring_in in (import_the_roll, import_the_people):
        bring_in(story)
    made = create_client(installation.register, story.actor, name=NAME, scopes=SCOPES, purposes=PURPOSES)
    client = _Client(made.client_id, made.secret, story.origins["newsletter"].number)
    _keep(installation.settings.data_dir / KEPT, client)
    return client


def _keep(path: Path, client: _Client) -> None:
    """Write the file whole or not at all, for its owner only."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    kept = {"client_id": client.client_id, "secret": client.secret, "origin": client.origin}
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(kept, file)
    fresh.replace(path)


def _welcome(address: str, client: _Client, installation: Installation) -> list[str]:
    settings = installation.settings
    return [
        "",
        f"Isoloir : {address}  (API : {address}/v1 ; OpenAPI 3.1 : {address}/openapi.json ; {address}/readyz)",
        say(f"Droits des personnes : {address}/mes-donnees", f"Rights of persons: {address}/mes-donnees?lang=en"),
        say(
            f"Base SQLite, clé racine et journal signé : {settings.data_dir.absolute()} (hébergement déclaré : FR)",
            f"SQLite database, root key and signed log: {settings.data_dir.absolute()} (hosting declared: FR)",
        ),
        f"client_id     : {client.client_id}",
        f"client_secret : {client.secret}",
        "",
        say("Dans un autre terminal, collez :", "In another terminal, paste:"),
        "",
        *paste(address, client.client_id, client.secret, client.origin),
        "",
        say("Ctrl-C arrête le serveur.", "Ctrl-C stops the server."),
    ]


def paste(address: str, client_id: str, secret: str, origin: int) -> list[str]:
    """Return lines for a shell: three variables, a token, a contact recorded (one note refused), the contact found."""
    contact = {
        "category": "regular",
        "origin": origin,
        "commune": "75120",
        "fields": {
            "last_name": "Petit",
            "first_names": "Claire",
            "email": ["claire.petit@example.org"],
            "note": ["disponible le samedi", "catholique pratiquante"],
        },
    }
    asked = "-d grant_type=client_credentials -d client_id=$CLIENT -d client_secret=$SECRET"
    extract = """sed 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/'"""
    call = (
        "curl -sS -w '\\n' -H \"Authorization: Bearer $TOKEN\" -H 'Processing-Purpose: contact_management' "
        "-H 'Content-Type: application/json'"
    )
    return [
        f"ISOLOIR={address} CLIENT={client_id} SECRET={secret}",
        f"TOKEN=$(curl -sS $ISOLOIR/oauth/token {asked} | {extract})",
        f"{call} $ISOLOIR/v1/contacts -d '{json.dumps(contact)}'",
        f"{call} $ISOLOIR/v1/contacts/search -d '{json.dumps({'email': 'claire.petit@example.org'})}'",
    ]
